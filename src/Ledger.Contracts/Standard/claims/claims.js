/**
 * claims (智能理赔): a policy, an incident, the few seconds of driving data around it proven against the fingerprint that
 * was anchored before, an appraisal, and a payout by rule through settlement, once.
 *
 * Rules that hold in every state:
 * - Nothing is paid without a disclosure that verifies against a fingerprint of the insured vehicle which was anchored
 *   before the incident was reported, and without an appraisal of an insured cause.
 * - A disclosure that does not verify is refused with evidence that names the record at fault; the claim stays as it was.
 * - What is paid follows from the policy alone: (damage - deductible) * share, at most the limit and at most what is left
 *   of the sum insured. A claim is paid once; an incident is claimed once.
 *
 * State: config; policy|ID; claim|ID; incident|POLICY|TIME.
 * @module claims
 */

/** @typedef {import("@ledger/contract").Context} Context */

const CLAIMANTS = ["consumer", "subject", "provider"];
const VERIFIERS = ["provider", "consumer", "operator", "insurer", "platform"];
const APPRAISERS = ["auditor", "operator", "platform"];

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

/** Minor units as the decimal text in shortest form that evidence carries. */
const decimal = (minor) => Money.format(minor, 2).replace(/\.?0+$/, "");

export function init(ctx, { settlement, columns = null }) {
  ctx.state.put("config", { settlement, columns });
}

/** Issues a policy. Each cover names the causes that it insures, its deductible, share and limit. */
export function issue(ctx, { policy, vehicle, insured, currency, sumInsured, from, until, covers }) {
  const role = roleOf(ctx, ["insurer"]);
  need(ctx, ctx.state.get(key("policy", policy)) === undefined, "EXISTS", `policy ${policy} exists`);
  need(ctx, ctx.members.get(insured), "NO_SUCH_MEMBER", `${insured} is not a member`);
  need(ctx, from < until, "BAD_TERM", "a policy begins before it ends");
  need(ctx, insured !== actor(ctx).member, "SAME_PARTY", "nobody insures himself");
  for (const { percent } of covers) {
    need(ctx, percent >= 1 && percent <= 100, "BAD_COVER", "a share is 1 to 100 percent");
  }

  const insurer = actor(ctx).member;
  const row = { vehicle, insured, insurer, currency, sumInsured, left: sumInsured, from, until, covers };
  ctx.state.put(key("policy", policy), row);
  ctx.evidence.append({
    type: "trade.contract-signing", subject: policy, action: "propose", role,
    attributes: {
      contract_number: policy, amount: { decimal: decimal(sumInsured) }, currency, valid_until: { time: until },
    },
    digests: [{ algorithm: "sha-256", value: ctx.crypto.sha256(JSON.stringify(row)) }],
  });
}

/** Reports an incident: by the insured, within the term, once for each moment. */
export function report(ctx, { claim, policy, at, estimate, description }) {
  const row = load(ctx, "policy", policy);
  const { member } = actor(ctx);
  need(ctx, member === row.insured, "NOT_INSURED", `${member} is not insured by ${policy}`);
  need(ctx, at >= row.from && at < row.until, "NOT_IN_TERM", "the policy was not in force");
  need(ctx, at <= ctx.time, "FUTURE", "the incident has not happened yet");
  need(ctx, ctx.state.get(key("claim", claim)) === undefined, "EXISTS", `claim ${claim} exists`);
  const incident = key("incident", policy, at);
  need(ctx, ctx.state.get(incident) === undefined, "CLAIMED", "this incident was reported already");
  ctx.state.put(incident, claim);
  ctx.state.put(key("claim", claim), { policy, at, status: "reported", reportedAt: ctx.time, reportedBy: member });
  ctx.evidence.append({
    type: "trade.payment", subject: claim, action: "request", role: roleOf(ctx, CLAIMANTS),
    attributes: {
      amount: { decimal: decimal(estimate) }, currency: row.currency, payer: row.insurer, payee: row.insured,
      reference: policy, reason: description,
    },
  });
  return { status: "reported" };
}

/**
 * Shows the driving data around the incident. It must verify against a fingerprint of the insured vehicle that was
 * anchored before the report. Whoever holds the data shows it; whether it shows the incident is for the appraiser to
 * judge. A bad one is refused with evidence: that is an answer, because a throw would leave none.
 */
export function disclose(ctx, { claim, disclosure }) {
  const row = load(ctx, "claim", claim);
  const policy = load(ctx, "policy", row.policy);
  need(ctx, row.status === "reported", "NOT_OPEN", `claim ${claim} is ${row.status}`);
  const role = roleOf(ctx, VERIFIERS);
  const seen = ctx.fingerprint.verify(disclosure);
  const fault = faultOf(seen, policy, row);
  const shown = seen.records ?? [];
  const digest = ctx.crypto.sha256(JSON.stringify(disclosure));
  const evidence = ctx.evidence.append({
    type: "fingerprint.verification", subject: policy.vehicle, action: "verify", role,
    attributes: {
      outcome: fault ? "mismatch" : "match", reference: claim,
      ...(!fault && { first_record: seen.first, records: shown.length }),
      ...(fault && { reason: seen.record === null ? fault : `${fault} at record ${seen.record}` }),
    },
    digests: [{ algorithm: "sha-256", value: digest }],
    // A record without anything to link to is about a fingerprint that nobody anchored: it links to the claim.
    links: [seen.evidence?.id ?? lastOf(ctx, claim)],
  });
  if (fault) {
    ctx.emit("refused", { claim, reason: fault, record: seen.record });
    return { decision: "deny", reason: fault, record: seen.record, evidence };
  }
  ctx.state.put(key("claim", claim), {
    ...row, status: "verified", evidence, fingerprint: seen.evidence.id, first: seen.first, records: shown.length,
    facts: factsOf(ctx, seen),
  });
  return { decision: "permit", reason: "VERIFIED", record: null, evidence, facts: factsOf(ctx, seen) };
}

function faultOf(seen, policy, claim) {
  if (!seen.valid) return seen.code;
  if (seen.evidence.subject !== policy.vehicle) return "OtherVehicle";
  if (seen.evidence.time > claim.reportedAt) return "AnchoredAfterReport";
  return null;
}

/** The claim's own last evidence; there is always its report. */
const lastOf = (ctx, claim) => ctx.evidence.timeline(claim, { limit: 100 }).at(-1).id;

/**
 * What the shown rows say about the columns that the policy's rules look at: least and greatest value, as the decimal texts
 * of the data. Compared as thousandths in BigInt: money hangs on it.
 */
function factsOf(ctx, { header, records }) {
  const { columns } = ctx.state.get("config");
  if (!columns || !header || !records) return {};
  const names = header.split(",").map((name) => name.trim().replace(/ \(\)$/, ""));
  const facts = {};
  for (const column of columns) {
    const place = names.indexOf(column);
    const values = place < 0 ? [] : records.map((row) => thousandths(row.split(",")[place])).filter((v) => v !== null);
    if (values.length === 0) continue;
    const least = values.reduce((a, b) => (a < b ? a : b));
    const greatest = values.reduce((a, b) => (a > b ? a : b));
    facts[column] = { least: String(least), greatest: String(greatest) };
  }
  return facts;
}

/** A decimal text in thousandths, further digits cut; null when it is none. */
function thousandths(text) {
  const match = /^\s*(-?)([0-9]{1,12})(?:\.([0-9]+))?\s*$/.exec(text ?? "");
  if (!match) return null;
  const value = BigInt(match[2] + (match[3] ?? "").slice(0, 3).padEnd(3, "0"));
  return match[1] ? -value : value;
}

/** An appraiser states cause and damage; the payout follows by rule. */
export function appraise(ctx, { claim, cause, damage, report: digest }) {
  const role = roleOf(ctx, APPRAISERS);
  const row = load(ctx, "claim", claim);
  const policy = load(ctx, "policy", row.policy);
  need(ctx, row.status === "verified", "NOT_VERIFIED",
    `claim ${claim} is ${row.status}: its data must be verified first`);
  need(ctx, actor(ctx).member !== policy.insured, "OWN_CLAIM", "nobody appraises a claim of his own");
  const cover = policy.covers.find((c) => c.causes.includes(cause));
  const broken = cover?.conditions?.find((c) => !isMet(c, row.facts));
  const payout = cover && !broken ? payoutOf(cover, policy, BigInt(damage)) : 0n;
  const reason = !cover ? "CAUSE_NOT_INSURED" : broken ? `CONDITION ${broken.column}`
    : payout === 0n ? "BELOW_DEDUCTIBLE" : "COVERED";
  const status = payout > 0n ? "appraised" : "refused";
  ctx.state.put(key("claim", claim), {
    ...row, status, cause, damage, payout: String(payout), reason, appraiser: actor(ctx).member,
  });
  ctx.evidence.append({
    type: "pre-trade.valuation", subject: claim, action: "value", role,
    attributes: {
      amount: { decimal: decimal(payout) }, currency: policy.currency, method: "other", reason: `${cause}: ${reason}`,
      "x-damage": { decimal: decimal(damage) },
    },
    digests: [{ algorithm: "sha-256", value: digest }],
    links: [row.evidence],
  });
  return { status, payout: String(payout), reason };
}

/** A condition on what the data shows, such as a speed at the incident within what the policy insures. */
function isMet({ column, atMost, atLeast }, facts) {
  const fact = facts[column];
  if (!fact) return false;
  return (atMost === undefined || BigInt(fact.greatest) <= BigInt(atMost) * 1000n)
    && (atLeast === undefined || BigInt(fact.least) >= BigInt(atLeast) * 1000n);
}

function payoutOf(cover, policy, damage) {
  const over = damage - BigInt(cover.deductible);
  if (over <= 0n) return 0n;
  const share = Money.multiply(over, cover.percent, 100, "down");
  return [BigInt(cover.limit), BigInt(policy.left)].reduce((least, bound) => (bound < least ? bound : least), share);
}

/** The insurer confirms: the payout goes to settlement with its final approval, and leaves the sum insured. */
export function settle(ctx, { claim }) {
  const row = load(ctx, "claim", claim);
  const policy = load(ctx, "policy", row.policy);
  const { member } = actor(ctx);
  need(ctx, member === policy.insurer, "NOT_INSURER", "the insurer settles");
  need(ctx, row.appraiser !== member, "FOUR_EYES", "who appraised a claim does not settle it");
  need(ctx, row.status === "appraised", "NOT_APPRAISED", `claim ${claim} is ${row.status}`);
  need(ctx, BigInt(row.payout) <= BigInt(policy.left), "SUM_USED_UP",
    "another claim used up the sum insured: reopen the claim");
  const payment = `claim/${claim}`;
  ctx.call(ctx.state.get("config").settlement, "request", {
    payment, payer: policy.insurer, payee: policy.insured, currency: policy.currency, amount: row.payout,
    reason: `claim ${claim} under policy ${row.policy}`, approved: true,
  });
  ctx.state.put(key("claim", claim), { ...row, status: "settled", payment });
  ctx.state.put(key("policy", row.policy), { ...policy, left: String(BigInt(policy.left) - BigInt(row.payout)) });
  ctx.emit("settled", { claim, payment, amount: row.payout, currency: policy.currency });
  return { status: "settled", payment };
}

/** Back to disclosure, as long as nothing is settled: other data, another appraisal, or a sum insured that has shrunk. */
export function reopen(ctx, { claim, reason }) {
  const row = load(ctx, "claim", claim);
  const policy = load(ctx, "policy", row.policy);
  need(ctx, actor(ctx).member === policy.insurer, "NOT_INSURER", "the insurer reopens a claim");
  need(ctx, row.status !== "settled", "SETTLED", `claim ${claim} is settled`);
  const { at, reportedAt, reportedBy } = row;
  ctx.state.put(key("claim", claim), { policy: row.policy, at, reportedAt, reportedBy, status: "reported" });
  ctx.evidence.append({
    type: "trade.payment", subject: claim, action: "reject", role: roleOf(ctx, ["insurer"]), attributes: { reason },
  });
  return { status: "reported" };
}

export const queries = {
  policy: (ctx, { policy }) => ctx.state.get(key("policy", policy)) ?? null,
  claim: (ctx, { claim }) => ctx.state.get(key("claim", claim)) ?? null,
};
