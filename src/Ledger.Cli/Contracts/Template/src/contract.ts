import type { Context, Queries } from "@ledger/contract";

// Points that the operator gives and members pass on. Money and the like is BigInt, and travels as decimal text.

const balanceOf = (ctx: Context, member: string): bigint => BigInt(ctx.state.get<string>(`balance/${member}`) ?? "0");

/** The member that calls. Another contract must not spend the points of the member that called it. */
function callerOf(ctx: Context): string {
  if (ctx.caller?.kind !== "member") ctx.fail("MEMBERS_ONLY", "a member must call this itself");
  return ctx.caller.member;
}

export function init(ctx: Context): void {
  ctx.state.put("supply", "0");
}

export function give(ctx: Context, args: { to: string; amount: string }): { balance: string } {
  const giver = callerOf(ctx);
  if (!ctx.members.role(giver, "operator")) ctx.fail("NOT_AUTHORISED", "only the operator gives points");
  const balance = balanceOf(ctx, args.to) + Money.of(args.amount);
  ctx.state.put(`balance/${args.to}`, String(balance));
  ctx.state.put("supply", String(BigInt(ctx.state.get<string>("supply")!) + Money.of(args.amount)));
  return { balance: String(balance) };
}

export function transfer(ctx: Context, args: { to: string; amount: string }): { left: string } {
  const from = callerOf(ctx);
  const amount = Money.of(args.amount);
  if (from === args.to) ctx.fail("SAME_MEMBER", "points go to somebody else");
  const left = balanceOf(ctx, from) - amount;
  if (left < 0n) ctx.fail("INSUFFICIENT_POINTS", `${from} has fewer than ${amount} points`);
  ctx.state.put(`balance/${from}`, String(left));
  ctx.state.put(`balance/${args.to}`, String(balanceOf(ctx, args.to) + amount));
  ctx.emit("transferred", { from, to: args.to, amount: args.amount });
  return { left: String(left) };
}

export const queries = {
  balance: (ctx: Context, args: { member: string }) => ({ balance: String(balanceOf(ctx, args.member)) }),
  supply: (ctx: Context) => ({ supply: ctx.state.get<string>("supply")! }),
} satisfies Queries;
