function f(a, b) { arguments[0] = 9; return [a, arguments.length, f.length, Array.prototype.slice.call(arguments, 1).join('-')].join(); } f(1, 2, 3);
