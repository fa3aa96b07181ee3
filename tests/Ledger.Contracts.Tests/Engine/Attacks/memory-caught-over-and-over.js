let n = 0; for (;;) { try { const all = []; for (;;) all.push(new Uint8Array(1e6)); } catch { n++; } }
