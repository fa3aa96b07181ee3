/**
 * trade: the life of a data product as a state machine, from its registration to its settlement and its end. Each step is
 * taken in its order, by its role, and leaves the typed evidence of its stage.
 *
 * A product:  registered -> confirmed -> reviewed -> valued -> priced -> listed -> taken-down
 * An order:   demanded -> matched -> trial -> signing -> signed -> paid -> delivered -> accepted -> settled
 *             with a dispute between signing and settlement, and declined, rejected or terminated as ends.
 *
 * A contract of three parties (seller, buyer, platform) is signed by each of them over the same digest. Payment follows
 * the signatures: it is asked for in settlement, and an order counts as paid only when settlement says so.
 *
 * State: config; product|ID; order|ID.
 * @module trade
 */

/** @typedef {import("@ledger/contract").Context} Context */

const SELLERS = ["provider", "developer", "operator"];
const BUYERS = ["consumer", "developer", "insurer"];
const PLATFORMS = ["platform", "operator"];
const REGISTRATIONS = {
  table: ["pre-trade.table-registration", "table"],
  api: ["pre-trade.api-registration", "interface"],
  file: ["pre-trade.file-registration", "file"],
};

/** Steps of a product: from which states, to which, who, and as which evidence. */
const PRODUCT_STEPS = {
  confirm: { from: ["registered"], to: "confirmed", by: ["operator", "regulator", "platform"],
    type: "pre-trade.rights-confirmation", action: "approve" },
  review: { from: ["confirmed"], to: "reviewed", by: ["operator", "regulator", "platform"],
    type: "pre-trade.review-filing", action: "file" },
  value: { from: ["reviewed"], to: "valued", by: ["auditor", "operator"], type: "pre-trade.valuation",
    action: "value" },
  price: { from: ["valued", "priced"], to: "priced", by: SELLERS, type: "pre-trade.pricing", action: "set",
    owner: true },
  list: { from: ["priced"], to: "listed", by: ["operator", "platform"], type: "operation.asset-publish",
    action: "publish" },
  takeDown: { from: ["listed"], to: "taken-down", by: ["provider", "operator", "developer", "platform", "regulator"],
    type: "operation.asset-take-down", action: "take-down" },
};

/** Steps of an order. `side` names who of the parties takes it. */
const ORDER_STEPS = {
  match: { from: ["demanded"], to: "matched", by: ["operator", "platform"], type: "trade.matching", action: "match" },
  decline: { from: ["demanded", "matched", "trial"], to: "declined", by: [...SELLERS, ...BUYERS],
    type: "trade.matching", action: "decline", side: "any" },
  startTrial: { from: ["matched"], to: "trial", by: SELLERS, type: "trade.trial", action: "start", side: "seller" },
  deliver: { from: ["paid"], to: "delivered", by: SELLERS, type: "trade.delivery", action: "deliver", side: "seller" },
  accept: { from: ["delivered"], to: "accepted", by: BUYERS, type: "trade.delivery", action: "accept", side: "buyer" },
  settle: { from: ["accepted"], to: "settled", by: ["operator", "platform"], type: "post-trade.settlement",
    action: "settle" },
};
const DISPUTABLE = ["signed", "paid", "delivered", "accepted"];

const need = (ctx, holds, code, message) => holds || ctx.fail(code, message);

/** A key of the state. Its parts hold no '|', so that no two of them make the same key. */
function key(...parts) {
  for (const part of parts) {
    if (String(part).includes("|")) throw Object.assign(new Error(`'${part}' holds a '|'`), { code: "BAD_ID" });
  }
  return parts.join("|");
}

/** The member that acts, always by itself. */
function actor(ctx) {
  need(ctx, ctx.caller?.kind === "member", "MEMBERS_ONLY", "a member must call this itself");
  return ctx.caller;
}

function roleOf(ctx, roles) {
  const role = roles.find((r) => actor(ctx).roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", `this takes one of the roles ${roles.join(", ")}`);
}

const load = (ctx, kind, id) => ctx.state.get(key(kind, id)) ?? ctx.fail("NOT_FOUND", `there is no ${kind} ${id}`);
const sha256 = (value) => ({ algorithm: "sha-256", value });
const decimal = (minor) => Money.format(minor, 2).replace(/\.?0+$/, "");

/** Takes one step: checks state, role and side, writes the new state, leaves the evidence. */
function take(ctx, kind, id, step, rule, attributes = {}, digests = [], change = {}) {
  const row = load(ctx, kind, id);
  need(ctx, rule.from.includes(row.status), "OUT_OF_ORDER",
    `${step}: ${kind} ${id} is ${row.status}, not ${rule.from.join(" or ")}`);
  const role = roleOf(ctx, rule.by);
  const { member } = actor(ctx);
  if (rule.owner) need(ctx, member === row.owner, "NOT_OWNER", `${row.owner} owns ${id}`);
  if (rule.side === "any") need(ctx, [row.seller, row.buyer].includes(member), "NOT_A_PARTY",
    "a party of the order does this");
  else if (rule.side) need(ctx, member === row[rule.side], "NOT_A_PARTY",
    `the ${rule.side} ${row[rule.side]} does this`);
  const last = ctx.evidence.append({
    type: rule.type, subject: id, action: rule.action, role, attributes, digests, links: [row.last],
  });
  ctx.state.put(key(kind, id), { ...row, ...change, status: rule.to, last });
  ctx.emit("step", { kind, id, step, status: rule.to });
  return { status: rule.to, evidence: last };
}

export function init(ctx, { settlement }) {
  ctx.state.put("config", { settlement });
}


export function register(ctx, { product, kind, name, version = "1", digest }) {
  const role = roleOf(ctx, SELLERS);
  need(ctx, ctx.state.get(key("product", product)) === undefined, "EXISTS", `product ${product} exists`);
  const [type, attribute] = REGISTRATIONS[kind];
  const last = ctx.evidence.append({
    type, subject: product, action: "register", role, digests: [sha256(digest)],
    attributes: { [attribute]: name, title: name, ...(kind === "api" && { version }) },
  });
  ctx.state.put(key("product", product), { kind, name, version, digest, owner: actor(ctx).member,
    status: "registered", last });
  return { status: "registered", evidence: last };
}

export function confirm(ctx, { product, right }) {
  const { owner } = load(ctx, "product", product);
  need(ctx, owner !== actor(ctx).member, "OWN_PRODUCT", "nobody confirms rights of his own");
  return take(ctx, "product", product, "confirm", PRODUCT_STEPS.confirm, { right, holder: owner });
}

export function review(ctx, { product, filing }) {
  need(ctx, load(ctx, "product", product).owner !== actor(ctx).member, "OWN_PRODUCT",
    "nobody reviews a product of his own");
  return take(ctx, "product", product, "review", PRODUCT_STEPS.review, { filing_number: filing });
}

export const value = (ctx, { product, amount, currency, method }) =>
  take(ctx, "product", product, "value", PRODUCT_STEPS.value, { amount: { decimal: decimal(amount) }, currency,
    method });

export const price = (ctx, { product, model, amount, currency }) =>
  take(ctx, "product", product, "price", PRODUCT_STEPS.price, { model, price: { decimal: decimal(amount) },
    currency }, [],
    { price: { model, amount, currency } });

export function list(ctx, { product }) {
  const { version, digest } = load(ctx, "product", product);
  return take(ctx, "product", product, "list", PRODUCT_STEPS.list, { version }, [sha256(digest)]);
}

/** Ends the listing: orders that are signed go on, new ones are refused. */
export function takeDown(ctx, { product, reason }) {
  const { owner } = load(ctx, "product", product);
  const { member, roles } = actor(ctx);
  need(ctx, member === owner || roles.some((r) => ["operator", "platform", "regulator"].includes(r)), "NOT_OWNER",
    `${owner} owns ${product}`);
  return take(ctx, "product", product, "takeDown", PRODUCT_STEPS.takeDown, { reason });
}


export function demand(ctx, { order, product }) {
  const role = roleOf(ctx, BUYERS);
  const listed = load(ctx, "product", product);
  need(ctx, listed.status === "listed", "OUT_OF_ORDER", `product ${product} is ${listed.status}, not listed`);
  need(ctx, listed.owner !== actor(ctx).member, "SAME_PARTY", "nobody buys from himself");
  need(ctx, ctx.state.get(key("order", order)) === undefined, "EXISTS", `order ${order} exists`);
  const last = ctx.evidence.append({
    type: "trade.matching", subject: order, action: "demand", role, attributes: { product }, links: [listed.last],
  });
  ctx.state.put(key("order", order), {
    product, seller: listed.owner, buyer: actor(ctx).member, status: "demanded", signed: [], last,
  });
  return { status: "demanded", evidence: last };
}

export function match(ctx, { order }) {
  const { product, seller } = load(ctx, "order", order);
  return take(ctx, "order", order, "match", ORDER_STEPS.match, { product, counterparty: seller }, [],
    { platform: actor(ctx).member });
}

export const decline = (ctx, { order, reason }) => take(ctx, "order", order, "decline", ORDER_STEPS.decline,
  { reason });

export const startTrial = (ctx, { order, records }) =>
  take(ctx, "order", order, "startTrial", ORDER_STEPS.startTrial, { product: load(ctx, "order", order).product,
    records });

/** Signs the contract of this digest and amount. The first signature fixes both; the third one makes it binding. */
export function sign(ctx, { order, digest, amount, currency }) {
  const row = load(ctx, "order", order);
  const { member } = actor(ctx);
  need(ctx, ["matched", "trial", "signing"].includes(row.status), "OUT_OF_ORDER",
    `sign: order ${order} is ${row.status}`);
  const sides = [row.seller, row.buyer, row.platform];
  need(ctx, sides.includes(member), "NOT_A_PARTY", `${member} is no party of order ${order}`);
  need(ctx, new Set(sides).size === 3, "THREE_PARTIES", "seller, buyer and platform are three members");
  need(ctx, !row.signed.includes(member), "SIGNED", `${member} has signed`);
  need(ctx, BigInt(amount) > 0n, "BAD_AMOUNT", "a contract is about more than nothing");
  const terms = row.terms ?? { digest, amount, currency };
  need(ctx, terms.digest === digest && terms.amount === amount && terms.currency === currency, "OTHER_TERMS",
    "these are not the terms that were signed first");
  const signed = [...row.signed, member];
  // Each signs as what it is in this order, whatever other roles it holds.
  const by = { [row.seller]: SELLERS, [row.buyer]: BUYERS, [row.platform]: PLATFORMS }[member];
  return take(ctx, "order", order, "sign", {
    from: [row.status], to: signed.length === 3 ? "signed" : "signing", by,
    type: "trade.contract-signing", action: "sign",
  }, { contract_number: order, amount: { decimal: decimal(amount) }, currency }, [sha256(digest)], { signed, terms });
}

/** The buyer asks settlement to pay. */
export function requestPayment(ctx, { order }) {
  const row = load(ctx, "order", order);
  need(ctx, row.status === "signed", "OUT_OF_ORDER", `requestPayment: order ${order} is ${row.status}, not signed`);
  need(ctx, actor(ctx).member === row.buyer, "NOT_A_PARTY", `the buyer ${row.buyer} does this`);
  return ctx.call(ctx.state.get("config").settlement, "request", {
    payment: `order/${order}`, payer: row.buyer, payee: row.seller, currency: row.terms.currency,
      amount: row.terms.amount,
    reason: `order ${order}`,
  });
}

/** Goes on when settlement says that the payment was made. */
export function pay(ctx, { order }) {
  const row = load(ctx, "order", order);
  const payment = ctx.query(ctx.state.get("config").settlement, "payment", { payment: `order/${order}` });
  need(ctx, payment?.status === "paid", "NOT_PAID", `the payment is ${payment?.status ?? "not asked for"}`);
  return take(ctx, "order", order, "pay", {
    from: ["signed"], to: "paid", by: [...new Set([...SELLERS, ...BUYERS, "platform"])], type: "trade.payment",
      action: "complete",
  }, { amount: { decimal: decimal(payment.amount) }, currency: payment.currency, payer: row.buyer, payee: row.seller,
    payment_number: payment.paidAs });
}

export const deliver = (ctx, { order, mode, digest }) =>
  take(ctx, "order", order, "deliver", ORDER_STEPS.deliver, { mode, receiver: load(ctx, "order", order).buyer },
    [sha256(digest)]);

export const accept = (ctx, { order }) => take(ctx, "order", order, "accept", ORDER_STEPS.accept);

export function settle(ctx, { order }) {
  const { terms } = load(ctx, "order", order);
  return take(ctx, "order", order, "settle", ORDER_STEPS.settle, {
    amount: { decimal: decimal(terms?.amount ?? "0") }, currency: terms?.currency ?? "CNY",
  });
}

/** A party disputes: the order stands still until somebody who is not a party of it decides. */
export function dispute(ctx, { order, claim }) {
  const row = load(ctx, "order", order);
  return take(ctx, "order", order, "dispute", {
    from: DISPUTABLE, to: "disputed", by: [...new Set([...SELLERS, ...BUYERS])], type: "post-trade.dispute",
      action: "open", side: "any",
  }, { claim }, [], { disputedAt: row.status });
}

export function resolve(ctx, { order, outcome, reason }) {
  const row = load(ctx, "order", order);
  need(ctx, ![row.seller, row.buyer].includes(actor(ctx).member), "A_PARTY", "a party does not decide its own dispute");
  return take(ctx, "order", order, "resolve", {
    from: ["disputed"], to: outcome === "continue" ? row.disputedAt : "terminated", by: ["regulator", "operator",
      "platform"],
    type: "post-trade.dispute", action: "resolve",
  }, { outcome, reason });
}

export const queries = {
  product: (ctx, { product }) => ctx.state.get(key("product", product)) ?? null,
  order: (ctx, { order }) => ctx.state.get(key("order", order)) ?? null,
};
