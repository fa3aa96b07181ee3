// expects "nan|again|NaN,0,0|NaN,0,0|1|false|1"
const m = new Map([[NaN, 'nan'], [0, 'zero'], ['0', 'text']]); const k = {}; const w = new WeakMap([[k, 1]]); const s = new Set([1, 2, 3]);
const order = []; m.forEach((v, key) => order.push(key)); m.delete(0); m.set(0, 'again');
[m.get(NaN), m.get(-0), [...m.keys()].join(), order.join(), w.get(k), w.has({}), new Map([[1, 2]]).size].join('|');
