'x'.padStart(2 ** 30 - 2, 'abc').length;
