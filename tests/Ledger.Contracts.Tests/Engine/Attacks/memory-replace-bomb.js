let s = 'aaaaaaaaaa'; for (;;) s = s.replace(/a/g, 'aaaaaaaaaa');
