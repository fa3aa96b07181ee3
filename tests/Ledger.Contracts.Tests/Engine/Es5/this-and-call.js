var o = { x: 1, f: function (y) { return this.x + y; } }; var g = o.f.bind({ x: 10 });
[o.f(1), o.f.call({ x: 5 }, 2), o.f.apply({ x: 6 }, [3]), g(4)].join();
