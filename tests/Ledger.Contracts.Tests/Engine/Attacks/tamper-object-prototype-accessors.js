Object.defineProperty(Object.prototype, 'then', { get() { for (;;); } });
