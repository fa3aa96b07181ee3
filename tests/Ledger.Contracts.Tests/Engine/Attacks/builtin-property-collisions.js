const o = {}; for (let i = 0; i < 1e6; i++) o[`\u0000${i * 65536}`] = i; Object.keys(o).length;
