// expects "0,1,1,0,1|0,1|7|true"
function* fibonacci(limit) { let [a, b] = [0, 1]; while (a < limit) { const reset = yield a; if (reset) [a, b] = [0, 1]; else [a, b] = [b, a + b]; } return 'done'; }
const g = fibonacci(30); const seen = [g.next().value, g.next().value, g.next().value, g.next(true).value, g.next().value];
function* delegating() { const r = yield* fibonacci(3); yield r; try { yield 1; } finally { yield 'cleanup'; } }
const d = delegating(); const all = [...(function* () { for (const v of d) { yield v; if (v === 1) break; } })()];
[seen.join(), all.join(), g.return(7).value, g.next().done].join('|');
