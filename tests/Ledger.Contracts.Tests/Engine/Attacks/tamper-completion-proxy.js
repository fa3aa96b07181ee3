new Proxy(function () {}, { get() { throw new Error('in get'); } });
