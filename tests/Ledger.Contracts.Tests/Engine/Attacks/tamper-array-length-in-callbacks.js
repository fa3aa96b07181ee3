const a = Array.from({ length: 1000 }, (_, i) => i);
a.forEach((x) => { a.length = 0; a.push(x); }); a.map(() => { a.length = 1e6; return 1; }).length; a.copyWithin(0, { valueOf() { a.length = 0; return 1; } }).length;
