var x = (1, 2, 3); var y = x > 2 ? x < 5 ? 'mid' : 'high' : 'low'; [x, y, (x++, x), x-- - --x].join();
