// expects "00,10,default,two,in|try|2|5|caught|6"
const log = []; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; log.push(i + '' + j); } }
const f = () => { try { return 'try'; } finally { log.push('finally'); } }; const g = () => { for (;;) { try { return 1; } finally { break; } } return 2; };
switch (3) { case 1: log.push('one'); default: log.push('default'); case 2: log.push('two'); break; case 4: log.push('four'); }
let n = 0; do { n++; } while (n < 5); label: { log.push('in'); break label; }
[log.join(), f(), g(), n, (() => { try { throw 1; } catch { return 'caught'; } })(), log.length].join('|');
