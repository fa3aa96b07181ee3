// expects "3571431616,4293830883,2181110442,741"
let s = 42; const next = () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0); const t = Array.from({ length: 5000 }, next); [t.reduce((a, b) => (a ^ b) >>> 0, 0), Math.max(...t), t.sort((a, b) => a - b)[2500], t.filter((x) => x % 7 === 0).length].join();
