const a = Array.from({ length: 300000 }, (_, i) => (i * 7919) % 300007); a.sort((x, y) => x - y)[5];
