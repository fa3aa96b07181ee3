/(\p{L}+)*$/u.test('a'.repeat(40) + '1');
