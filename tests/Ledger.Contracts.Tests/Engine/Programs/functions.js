// expects "1,2,0,1,1|1,2,2,4,1|1,2,3|4|42|3628800|object|undefined|bound ||2|function f(a) { return a; }"
function defaults(a, b = a + 1, ...rest) { return [a, b, rest.length, arguments.length, defaults.length].join(); }
const bound = function () { return [this.x, ...arguments].join(); }.bind({ x: 1 }, 2); function Old(x) { if (!new.target) return new Old(x); this.x = x; } Old.prototype.get = function () { return this.x; };
const curry = (f) => (a) => (b) => f(a, b); const fact = function me(n) { return n < 2 ? 1 : n * me(n - 1); };
[defaults(1), defaults(1, 2, 3, 4), bound(3), Old(4).get(), curry((a, b) => a * b)(6)(7), fact(10), (function () { return typeof this; })(), (function () { 'use strict'; return typeof this; })(), bound.name, (() => {}).name, ((a, b) => {}).length, String(function f(a) { return a; })].join('|');
