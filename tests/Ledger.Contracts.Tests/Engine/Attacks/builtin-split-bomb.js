const s = 'a'.repeat(1e6); const all = []; for (;;) all.push(s.split(''));
