var o = {}; Object.defineProperty(o, 'fixed', { value: 1, enumerable: false }); Object.defineProperty(o, 'twice', { get: function () { return this.n * 2; }, set: function (v) { this.n = v; }, enumerable: true }); o.twice = 4; o.fixed = 9;
[o.fixed, o.twice, Object.keys(o).join('-'), Object.getOwnPropertyNames(o).length, JSON.stringify(Object.getOwnPropertyDescriptor(o, 'fixed'))].join('|');
