const m = new Map(); for (let i = 0; i < 1e6; i++) m.set(i * 4294967296, i); m.size;
