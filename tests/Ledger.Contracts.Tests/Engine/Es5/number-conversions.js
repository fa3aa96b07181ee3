[parseInt('42abc', 10), parseInt('ff', 16), parseFloat('3.25x'), Number('12'), +'', +' 7 ', isNaN('x'), isFinite(1 / 0), (255).toString(16), (5).toString(2), 5 / 2, 7 % 3, -7 % 3].join();
