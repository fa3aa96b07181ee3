let n = 0; for (;;) n += Date.parse('Tue Mar 01 2022 00:00:00 GMT+0000 ' + '('.repeat(10000));
