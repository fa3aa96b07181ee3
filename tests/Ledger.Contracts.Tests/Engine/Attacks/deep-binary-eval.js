let s = '1'; for (let i = 0; i < 17; i++) s = s + '+' + s; eval(s);
