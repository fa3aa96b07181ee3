const s = () => [1, 2].sort(s); s();
