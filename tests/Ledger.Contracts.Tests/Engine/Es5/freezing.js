var o = Object.freeze({ a: 1 }); o.a = 2; o.b = 3; var s = Object.seal({ a: 1 }); s.a = 2; s.b = 3; delete s.a;
[o.a, o.b, s.a, s.b, Object.isFrozen(o), Object.isSealed(s), Object.isExtensible(s)].join();
