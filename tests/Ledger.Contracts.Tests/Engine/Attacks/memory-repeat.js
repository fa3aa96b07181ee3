'x'.repeat(2 ** 30 - 1).length;
