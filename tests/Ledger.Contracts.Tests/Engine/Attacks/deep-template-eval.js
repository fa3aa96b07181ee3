let s = '1'; for (let i = 0; i < 5000; i++) s = '`${' + s + '}`'; eval(s).length;
