// expects "1770587"
let kept = null; for (let i = 0; i < 60000; i++) { const o = { i, list: [i, i + 1], text: 'item' + i }; o.self = o; if (i % 1000 === 0) kept = { o, kept }; } let n = 0; for (let k = kept; k !== null; k = k.kept) n += k.o.list[1] + k.o.text.length; n;
