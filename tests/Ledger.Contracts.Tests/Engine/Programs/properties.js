// expects "TypeError,TypeError,TypeError,TypeError,ReferenceError|8|1,3;b,1;a,2|1|0,1,length|3|1|true|true"
'use strict'; const o = Object.defineProperty({}, 'fixed', { value: 1 }); const acc = { get v() { return this._v ?? 'none'; }, set v(x) { this._v = x * 2; } }; acc.v = 4;
const tries = [() => { o.fixed = 2; }, () => { delete o.fixed; }, () => { undefined.x = 1; }, () => { Object.freeze([1]).push(2); }, () => { missing = 1; }].map((f) => { try { f(); return 'ok'; } catch (e) { return e.name; } });
[tries.join(), acc.v, Object.entries({ b: 1, a: 2, 1: 3 }).join(';'), Object.assign({}, null, { a: 1 }).a, Object.getOwnPropertyNames('ab').join(), ({ ['x' + 1]: 2, x1: 3 }).x1, { __proto__: { z: 1 } }.z, Object.hasOwn({ z: 1 }, 'z'), structuredCloneIsMissing()].join('|');
function structuredCloneIsMissing() { return typeof structuredClone === 'undefined' || 'there'; }
