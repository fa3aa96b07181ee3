/**
 * consent (秒审): a data subject grants, narrows and withdraws; a request within the consent is approved at once, any other
 * is refused at once, and each step gives a receipt.
 *
 * Rules that hold in every state:
 * - A request is approved only if one consent, in force at that moment, covers every category asked for, the purpose and
 *   the member that asks, and has uses left.
 * - Narrowing only ever takes away; what is to be wider is granted anew.
 * - Withdrawal is effective for the very next request.
 *
 * State: consent|ID; request|MEMBER|KEY.
 * @module consent
 */

/** @typedef {import("@ledger/contract").Context} Context */

const GRANTORS = ["subject", "provider", "operator"];
const ASKERS = ["consumer", "developer", "insurer", "operator", "platform", "provider"];

const need = (ctx, holds, code, message) => holds || ctx.fail(code, message);

/** A key of the state. Its parts hold no '|', so that no two of them make the same key. */
function key(...parts) {
  for (const part of parts) {
    if (String(part).includes("|")) throw Object.assign(new Error(`'${part}' holds a '|'`), { code: "BAD_ID" });
  }
  return parts.join("|");
}

/** The member that acts, always by itself: nobody consents through a contract. */
function actor(ctx) {
  need(ctx, ctx.caller?.kind === "member", "MEMBERS_ONLY", "a member must call this itself");
  return ctx.caller;
}

function roleOf(ctx, roles) {
  const role = roles.find((r) => actor(ctx).roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", `this takes one of the roles ${roles.join(", ")}`);
}

const load = (ctx, id) => ctx.state.get(key("consent", id)) ?? ctx.fail("NOT_FOUND", `there is no consent ${id}`);
const isPart = (part, whole) => part.every((item) => whole.includes(item));

/** Who may ask is named, or left open to all members by an empty list. */
const isNamed = (members, member) => members.length === 0 || members.includes(member);

export function init() {}

function own(ctx, id) {
  const row = load(ctx, id);
  need(ctx, row.grantor === actor(ctx).member, "NOT_YOURS", `consent ${id} is ${row.grantor}'s to change`);
  need(ctx, row.status === "given", "WITHDRAWN", `consent ${id} is withdrawn`);
  return row;
}

/** The receipt of a step: what now applies, and the evidence that says so. */
function receipt(ctx, id, row, action) {
  const gives = action === "grant" || action === "change";
  const evidence = ctx.evidence.append({
    type: "authorisation.data-authorisation", subject: id, action, role: roleOf(ctx, GRANTORS),
    attributes: {
      ...(gives && {
        grantee: row.members.join(",") || "*",
        scope: `${row.categories.join(",")} for ${row.purposes.join(",")}`,
        valid_until: { time: row.until },
      }),
      ...(gives && row.uses !== undefined && { max_uses: row.uses }),
    },
    digests: [{ algorithm: "sha-256", value: ctx.crypto.sha256(JSON.stringify(row)) }],
  });
  return { consent: id, status: row.status, version: row.version, evidence, terms: termsOf(row) };
}

const termsOf = ({ members, categories, purposes, until, uses }) =>
  ({ members, categories, purposes, until, ...(uses !== undefined && { uses }) });

export function grant(ctx, { consent, members, categories, purposes, until, uses }) {
  need(ctx, ctx.state.get(key("consent", consent)) === undefined, "EXISTS", `consent ${consent} exists`);
  need(ctx, until > ctx.time, "EXPIRED", "a consent ends in the future");
  const row = {
    grantor: actor(ctx).member, members, categories, purposes, until, ...(uses !== undefined && { uses }), used: 0,
    status: "given", version: 1,
  };
  ctx.state.put(key("consent", consent), row);
  return receipt(ctx, consent, row, "grant");
}

/** Takes something away: members, categories, purposes, time or uses. */
export function narrow(ctx, { consent, members, categories, purposes, until, uses }) {
  const row = own(ctx, consent);
  const next = {
    ...row,
    members: members ?? row.members,
    categories: categories ?? row.categories,
    purposes: purposes ?? row.purposes,
    until: until ?? row.until,
    ...((uses ?? row.uses) !== undefined && { uses: uses ?? row.uses }),
    version: row.version + 1,
  };
  const narrower = (row.members.length === 0 || (next.members.length > 0 && isPart(next.members, row.members)))
    && isPart(next.categories, row.categories) && isPart(next.purposes, row.purposes) && next.until <= row.until
    && (row.uses === undefined || next.uses <= row.uses);
  need(ctx, narrower, "WIDER", "a consent is only narrowed; grant another one for more");
  ctx.state.put(key("consent", consent), next);
  return receipt(ctx, consent, next, "change");
}

/** Withdraws a consent, at once and for good. */
export function withdraw(ctx, { consent }) {
  const row = { ...own(ctx, consent), status: "withdrawn" };
  row.version += 1;
  ctx.state.put(key("consent", consent), row);
  ctx.emit("withdrawn", { consent });
  return receipt(ctx, consent, row, "withdraw");
}

/**
 * Asks for data under a consent. The answer comes with the transaction, permit or deny, and leaves evidence either way. A
 * key that was approved gives the same approval again and counts once.
 */
export function request(ctx, { consent, key: requestKey, categories, purpose }) {
  const { member } = actor(ctx);
  const role = roleOf(ctx, ASKERS);
  const known = ctx.state.get(key("request", consent, member, requestKey));
  if (known) return known;
  const row = ctx.state.get(key("consent", consent));
  const reason = faultOf(ctx, row, member, categories, purpose);
  const evidence = ctx.evidence.append({
    type: "pre-trade.review-filing", subject: consent, action: reason ? "reject" : "approve", role,
    attributes: {
      reviewer: "contract", final: true, reference: requestKey, note: `${categories.join(",")} for ${purpose}`,
      ...(reason && { reason }),
    },
  });
  const answer = {
    decision: reason ? "deny" : "permit", reason: reason ?? "WITHIN_CONSENT", consent, member, categories, purpose,
    at: ctx.time,
    version: row?.version ?? 0, evidence,
  };
  if (!reason) {
    ctx.state.put(key("consent", consent), { ...row, used: row.used + 1 });
    ctx.state.put(key("request", consent, member, requestKey), answer);
  }
  ctx.emit(reason ? "denied" : "approved", { consent, member, purpose, reason: answer.reason });
  return answer;
}

function faultOf(ctx, row, member, categories, purpose) {
  if (!row) return "NO_CONSENT";
  if (row.status !== "given") return "WITHDRAWN";
  if (ctx.time >= row.until) return "EXPIRED";
  if (!isNamed(row.members, member)) return "OTHER_MEMBER";
  if (!isPart(categories, row.categories)) return "OTHER_DATA";
  if (!row.purposes.includes(purpose)) return "OTHER_PURPOSE";
  return row.uses !== undefined && row.used >= row.uses ? "USED_UP" : null;
}

export const queries = {
  consent: (ctx, { consent }) => ctx.state.get(key("consent", consent)) ?? null,

  /** Whether a request would be approved now; asks nothing and leaves nothing. */
  check(ctx, { consent, member, categories, purpose }) {
    const reason = faultOf(ctx, ctx.state.get(key("consent", consent)), member, categories, purpose);
    return { decision: reason ? "deny" : "permit", reason: reason ?? "WITHIN_CONSENT" };
  },
};
