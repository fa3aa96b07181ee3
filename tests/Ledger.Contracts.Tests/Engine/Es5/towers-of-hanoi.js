var moves = 0; function move(n, a, b, c) { if (n === 0) return; move(n - 1, a, c, b); moves++; move(n - 1, c, b, a); } move(9, 'a', 'b', 'c'); moves;
