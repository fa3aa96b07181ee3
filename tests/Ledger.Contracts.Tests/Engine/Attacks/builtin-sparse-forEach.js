let n = 0; Array.prototype.forEach.call({ length: 4294967295 }, () => n++); n;
