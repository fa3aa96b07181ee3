var fs = []; for (var i = 0; i < 3; i++) (function (j) { fs.push(function () { return j * j; }); })(i);
fs[0]() + ',' + fs[1]() + ',' + fs[2]();
