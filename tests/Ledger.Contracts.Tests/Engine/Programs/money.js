// expects "34+33+33|501+300+150+50|0+1+2+4"
const split = (total, weights) => { const sum = weights.reduce((a, b) => a + b, 0n); const parts = weights.map((w) => (total * w) / sum); let left = total - parts.reduce((a, b) => a + b, 0n); const order = weights.map((w, i) => [(total * w) % sum, i]).sort((a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : a[1] - b[1])); for (const [, i] of order) { if (left === 0n) break; parts[i]++; left--; } return parts; };
[split(100n, [1n, 1n, 1n]), split(1001n, [50n, 30n, 15n, 5n]), split(7n, [1n, 2n, 4n, 8n])].map((p) => p.join('+')).join('|');
