const a = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3001);
a.sort((x, y) => { a.length = 10; a.push(x, y); return x - y; }).length;
