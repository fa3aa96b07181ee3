// expects "TypeError,TypeError,TypeError,TypeError"
const frozen = Object.freeze({ a: 1 }); const tries = [() => new Proxy(frozen, { get: () => 2 }).a, () => Object.keys(new Proxy(frozen, { ownKeys: () => [] })), () => 'a' in new Proxy(frozen, { has: () => false }), () => Object.getPrototypeOf(new Proxy(Object.preventExtensions({}), { getPrototypeOf: () => Array.prototype }))];
tries.map((f) => { try { return String(f()); } catch (e) { return e.name; } }).join();
