var n = 0; outer: for (var i = 0; i < 5; i++) { for (var j = 0; j < 5; j++) { if (j === 3) continue outer; if (i === 3) break outer; n += i * j; } } n;
