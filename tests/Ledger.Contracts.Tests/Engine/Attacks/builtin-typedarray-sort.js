const a = new Float64Array(1e6); for (let i = 0; i < 1e6; i++) a[i] = (i * 7919) % 1000003; a.sort()[9];
