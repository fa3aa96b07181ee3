// The approval log: events of a system in which people submit, approve and pay requests, taken over in batches.

/**
 * Takes a batch of approval events over, oldest first. Each event has a business key and counts once, ever. An event
 * that the rules do not allow (a payment without final approval, a second one) changes nothing and is reported by its
 * code: a log says what happened, so one bad line must not stop the rest.
 */
export function importEvents(ctx, { source, payer, currency, events }) {
  const role = roleOf(ctx, CLERKS);
  // No log has a say in payments that came from elsewhere, whatever it calls itself.
  const origin = `log:${source}`;
  const rows = new Map();
  const refused = [];
  let duplicates = 0;
  let paidNow = 0;
  let amountPaid = 0n;
  for (const event of events) {
    const seen = key("event", source, event.id);
    if (ctx.state.get(seen) !== undefined) {
      duplicates += 1;
      continue;
    }
    ctx.state.put(seen, 1);
    const id = event.request;
    if (!rows.has(id)) rows.set(id, ctx.state.get(key("payment", id)) ?? newRequest(origin, payer, currency, event));
    const row = rows.get(id);
    const code = row.source === origin && row.currency === currency ? step(ctx, row, event) : "OTHER_SOURCE";
    if (code) {
      refused.push({ id: event.id, code });
    } else if (row.status === "paid") {
      paidNow += 1;
      amountPaid += BigInt(row.amount);
      ctx.emit("paid", { payment: id, amount: row.amount, currency });
    }
  }
  for (const [id, row] of rows) {
    if (row.source === origin) ctx.state.put(key("payment", id), row);
  }
  const taken = events.length - duplicates - refused.length;
  append(ctx, "post-trade.settlement", `import/${source}`, "settle", role, {
    ...money(amountPaid, currency), note: `${taken} taken, ${duplicates} known, ${refused.length} refused`,
  });
  return { taken, duplicates, refused, paid: paidNow, amount: amountPaid.toString() };
}

function newRequest(source, payer, currency, event) {
  const amount = Money.multiply(Money.parse(event.amount, 18), 1, 10n ** BigInt(18 - digits(currency)), "halfUp");
  return {
    source, payer, payee: event.request, currency, amount: amount.toString(), status: "open", held: false,
    approvals: [], posted: false,
  };
}

/** One event upon one request; gives the code of the rule that it breaks, if it does. */
function step(ctx, row, event) {
  if (row.status === "paid") return "PAID";
  switch (event.action) {
    case "draft":
    case "submit":
      if (row.status === "rejected") row.status = "open";
      return row.status === "open" ? null : "APPROVED_ALREADY";
    case "approve":
      if (row.status === "rejected") return "REJECTED";
      if (event.final && row.status === "open") markApproved(ctx, row);
      return null;
    case "reject":
      if (row.status === "instructed") return "INSTRUCTED";
      markOpen(ctx, row, "rejected");
      return null;
    case "request":
      if (row.status !== "approved") return "NOT_APPROVED";
      row.status = "instructed";
      return null;
    case "complete":
      if (row.held) return "HELD";
      if (row.status !== "approved" && row.status !== "instructed") return "NOT_APPROVED";
      markPaid(ctx, row, event.id);
      return null;
    default:
      return "UNKNOWN_ACTION";
  }
}
