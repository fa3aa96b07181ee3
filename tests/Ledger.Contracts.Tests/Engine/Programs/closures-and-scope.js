// expects "1,3,5|function|ReferenceError"
const makers = []; for (let i = 0; i < 3; i++) makers.push(() => i++);
var hoisted = typeof later; function later() {} { let hoisted = 1; hoisted; }
[makers.map((f) => f() + f()).join(), hoisted, (() => { try { dead; let dead = 1; } catch (e) { return e.name; } })()].join('|');
