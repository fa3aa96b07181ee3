let n = 0; for (;;) { try { const all = []; for (;;) all.push({ a: [] }); } catch { n++; } }
