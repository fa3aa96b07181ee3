const a = 'x'.repeat(1e6) + 'a', b = 'x'.repeat(1e6) + 'b'; let n = 0; for (;;) n += a < b;
