const a = 'a'.repeat(1e5), b = 'a'.repeat(5e4) + 'b'; let n = 0; for (;;) n += a.indexOf(b);
