/^(a|aa|aaa)*$/.test('a'.repeat(60) + 'b');
