// expects "53.31999999999999"
const n = 24; const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i * 31 + j * 17) % 10 / 10)); const m = (x, y) => x.map((r) => y[0].map((_, j) => r.reduce((s, v, k) => s + v * y[k][j], 0))); m(m(a, a), a)[7][11];
