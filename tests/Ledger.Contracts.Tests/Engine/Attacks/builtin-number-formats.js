let s = ''; for (let i = 0; i < 1e6; i++) s += (i / 3).toFixed(99) + (i / 7).toPrecision(99); s.length;
