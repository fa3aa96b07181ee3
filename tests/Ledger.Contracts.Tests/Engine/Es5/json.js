var o = { a: [1, 'x', null, true], b: { c: 'd' } }; var t = JSON.stringify(o); var p = JSON.parse(t);
[t, p.b.c, p.a.length, JSON.stringify([undefined, function () {}]), JSON.stringify({ u: undefined })].join('|');
