// Cycles: what is due is split onto accounts, and what accounts owe each other is netted into payments.

/**
 * Closes the cycle: by the schedule, or by the operator. A long cycle is closed in several calls, each of bounded work;
 * what is metered meanwhile belongs to the next cycle.
 */
export function closeCycle(ctx) {
  if (ctx.caller.kind !== "schedule") roleOf(ctx, CLERKS);
  const cycle = ctx.state.get("cycle");
  if (cycle.phase === "open") {
    cycle.phase = "posting";
    ctx.state.put("cycle", cycle);
  }
  const prefix = key("due", cycle.number, "");
  const due = ctx.state.scan(prefix, { limit: POSTED_AT_ONCE });
  for (const { key: row, value } of due.entries) {
    settleDue(ctx, row.slice(prefix.length), BigInt(value));
    ctx.state.delete(row);
  }
  if (due.next !== null) {
    ctx.schedule.at(ctx.time, "closeCycle", {});
    return { cycle: cycle.number, phase: "posting", payments: 0 };
  }
  const payments = net(ctx, cycle.number);
  ctx.state.put("cycle", { number: cycle.number + 1, phase: "open" });
  append(ctx, "post-trade.settlement", `cycle/${cycle.number}`, "confirm", ctx.state.get("config").role, {
    cycle: String(cycle.number), note: `${payments} payments`,
  });
  ctx.emit("cycleClosed", { cycle: cycle.number, payments });
  return { cycle: cycle.number, phase: "closed", payments };
}

function settleDue(ctx, agreement, total) {
  if (total === 0n) return;
  const row = load(ctx, "agreement", agreement);
  const parts = Money.split(total < 0n ? -total : total, row.split.map((s) => BigInt(s.weight)));
  row.split.forEach((share, i) => {
    const part = total < 0n ? -parts[i] : parts[i];
    post(ctx, row.currency, row.payer, share.party, part);
    addPosition(ctx, row.currency, row.payer, -part);
    addPosition(ctx, row.currency, share.party, part);
  });
}

/** Turns positions into the payments that level them: who owes pays who is owed, each at most once on both lists. */
function net(ctx, number) {
  const byCurrency = new Map();
  for (const { key: row, value } of allRows(ctx, "net|")) {
    const [, currency, party] = row.split("|");
    if (!byCurrency.has(currency)) byCurrency.set(currency, []);
    byCurrency.get(currency).push({ party, left: BigInt(value) });
    ctx.state.delete(row);
  }
  let made = 0;
  for (const [currency, positions] of byCurrency) {
    const owed = positions.filter((p) => p.left > 0n);
    for (const debtor of positions.filter((p) => p.left < 0n)) {
      while (debtor.left < 0n) {
        const creditor = owed.find((p) => p.left > 0n);
        const amount = creditor.left < -debtor.left ? creditor.left : -debtor.left;
        debtor.left += amount;
        creditor.left -= amount;
        made += 1;
        ctx.state.put(key("payment", `net-${number}-${currency}-${made}`), {
          source: "cycle", cycle: number, payer: debtor.party, payee: creditor.party, currency,
          amount: amount.toString(), status: "open", held: false, approvals: [], posted: true,
        });
      }
    }
  }
  return made;
}
