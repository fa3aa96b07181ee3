const r = () => [1, 2].reduce(r); r();
