var o = { n: 1, get next() { return this.n + 1; }, set next(v) { this.n = v * 10; } }; o.next = 3; [o.n, o.next].join();
