import type { Context, Due, Queries, Schedule } from "@ledger/contract";

// Points that members hold, with a daily count: every part of the API that most contracts need.

export function init(ctx: Context, args: { currency: string }): void {
  ctx.state.put("currency", args.currency);
  ctx.state.put("transfers", 0);
}

export function transfer(ctx: Context, args: { to: string; amount: string }): { left: string } {
  if (ctx.caller?.kind !== "member") ctx.fail("MEMBERS_ONLY", "only a member can transfer");
  const from = ctx.caller.member;
  const amount = Money.of(args.amount);
  const held = balance(ctx, from);
  if (held < amount) ctx.fail("INSUFFICIENT_POINTS", `${from} holds ${held}`);
  ctx.state.put(`balance/${from}`, String(held - amount));
  ctx.state.put(`balance/${args.to}`, String(balance(ctx, args.to) + amount));
  ctx.state.put("transfers", (ctx.state.get<number>("transfers") ?? 0) + 1);
  ctx.emit("transferred", { from, to: args.to, amount: args.amount });
  return { left: String(held - amount) };
}

export function count(ctx: Context, args: Due): void {
  ctx.state.put(`day/${args.due}`, ctx.state.get<number>("transfers") ?? 0);
  ctx.state.put("transfers", 0);
}

export const queries = {
  balanceOf: (ctx: Context, args: { member: string }) => ({ balance: String(balance(ctx, args.member)) }),
  days: (ctx: Context, args: { after?: string }) => {
    const page = ctx.state.scan<number>("day/", { limit: 10, after: args.after });
    return { days: page.entries.map((e) => ({ day: e.key, transfers: e.value })), next: page.next };
  },
} satisfies Queries;

export const schedule = { count: { every: "P1D", at: "02:00" } } satisfies Schedule;

function balance(ctx: Context, member: string): bigint {
  return BigInt(ctx.state.get<string>(`balance/${member}`) ?? "0");
}
