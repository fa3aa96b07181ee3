const o = {}; for (let i = 0; i < 2e5; i++) o['k' + i] = i; let n = 0; for (;;) n += Object.keys(o).length;
