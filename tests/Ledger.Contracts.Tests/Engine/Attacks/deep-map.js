const m = () => [1].map(m); m();
