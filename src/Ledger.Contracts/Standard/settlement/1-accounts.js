/**
 * settlement (自动结算): metered use becomes priced items, items are split by agreed ratios onto accounts, accounts are
 * netted once a cycle into payments, payments are approved, instructed, and closed by the evidence that they were made.
 *
 * Rules that hold in every state, whatever was called in whatever order:
 * - All amounts are BigInt in minor units. The balances of a currency add up to zero: money is only ever moved.
 * - An agreement and a business key are metered once; the same call again changes nothing.
 * - A payment is instructed only after its final approval, and closed by at most one piece of payment evidence.
 * - What went wrong is put right by a counter-entry; nothing that was settled is ever changed or removed.
 *
 * State: config; agreement|ID; item|AGREEMENT|KEY; due|AGREEMENT; cycle; account|CUR|PARTY; net|CUR|PARTY; payment|ID;
 * event|ID; total|CUR. Ids hold no '|'.
 * @module settlement
 */

/** @typedef {import("@ledger/contract").Context} Context */

const TRADERS = ["operator", "platform", "provider", "developer", "consumer", "insurer"];
const CLERKS = ["operator", "platform"];
const UNITS = { call: "call", record: "record", period: "day", licence: "licence" };
// ISO 4217: currencies whose minor unit is not a hundredth.
const MINOR_DIGITS = { JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 };
const POSTED_AT_ONCE = 100;
const PAGE = 100;

const need = (ctx, holds, code, message) => holds || ctx.fail(code, message);

/** A key of the state. Its parts hold no '|', so that no two of them make the same key. */
function key(...parts) {
  for (const part of parts) {
    if (String(part).includes("|")) throw Object.assign(new Error(`'${part}' holds a '|'`), { code: "BAD_ID" });
  }
  return parts.join("|");
}
const digits = (currency) => MINOR_DIGITS[currency] ?? 2;

/** Whether another contract calls of which this one was told at its deployment. */
const isTrusted = (ctx) =>
  ctx.caller?.kind === "contract" && ctx.state.get("config").trusted.includes(ctx.caller.contract);

/** The member that acts: itself, or through a trusted contract. No other contract speaks for the member that called it. */
function actor(ctx) {
  need(ctx, ctx.origin && (ctx.caller.kind === "member" || isTrusted(ctx)), "NOT_TRUSTED",
    "a member must call this itself");
  return ctx.origin;
}

/** The first of these roles that the member holds: evidence is appended in a role that is really held. */
function roleOf(ctx, roles) {
  const role = roles.find((r) => actor(ctx).roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", `this takes one of the roles ${roles.join(", ")}`);
}

const isClerk = (ctx) => actor(ctx).roles.some((r) => CLERKS.includes(r));
const load = (ctx, kind, ...id) =>
  ctx.state.get(key(kind, ...id)) ?? ctx.fail("NOT_FOUND", `there is no ${kind} ${id.join(" ")}`);

/** Minor units as the decimal text in shortest form that evidence carries. */
function decimal(minor, currency) {
  const text = Money.format(minor, digits(currency));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function append(ctx, type, subject, action, role, attributes, links = []) {
  return ctx.evidence.append({ type, subject, action, role, attributes, links });
}

const money = (minor, currency) => ({ amount: { decimal: decimal(minor, currency) }, currency });

/** Moves an amount of either sign from one account to another, so that the sum over a currency never changes. */
function post(ctx, currency, from, to, amount) {
  for (const [party, change] of [[from, -amount], [to, amount]]) {
    const row = key("account", currency, party);
    const balance = BigInt(ctx.state.get(row) ?? "0") + change;
    if (balance === 0n) ctx.state.delete(row);
    else ctx.state.put(row, balance.toString());
  }
}

/** All rows of a prefix. Only for rows of which there are as many as members, and for queries. */
function allRows(ctx, prefix) {
  const rows = [];
  for (let after; ;) {
    const page = ctx.state.scan(prefix, { limit: 1000, after });
    rows.push(...page.entries);
    if (page.next === null) return rows;
    after = page.next;
  }
}

/** Adds to what a party is to receive (or, below zero, to pay) in the cycle that is being closed. */
function addPosition(ctx, currency, party, change) {
  const row = key("net", currency, party);
  ctx.state.put(row, (BigInt(ctx.state.get(row) ?? "0") + change).toString());
}

/** The cycle that an item of now belongs to: while one is being closed, the next. */
function currentCycle(ctx) {
  const { number, phase } = ctx.state.get("cycle");
  return phase === "open" ? number : number + 1;
}

function addDue(ctx, agreement, change) {
  const row = key("due", currentCycle(ctx), agreement);
  ctx.state.put(row, (BigInt(ctx.state.get(row) ?? "0") + change).toString());
}
