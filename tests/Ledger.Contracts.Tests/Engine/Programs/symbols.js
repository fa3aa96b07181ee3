// expects "1|42|string|default|[object Tag]|d|true|k|true|3|TypeError"
const s = Symbol('d'); const o = { [s]: 1, [Symbol.toPrimitive]: (hint) => (hint === 'number' ? 42 : hint), get [Symbol.toStringTag]() { return 'Tag'; } };
class Even { static [Symbol.hasInstance](n) { return n % 2 === 0; } } [o[s], +o, `${o}`, o + '', Object.prototype.toString.call(o), s.description, Symbol.for('k') === Symbol.for('k'), Symbol.keyFor(Symbol.for('k')), 2 instanceof Even, Object.getOwnPropertySymbols(o).length, (() => { try { return s + ''; } catch (e) { return e.name; } })()].join('|');
