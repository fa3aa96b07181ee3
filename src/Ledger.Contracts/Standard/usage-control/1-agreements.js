/**
 * usage-control (使用控制): who may use which data for what, decided at each use, with evidence of each decision.
 *
 * An agreement speaks the vocabulary of ODRL 2.2 and covers the policy classes of the IDS usage-control patterns:
 * permissions and prohibitions of an action, under constraints, with duties. What it does not permit is refused; where
 * a prohibition and a permission meet, the prohibition wins (`conflict: prohibit`). A term that this contract does not
 * know is refused when the agreement is proposed: none is ever passed over.
 *
 * Rules that hold in every state:
 * - A count never exceeds its limit: counting and deciding are one transaction.
 * - Each decision, permit or deny, leaves a record of type `trade.access`.
 * - After termination the very next request is refused.
 *
 * State: config; agreement|UID; count|UID|RULE|CONSTRAINT|SCOPE; first|UID|RULE|SCOPE; decision|UID|KEY; consent|UID|PARTY;
 * derivative|UID|ID; deletion|UID|MEMBER.
 * @module usage-control
 */

/** @typedef {import("@ledger/contract").Context} Context */

const USERS = ["consumer", "developer", "insurer", "operator", "platform", "subject"];
const GRANTORS = ["provider", "operator", "subject"];
const FOREVER = 253402300799000;

/** The actions of ODRL that are decided on, and what evidence calls them. `use` includes the others. */
const ACTIONS = { display: "view", execute: "process", reproduce: "download", derive: "process", use: "call" };
const POLICIES = { display: "view", execute: "process", reproduce: "download", derive: "derive" };

const need = (ctx, holds, code, message) => holds || ctx.fail(code, message);

/** A key of the state. Its parts hold no '|', so that no two of them make the same key. */
function key(...parts) {
  for (const part of parts) {
    if (String(part).includes("|")) throw Object.assign(new Error(`'${part}' holds a '|'`), { code: "BAD_ID" });
  }
  return parts.join("|");
}


/** The member that acts, always by itself: no contract uses data on behalf of the member that called it. */
function actor(ctx) {
  need(ctx, ctx.caller?.kind === "member", "MEMBERS_ONLY", "a member must call this itself");
  return ctx.caller;
}

function roleOf(ctx, roles) {
  const role = roles.find((r) => actor(ctx).roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", `this takes one of the roles ${roles.join(", ")}`);
}

const load = (ctx, uid) => ctx.state.get(key("agreement", uid)) ?? ctx.fail("NOT_FOUND",
  `there is no agreement ${uid}`);

function append(ctx, type, subject, action, role, attributes, digests = [], links = []) {
  return ctx.evidence.append({ type, subject, action, role, attributes, digests, links });
}

export function init(ctx, { settlement = null, validFor = 300_000 }) {
  ctx.state.put("config", { settlement, validFor });
}

/** Puts an agreement forward. It is in force when every assignee has accepted it. */
export function propose(ctx, { agreement }) {
  const role = roleOf(ctx, GRANTORS);
  const { uid } = agreement;
  need(ctx, agreement.assigner === actor(ctx).member, "NOT_ASSIGNER", "the assigner proposes");
  need(ctx, ctx.state.get(key("agreement", uid)) === undefined, "EXISTS", `agreement ${uid} exists`);
  for (const member of agreement.assignee) {
    need(ctx, ctx.members.get(member), "NO_SUCH_MEMBER", `${member} is not a member`);
  }
  for (const rule of [...agreement.permission, ...(agreement.prohibition ?? [])]) checkRule(ctx, rule);

  const digest = ctx.crypto.sha256(JSON.stringify(agreement));
  ctx.state.put(key("agreement", uid), { ...agreement, status: "proposed", accepted: [], digest });
  append(ctx, "trade.contract-signing", uid, "propose", role, { contract_number: uid }, [sha256(digest)]);
  append(ctx, "authorisation.data-authorisation", uid, "grant", role, {
    grantee: agreement.assignee.join(","), scope: agreement.target, valid_until: { time: endOf(agreement) },
    ...policyAttributes(agreement),
  }, [sha256(digest)]);
  return { status: "proposed", digest };
}

const sha256 = (value) => ({ algorithm: "sha-256", value });

/** The last moment at which any permission can hold. */
function endOf(agreement) {
  const ends = agreement.permission.map((rule) => {
    const bounds = (rule.constraint ?? []).filter((c) => c.leftOperand === "dateTime" && c.operator.startsWith("lt"))
      .map((c) => timeOf(c.rightOperand));
    return bounds.length > 0 ? Math.min(...bounds) : FOREVER;
  });
  return Math.max(...ends);
}

function policyAttributes(agreement) {
  const [rule] = agreement.permission;
  const count = (rule.constraint ?? []).find((c) => c.leftOperand === "count");
  return {
    ...(POLICIES[rule.action] && { policy: POLICIES[rule.action] }),
    ...(count && { max_uses: Number(count.rightOperand) }),
  };
}

/** Signs the agreement of this digest: what is signed is what was proposed. */
export function accept(ctx, { uid, digest }) {
  const row = load(ctx, uid);
  const { member } = actor(ctx);
  need(ctx, row.assignee.includes(member), "NOT_ASSIGNEE", `${member} is not an assignee of ${uid}`);
  need(ctx, row.digest === digest, "OTHER_DIGEST", "this is not the agreement that was proposed");
  need(ctx, row.status === "proposed" && !row.accepted.includes(member), "NOT_OPEN", "there is nothing to accept");
  row.accepted.push(member);
  if (row.accepted.length === row.assignee.length) row.status = "active";
  ctx.state.put(key("agreement", uid), row);
  append(ctx, "trade.contract-signing", uid, "sign", roleOf(ctx, USERS), { contract_number: uid }, [sha256(digest)]);
  return { status: row.status };
}

/** Early termination by the assigner: nothing is permitted from the next request on. */
export function terminate(ctx, { uid, reason }) {
  const row = load(ctx, uid);
  need(ctx, row.assigner === actor(ctx).member, "NOT_ASSIGNER", "the assigner terminates");
  need(ctx, row.status !== "terminated", "TERMINATED", `agreement ${uid} is terminated`);
  ctx.state.put(key("agreement", uid), { ...row, status: "terminated", terminatedAt: ctx.time });
  append(ctx, "authorisation.data-authorisation", uid, "terminate", roleOf(ctx, GRANTORS), { reason });
  ctx.emit("terminated", { uid, reason });
  return { status: "terminated" };
}
