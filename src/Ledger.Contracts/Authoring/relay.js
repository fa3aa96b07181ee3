// A contract that passes calls on, for tests: what a contract lets others do in a member's name, it lets this one do.
export function init() {}

export const pass = (ctx, { contract, fn, args }) => ({ value: ctx.call(contract, fn, args) });
