// Agreements: who pays whom for what, and that everybody concerned agreed to it.

export function init(ctx, { approvals, trusted = [] }) {
  const allowed = ["operator", "platform", "provider", "consumer", "developer", "insurer"];
  need(ctx, approvals.every((r) => allowed.includes(r)), "BAD_ROLE", `approvals are by ${allowed.join(", ")}`);
  ctx.state.put("config", { approvals, trusted, role: roleOfOwner(ctx) });
  ctx.state.put("cycle", { number: 1, phase: "open" });
}

/** In this role the scheduled calls, which nobody signed, append their evidence. */
function roleOfOwner(ctx) {
  const role = CLERKS.find((r) => ctx.caller.roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", "the operator or the platform deploys settlement");
}

/** Puts an agreement forward. It is in force when its payer and every party of its split have accepted it. */
export function propose(ctx, { agreement, payer, currency, price, split, reference = "" }) {
  const role = roleOf(ctx, TRADERS);
  need(ctx, ctx.state.get(key("agreement", agreement)) === undefined, "EXISTS", `agreement ${agreement} exists`);
  need(ctx, BigInt(price.per ?? "1") > 0n, "BAD_PRICE", "a price is for at least one unit");
  need(ctx, split.some((s) => BigInt(s.weight) > 0n), "BAD_SPLIT", "a split has a share above zero");
  const parties = [...new Set([payer, ...split.map((s) => s.party)])];
  need(ctx, new Set(split.map((s) => s.party)).size === split.length, "BAD_SPLIT", "a party has one share");
  need(ctx, !split.some((s) => s.party === payer), "BAD_SPLIT", "the payer has no share");
  for (const party of parties) {
    need(ctx, ctx.members.get(party), "NO_SUCH_MEMBER", `${party} is not a member`);
  }

  ctx.state.put(key("agreement", agreement), {
    payer, currency, price, split, reference, parties, accepted: [], status: "proposed", by: actor(ctx).member,
  });
  append(ctx, "post-trade.settlement", agreement, "calculate", role, {
    ...money(0n, currency), note: `agreement proposed: ${price.model}`,
  });
  return accept(ctx, { agreement }, true);
}

export function accept(ctx, { agreement }, quietly = false) {
  const row = load(ctx, "agreement", agreement);
  const member = actor(ctx).member;
  if (!row.parties.includes(member)) {
    return quietly ? { status: row.status } : ctx.fail("NOT_A_PARTY", `${member} is not a party of ${agreement}`);
  }
  if (!row.accepted.includes(member)) row.accepted.push(member);
  if (row.status === "proposed" && row.accepted.length === row.parties.length) row.status = "active";
  ctx.state.put(key("agreement", agreement), row);
  if (!quietly) append(ctx, "post-trade.settlement", agreement, "confirm", roleOf(ctx, TRADERS), {});
  return { status: row.status };
}

/** Ends an agreement: what was metered is still settled, nothing more is metered. */
export function end(ctx, { agreement }) {
  const row = load(ctx, "agreement", agreement);
  need(ctx, row.parties.includes(actor(ctx).member) || isClerk(ctx),
    "NOT_AUTHORISED", "a party or the operator ends an agreement");
  ctx.state.put(key("agreement", agreement), { ...row, status: "ended" });
  return { status: "ended" };
}
