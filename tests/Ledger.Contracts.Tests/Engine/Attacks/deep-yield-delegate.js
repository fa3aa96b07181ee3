function* g(n) { if (n > 0) yield* g(n - 1); yield n; } let n = 0; for (const x of g(20000)) n += x; n;
