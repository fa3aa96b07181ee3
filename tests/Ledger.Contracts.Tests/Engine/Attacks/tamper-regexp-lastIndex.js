const r = /a/gy; r.lastIndex = { valueOf() { r.compile('b'.repeat(100)); return 2 ** 31; } }; r.test('a'.repeat(10));
