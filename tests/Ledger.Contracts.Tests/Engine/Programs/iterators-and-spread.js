// expects "0,1,2,3|4|0,2,4|closed,closed|3|1"
const range = (n) => ({ *[Symbol.iterator]() { for (let i = 0; i < n; i++) yield i; } });
const closed = []; const closable = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }), return() { closed.push('closed'); return {}; } }; } };
for (const v of closable) break; const [first] = closable;
[[...range(4)].join(), Math.max(...range(5)), Array.from(range(3), (v) => v * 2).join(), closed.join(), new Set([...range(3), ...range(2)]).size, Object.fromEntries([['k', 1]]).k].join('|');
