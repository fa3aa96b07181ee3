const all = []; for (;;) all.push({});
