var a = [1, 2, 3, 4, 5, 6];
[a.map(function (x) { return x * x; }).join(), a.filter(function (x) { return x % 2; }).join(), a.reduce(function (x, y) { return x + y; }), a.some(function (x) { return x > 5; }), a.every(function (x) { return x > 5; }), a.indexOf(4), a.lastIndexOf(9), a.slice(1, -2).join(), a.concat([7], 8).join(), a.reverse().join()].join('|');
