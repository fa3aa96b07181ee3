var t = 'a rose is a rose is a rose', c = {}; t.split(' ').forEach(function (w) { c[w] = (c[w] || 0) + 1; }); Object.keys(c).sort().map(function (w) { return w + c[w]; }).join();
