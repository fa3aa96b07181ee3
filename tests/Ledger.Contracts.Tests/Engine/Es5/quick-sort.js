function sort(a) { if (a.length < 2) return a; var p = a[0]; var low = [], high = []; for (var i = 1; i < a.length; i++) (a[i] < p ? low : high).push(a[i]); return sort(low).concat([p], sort(high)); }
var s = 7, list = []; for (var i = 0; i < 50; i++) { s = (s * 31 + 11) % 101; list.push(s); }
sort(list).join();
