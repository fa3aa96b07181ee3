// Metering: uses become priced items; disputes hold them, reversals take them back.

/** What a quantity costs: price * quantity / per, rounded half up; a share of revenue is its quantity times a ratio. */
function priceOf(price, quantity) {
  return Money.multiply(price.amount, quantity, BigInt(price.per ?? "1"), "halfUp");
}

/**
 * Meters uses under business keys. A key that was metered already is counted as a duplicate and changes nothing, also
 * when its quantity differs: the first one stands, and corrections are reversals.
 */
export function meter(ctx, { agreement, uses }) {
  const row = load(ctx, "agreement", agreement);
  need(ctx, row.status === "active", "NOT_ACTIVE", `agreement ${agreement} is ${row.status}`);
  if (!isTrusted(ctx)) {
    need(ctx, row.split.some((s) => s.party === actor(ctx).member) || isClerk(ctx),
      "NOT_AUTHORISED", "the payees, the operator and trusted contracts meter");
  }
  const role = roleOf(ctx, TRADERS);
  const fresh = uses.filter((use, i) =>
    ctx.state.get(key("item", agreement, use.key)) === undefined && uses.findIndex((u) => u.key === use.key) === i);
  const quantity = fresh.reduce((sum, use) => sum + BigInt(use.quantity), 0n);
  if (fresh.length === 0) return { items: 0, duplicates: uses.length, amount: "0" };

  const unit = UNITS[row.price.model];
  const evidence = unit
    ? append(ctx, "post-trade.usage-metering", agreement, "meter", role, {
      quantity: Number(quantity), unit_of_use: unit, reference: fresh[0].key,
    })
    : append(ctx, "post-trade.settlement", agreement, "calculate", role, {
      ...money(quantity, row.currency), note: "revenue of which a share is due", reference: fresh[0].key,
    });
  const number = currentCycle(ctx);
  let amount = 0n;
  for (const use of fresh) {
    const price = priceOf(row.price, BigInt(use.quantity));
    amount += price;
    ctx.state.put(key("item", agreement, use.key), {
      quantity: use.quantity, amount: price.toString(), cycle: number, status: "open", evidence, reversed: "0",
    });
  }
  addDue(ctx, agreement, amount);
  return { items: fresh.length, duplicates: uses.length - fresh.length, amount: amount.toString() };
}

/** Whether an item can still be taken out of its cycle: once that is closed, only a reversal corrects it. */
const isUnsettled = (ctx, item) => item.status === "open" && item.cycle === currentCycle(ctx);

/** What is still charged by an item: what was taken back of it is not. */
const chargeOf = (item) => BigInt(item.amount) - BigInt(item.reversed);

/** Disputes an item: it is held out of the cycle until somebody who is trusted with that decides. */
export function dispute(ctx, { agreement, item, claim }) {
  const row = load(ctx, "agreement", agreement);
  const entry = load(ctx, "item", agreement, item);
  need(ctx, row.parties.includes(actor(ctx).member), "NOT_A_PARTY", "a party disputes");
  need(ctx, entry.of === undefined, "NOT_DISPUTABLE", "a reversal is not disputed; its item can be charged anew");
  need(ctx, isUnsettled(ctx, entry), "SETTLED", "only an open item of the current cycle can be disputed");
  ctx.state.put(key("item", agreement, item), { ...entry, status: "held" });
  addDue(ctx, agreement, -chargeOf(entry));
  append(ctx, "post-trade.dispute", agreement, "open", roleOf(ctx, TRADERS), { claim, reference: item },
    [entry.evidence]);
  return { status: "held" };
}

export function resolve(ctx, { agreement, item, outcome }) {
  const role = roleOf(ctx, CLERKS);
  const entry = load(ctx, "item", agreement, item);
  need(ctx, entry.status === "held", "NOT_HELD", `item ${item} is ${entry.status}`);
  const status = outcome === "pay" ? "open" : "cancelled";
  ctx.state.put(key("item", agreement, item), { ...entry, status, cycle: currentCycle(ctx) });
  if (status === "open") addDue(ctx, agreement, chargeOf(entry));
  append(ctx, "post-trade.dispute", agreement, "resolve", role, { outcome, reference: item });
  return { status };
}

/** Takes an item back, whole or in part, by an item of the opposite sign; never more than it was. */
export function reverse(ctx, { agreement, item, as, amount, reason }) {
  const role = roleOf(ctx, CLERKS);
  const row = load(ctx, "agreement", agreement);
  const entry = load(ctx, "item", agreement, item);
  need(ctx, ctx.state.get(key("item", agreement, as)) === undefined, "EXISTS", `item ${as} exists`);
  need(ctx, entry.status === "open" && BigInt(entry.amount) > 0n, "NOT_REVERSIBLE", "only a charge can be reversed");
  const left = BigInt(entry.amount) - BigInt(entry.reversed);
  const taken = BigInt(amount);
  need(ctx, taken > 0n && taken <= left, "TOO_MUCH", `${left} is left of item ${item}`);
  ctx.state.put(key("item", agreement, item), { ...entry, reversed: (BigInt(entry.reversed) + taken).toString() });
  const evidence = append(ctx, "post-trade.settlement", agreement, "correct", role, {
    ...money(taken, row.currency), reference: item, reason,
  });
  ctx.state.put(key("item", agreement, as), {
    quantity: "0", amount: (-taken).toString(), cycle: currentCycle(ctx), status: "open", evidence,
    reversed: "0", of: item,
  });
  addDue(ctx, agreement, -taken);
  return { left: (left - taken).toString() };
}
