const all = []; for (;;) all.push(new Error('x'.repeat(1000)).stack);
