let n = 0; for (;;) n += parseFloat('1.' + '9'.repeat(100000) + 'e-300');
