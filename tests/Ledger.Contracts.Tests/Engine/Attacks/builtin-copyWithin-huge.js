Array.prototype.copyWithin.call({ length: 2 ** 40 }, 1, 0);
