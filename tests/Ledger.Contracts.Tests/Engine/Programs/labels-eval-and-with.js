// expects "13|1|42|10|undefined"
var v = 1; function sloppy() { var v = 2; eval('var w = v + 1'); with ({ v: 10 }) { w += v; } return w; } [sloppy(), (0, eval)('v'), new Function('a', 'b', 'return a * b')(6, 7), eval('let z = 5; z * 2'), typeof z].join('|');
