// expects "TypeError|RangeError|SyntaxError|RangeError|RangeError|TypeError|TypeError|TypeError"
const tries = [() => 1n + 1, () => BigInt(1.5), () => BigInt('x'), () => 1n / 0n, () => 2n ** -1n, () => JSON.stringify(1n), () => Math.max(1n), () => +1n];
tries.map((f) => { try { return f(); } catch (e) { return e.name; } }).join('|');
