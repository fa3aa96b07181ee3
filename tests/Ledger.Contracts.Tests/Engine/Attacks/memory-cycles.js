for (;;) { const a = {}, b = { a }; a.b = b; }
