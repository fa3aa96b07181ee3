/**
 * watch (违规核验): rules over the evidence of subjects, for regulators and auditors. Checking is a query: it is free, asks
 * nobody, and gives the same answer on every node. An inspection is a transaction: it leaves its findings as evidence.
 * Nothing that is watched is ever changed.
 *
 * Kinds of rules, each over the timeline of one subject:
 * - precedes: each `then` comes after a `first` that no `cancel` followed (no payment before its final approval);
 * - within: after each `start` an `end` follows within a duration (deletion after the term);
 * - once: at most one `event` (no double payment);
 * - never: no `event` (no access after termination, together with `after`);
 * - separate: `first` and `then` come from different members (four eyes).
 *
 * State: rule|ID; inspection|SUBJECT|RULE.
 * @module watch
 */

/** @typedef {import("@ledger/contract").Context} Context */

const WATCHERS = ["regulator", "auditor"];
const MAX_RECORDS = 2000;
const PAGE = 100;

const need = (ctx, holds, code, message) => holds || ctx.fail(code, message);

/** A key of the state. Its parts hold no '|', so that no two of them make the same key. */
function key(...parts) {
  for (const part of parts) {
    if (String(part).includes("|")) throw Object.assign(new Error(`'${part}' holds a '|'`), { code: "BAD_ID" });
  }
  return parts.join("|");
}

function roleOf(ctx, roles) {
  need(ctx, ctx.caller?.kind === "member", "MEMBERS_ONLY", "a member must call this itself");
  const role = roles.find((r) => ctx.caller.roles.includes(r));
  return role ?? ctx.fail("NOT_AUTHORISED", `this takes one of the roles ${roles.join(", ")}`);
}

const load = (ctx, id) => ctx.state.get(key("rule", id)) ?? ctx.fail("NOT_FOUND", `there is no rule ${id}`);

/** The patterns that each kind of rule has. */
const KINDS = {
  precedes: ["first", "then"], within: ["start", "end"], once: ["event"], never: ["event"], separate: ["first", "then"],
};

export function init(ctx, { rules = [] }) {
  for (const rule of rules) put(ctx, rule);
}

function put(ctx, rule) {
  for (const name of KINDS[rule.kind]) need(ctx, rule[name], "BAD_RULE", `a rule of kind ${rule.kind} has ${name}`);
  need(ctx, rule.kind !== "within" || durationOf(rule.duration ?? "") > 0, "BAD_RULE", "within has a duration");
  need(ctx, ctx.state.get(key("rule", rule.id)) === undefined, "EXISTS", `rule ${rule.id} exists`);
  ctx.state.put(key("rule", rule.id), rule);
}

export function define(ctx, { rule }) {
  roleOf(ctx, WATCHERS);
  put(ctx, rule);
}

export function withdraw(ctx, { rule }) {
  roleOf(ctx, WATCHERS);
  load(ctx, rule);
  ctx.state.delete(key("rule", rule));
}

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds; 0 when it is none. */
function durationOf(text) {
  const match = /^P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/.exec(text);
  if (!match) return 0;
  const [days, hours, minutes, seconds] = match.slice(1).map((n) => Number(n ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** Whether a record is what a pattern describes. */
function fits(pattern, { record }) {
  if (record.type !== pattern.type) return false;
  if (pattern.actions && !pattern.actions.includes(record.action)) return false;
  return Object.entries(pattern.attributes ?? {}).every(([name, wanted]) => {
    const value = record.attributes[name];
    return value !== undefined && String(Object.values(value)[0]) === wanted;
  });
}

function timelineOf(ctx, subject) {
  const entries = [];
  for (let after = 0; entries.length < MAX_RECORDS;) {
    const page = ctx.evidence.timeline(subject, { after, limit: PAGE });
    entries.push(...page);
    if (page.length < PAGE) return { entries, complete: true };
    after = page.at(-1).sequence;
  }
  return { entries, complete: false };
}

const violation = (entry, says) => ({ evidence: entry.id, sequence: entry.sequence, says });

/** What in a timeline breaks a rule, in the order of the timeline. */
function violations(rule, entries, now) {
  switch (rule.kind) {
    case "precedes": return precedes(rule, entries);
    case "within": return within(rule, entries, now);
    case "once": return entries.filter((e) => fits(rule.event, e)).slice(1).map((e) => violation(e, "more than once"));
    case "never": return never(rule, entries);
    default: return separate(rule, entries);
  }
}

function precedes(rule, entries) {
  const found = [];
  let allowed = false;
  for (const entry of entries) {
    if (fits(rule.then, entry) && !allowed) found.push(violation(entry, "comes before what must precede it"));
    if (fits(rule.first, entry)) allowed = true;
    else if (rule.cancel && fits(rule.cancel, entry)) allowed = false;
  }
  return found;
}

function within(rule, entries, now) {
  const duration = durationOf(rule.duration);
  return entries.filter((e) => fits(rule.start, e)).filter((start) => {
    const end = entries.find((e) => e.sequence > start.sequence && fits(rule.end, e));
    return (end?.time ?? now) > start.time + duration;
  }).map((e) => violation(e, `nothing followed within ${rule.duration}`));
}

function never(rule, entries) {
  let watching = !rule.after;
  const found = [];
  for (const entry of entries) {
    if (watching && fits(rule.event, entry)) found.push(violation(entry, "must not happen"));
    if (rule.after && fits(rule.after, entry)) watching = true;
  }
  return found;
}

function separate(rule, entries) {
  const found = [];
  const members = [];
  for (const entry of entries) {
    if (fits(rule.then, entry) && members.includes(entry.member)) found.push(violation(entry,
      `${entry.member} did both`));
    if (fits(rule.first, entry)) members.push(entry.member);
  }
  return found;
}

function verdict(ctx, id, subject) {
  const rule = load(ctx, id);
  const { entries, complete } = timelineOf(ctx, subject);
  const found = violations(rule, entries, ctx.time);
  return { rule: id, subject, records: entries.length, complete, holds: found.length === 0, violations: found.slice(0,
    50) };
}

/** Checks a rule over subjects, and leaves a record of type `post-trade.tracing` for each subject that has evidence. */
export function inspect(ctx, { rule, subjects }) {
  const role = roleOf(ctx, WATCHERS);
  const verdicts = [];
  for (const subject of subjects) {
    const found = verdict(ctx, rule, subject);
    verdicts.push({ subject, holds: found.holds, violations: found.violations.length, records: found.records });
    if (found.records === 0) continue;
    const links = found.violations.slice(0, 16).map((v) => v.evidence);
    const last = ctx.evidence.timeline(subject, { after: found.records - 1, limit: 1 }).at(-1);
    ctx.evidence.append({
      type: "post-trade.tracing", subject, action: found.holds ? "clear" : "report", role,
      attributes: { finding: found.holds ? `${rule}: holds over ${found.records} records`
        : `${rule}: ${found.violations[0].says}` },
      links: links.length > 0 ? links : [last.id],
    });
    ctx.state.put(key("inspection", subject, rule), { at: ctx.time, holds: found.holds,
      violations: found.violations.length });
    if (!found.holds) ctx.emit("violation", { rule, subject, violations: found.violations.length });
  }
  return { verdicts };
}

export const queries = {
  rule: (ctx, { rule }) => ctx.state.get(key("rule", rule)) ?? null,
  rules: (ctx) => ({ rules: ctx.state.scan("rule|", { limit: 1000 }).entries.map((e) => e.value) }),
  check: (ctx, { rule, subject }) => verdict(ctx, rule, subject),
  inspection: (ctx, { rule, subject }) => ctx.state.get(key("inspection", subject, rule)) ?? null,
};
