const o = {}; for (let i = 0; ; i++) o['property' + i] = i;
