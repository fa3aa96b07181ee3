let a = 3n; for (;;) a = a * a;
