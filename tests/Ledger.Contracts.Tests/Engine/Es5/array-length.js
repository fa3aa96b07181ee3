var a = []; a[5] = 1; var n = a.length; a.length = 2; a[2] = 'x'; [n, a.length, a.join('-'), 0 in a].join();
