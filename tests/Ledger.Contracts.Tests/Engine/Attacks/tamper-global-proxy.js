Object.setPrototypeOf(globalThis, new Proxy({}, { get() { for (;;); }, has() { return true; } })); missing;
