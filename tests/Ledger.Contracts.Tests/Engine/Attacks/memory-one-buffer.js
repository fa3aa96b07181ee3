new ArrayBuffer(2 ** 31);
