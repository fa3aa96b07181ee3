throw new Proxy(new Error('x'), { get() { throw this; }, getPrototypeOf() { throw this; } });
