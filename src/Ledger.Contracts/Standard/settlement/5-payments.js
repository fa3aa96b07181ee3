// Payments: open -> approved -> instructed -> paid. Nothing goes on without its final approval, nothing is paid twice.

/**
 * A payment in its own right: of a claim, of a request. Its id is its business key, so that asking twice is one payment.
 * A trusted contract may bring the final approval along, because its own rules have given it.
 */
export function request(ctx, { payment, payer, payee, currency, amount, reason, approved = false }) {
  const role = roleOf(ctx, TRADERS);
  const trusted = isTrusted(ctx);
  need(ctx, trusted || payer === actor(ctx).member || isClerk(ctx),
    "NOT_AUTHORISED", "the payer, the operator and trusted contracts ask for payments");
  need(ctx, !approved || trusted, "NOT_AUTHORISED", "only a trusted contract brings an approval along");
  need(ctx, BigInt(amount) > 0n, "BAD_AMOUNT", "a payment is more than nothing");
  need(ctx, payer !== payee, "SAME_PARTY", "payer and payee are the same");
  const existing = ctx.state.get(key("payment", payment));
  if (existing) {
    need(ctx, existing.payer === payer && existing.payee === payee && existing.currency === currency
      && existing.amount === amount, "EXISTS", `payment ${payment} exists with other terms`);
    return { status: existing.status, duplicate: true };
  }
  const row = {
    source: ctx.caller.kind === "contract" ? ctx.caller.contract : "request", payer, payee, currency, amount, reason,
    status: "open", held: false,
    approvals: [], posted: false,
  };
  append(ctx, "trade.payment", payment, "request", role, { ...money(amount, currency), payer, payee, reason });
  if (approved) markApproved(ctx, row);
  ctx.state.put(key("payment", payment), row);
  return { status: row.status, duplicate: false };
}

/** From here on the payer owes: the obligation goes onto the accounts, once. */
function markApproved(ctx, row) {
  row.status = "approved";
  if (!row.posted) post(ctx, row.currency, row.payer, row.payee, BigInt(row.amount));
  row.posted = true;
}

/** Takes an approval back; what a cycle posted stays owed all the same. */
function markOpen(ctx, row, status) {
  row.status = status;
  row.approvals = [];
  if (row.posted && row.source !== "cycle") {
    post(ctx, row.currency, row.payee, row.payer, BigInt(row.amount));
    row.posted = false;
  }
}

function markPaid(ctx, row, reference) {
  row.status = "paid";
  row.paidAs = reference;
  post(ctx, row.currency, row.payee, row.payer, BigInt(row.amount));
  const total = key("total", row.currency);
  const { payments, amount } = ctx.state.get(total) ?? { payments: 0, amount: "0" };
  ctx.state.put(total, { payments: payments + 1, amount: (BigInt(amount) + BigInt(row.amount)).toString() });
}

/** One step of approval. Steps have a role each; one member takes one step only; the last step is the final approval. */
export function approve(ctx, { payment }) {
  const row = load(ctx, "payment", payment);
  const { approvals } = ctx.state.get("config");
  need(ctx, row.status === "open", "NOT_OPEN", `payment ${payment} is ${row.status}`);
  need(ctx, !row.held, "HELD", `payment ${payment} is held`);
  const role = roleOf(ctx, [approvals[row.approvals.length]]);
  need(ctx, !row.approvals.includes(actor(ctx).member), "FOUR_EYES", "another member takes the next step");
  need(ctx, actor(ctx).member !== row.payee, "OWN_PAYMENT", "nobody approves a payment to himself");
  row.approvals.push(actor(ctx).member);
  const final = row.approvals.length === approvals.length;
  if (final) markApproved(ctx, row);
  ctx.state.put(key("payment", payment), row);
  append(ctx, "trade.payment", payment, "approve", role, {
    final, step: `${row.approvals.length}/${approvals.length}`,
  });
  return { status: row.status, final };
}

/** Refuses a payment, or takes its approval back, as long as it is not instructed. */
export function reject(ctx, { payment, reason }) {
  const row = load(ctx, "payment", payment);
  need(ctx, row.status === "open" || row.status === "approved", "TOO_LATE", `payment ${payment} is ${row.status}`);
  const role = roleOf(ctx, ctx.state.get("config").approvals);
  // What a cycle found to be owed cannot be rejected away, only approved anew: it is corrected by reversals.
  markOpen(ctx, row, row.source === "cycle" ? "open" : "rejected");
  ctx.state.put(key("payment", payment), row);
  append(ctx, "trade.payment", payment, "reject", role, { reason });
  return { status: row.status };
}

/** Holds a payment or lets it go on; a held one is neither approved nor instructed further. */
export function hold(ctx, { payment, held, reason }) {
  const row = load(ctx, "payment", payment);
  need(ctx, row.status !== "paid" && row.status !== "rejected", "TOO_LATE", `payment ${payment} is ${row.status}`);
  need(ctx, [row.payer, row.payee].includes(actor(ctx).member) || isClerk(ctx),
    "NOT_AUTHORISED", "payer, payee and operator hold a payment");
  const role = roleOf(ctx, TRADERS);
  ctx.state.put(key("payment", payment), { ...row, held });
  append(ctx, "post-trade.settlement", payment, held ? "dispute" : "confirm", role, { reason });
  return { held };
}

/** Instructs payments: all of them or, when one is not ready, none. They leave as one pain.001 message. */
export function instruct(ctx, { batch, payments }) {
  const role = roleOf(ctx, CLERKS);
  need(ctx, ctx.state.get(key("batch", batch)) === undefined, "EXISTS", `batch ${batch} exists`);
  need(ctx, new Set(payments).size === payments.length, "TWICE", "a payment is named twice");
  for (const payment of payments) {
    const row = load(ctx, "payment", payment);
    need(ctx, row.status === "approved", "NOT_APPROVED", `payment ${payment} is ${row.status}: no final approval`);
    need(ctx, !row.held, "HELD", `payment ${payment} is held`);
    ctx.state.put(key("payment", payment), { ...row, status: "instructed", batch });
    append(ctx, "trade.payment", payment, "pay", role, {
      ...money(row.amount, row.currency), payer: row.payer, payee: row.payee, payment_number: batch,
    });
  }
  ctx.state.put(key("batch", batch), { payments, time: ctx.time });
  ctx.emit("instructed", { batch, payments: payments.length });
  return { batch, payments: payments.length };
}

/** The evidence that a payment was made closes it. It must name the amount and the currency that were instructed. */
export function paid(ctx, { payment, currency, amount, reference }) {
  const role = roleOf(ctx, CLERKS);
  const row = load(ctx, "payment", payment);
  need(ctx, row.status === "instructed", "NOT_INSTRUCTED", `payment ${payment} is ${row.status}`);
  need(ctx, row.amount === amount && row.currency === currency, "WRONG_AMOUNT",
    `payment ${payment} is about ${row.amount} ${row.currency}`);
  need(ctx, ctx.state.get(key("reference", reference)) === undefined, "USED", `${reference} closed another payment`);
  markPaid(ctx, row, reference);
  ctx.state.put(key("payment", payment), row);
  ctx.state.put(key("reference", reference), payment);
  append(ctx, "trade.payment", payment, "complete", role, {
    ...money(amount, currency), payer: row.payer, payee: row.payee, payment_number: reference,
  });
  ctx.emit("paid", { payment, amount, currency });
  return { status: "paid" };
}

/** The bank could not make the payment: it is approved still, and may be instructed again. */
export function failed(ctx, { payment, reason }) {
  const role = roleOf(ctx, CLERKS);
  const row = load(ctx, "payment", payment);
  need(ctx, row.status === "instructed", "NOT_INSTRUCTED", `payment ${payment} is ${row.status}`);
  ctx.state.put(key("payment", payment), { ...row, status: "approved", batch: undefined });
  append(ctx, "trade.payment", payment, "fail", role, { reason });
  return { status: "approved" };
}

export const schedule = { closeCycle: { every: "P1D", at: "02:00" } };

export const queries = {
  agreement: (ctx, { agreement }) => ctx.state.get(key("agreement", agreement)) ?? null,
  item: (ctx, { agreement, item }) => ctx.state.get(key("item", agreement, item)) ?? null,
  payment: (ctx, { payment }) => ctx.state.get(key("payment", payment)) ?? null,
  cycle: (ctx) => ctx.state.get("cycle"),

  balance: (ctx, { currency, party }) => ({ balance: ctx.state.get(key("account", currency, party)) ?? "0" }),

  /** What was paid, and the sum of all balances, which is zero. */
  totals(ctx, { currency }) {
    const balances = allRows(ctx, key("account", currency, ""));
    return {
      ...(ctx.state.get(key("total", currency)) ?? { payments: 0, amount: "0" }),
      sum: balances.reduce((sum, row) => sum + BigInt(row.value), 0n).toString(),
      accounts: balances.length,
    };
  },

  /** A page of payments, of one status or of all. */
  payments(ctx, { status, after, limit = PAGE }) {
    const page = ctx.state.scan("payment|", { limit, after: after && key("payment", after) });
    const found = page.entries.map(({ key: row, value }) => ({ payment: row.slice("payment|".length), ...value }));
    return {
      payments: status ? found.filter((p) => p.status === status) : found,
      next: page.next && found.at(-1).payment,
    };
  },

  /** What a payment file is made of: the instructions of a batch. */
  batch(ctx, { batch }) {
    const row = load(ctx, "batch", batch);
    return {
      batch,
      time: row.time,
      payments: row.payments.map((id) => {
        const { payer, payee, currency, amount, reason, cycle } = ctx.state.get(key("payment", id));
        return { payment: id, payer, payee, currency, amount, reason: reason ?? `settlement of cycle ${cycle}` };
      }),
    };
  },
};
