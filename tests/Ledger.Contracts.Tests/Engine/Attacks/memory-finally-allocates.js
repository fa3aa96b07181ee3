try { const all = []; for (;;) all.push(new Uint8Array(1e6)); } finally { new Array(1e6).fill('x').join(); }
