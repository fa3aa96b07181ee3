// Constraints: what each term means, and what of an agreement is understood at all.

const LIMITS = ["lt", "lteq"];
const SETS = ["eq", "isAnyOf", "neq", "isNoneOf"];

/** Operators that each left operand takes. What is not here is refused at the proposal. */
const OPERANDS = {
  count: LIMITS,
  dateTime: ["lt", "lteq", "gt", "gteq"],
  elapsedTime: LIMITS,
  purpose: SETS,
  application: SETS,
  user: SETS,
  spatial: SETS,
};

const DUTIES = ["delete", "log", "inform", "obtainConsent", "compensate", "nextPolicy"];
const PER = ["agreement", "assignee", "application", "user"];

const listOf = (value) => (Array.isArray(value) ? value : [value]);

/** Milliseconds of a time in UTC, or NaN. */
const timeOf = (text) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : NaN);

/** Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds, or NaN. */
function durationOf(text) {
  const match = /^P(?=.)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/.exec(text);
  if (!match) return NaN;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((n) => Number(n ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function checkRule(ctx, rule) {
  need(ctx, ACTIONS[rule.action], "UNKNOWN_ACTION", `action ${rule.action} is not known`);
  for (const constraint of rule.constraint ?? []) checkConstraint(ctx, constraint);
  for (const duty of rule.duty ?? []) {
    need(ctx, DUTIES.includes(duty.action), "UNKNOWN_DUTY", `duty ${duty.action} is not known`);
    if (duty.action === "delete") {
      need(ctx, !Number.isNaN(durationOf(duty.within)), "BAD_DUTY", "delete is within a duration");
    } else if (duty.action === "obtainConsent" || duty.action === "inform") {
      need(ctx, duty.party, "BAD_DUTY", `${duty.action} names a party`);
    } else if (duty.action === "compensate") {
      need(ctx, ctx.state.get("config").settlement, "BAD_DUTY", "compensate needs a settlement contract");
      need(ctx, Boolean(duty.agreement) !== Boolean(duty.payment), "BAD_DUTY",
        "compensate names the settlement agreement that meters, or the payment that must be made before");
    } else if (duty.action === "nextPolicy") {
      need(ctx, duty.policy, "BAD_DUTY", "nextPolicy names the policy that goes along");
    }
  }
}

function checkConstraint(ctx, { leftOperand, operator, rightOperand, per = "agreement" }) {
  const operators = OPERANDS[leftOperand] ?? ctx.fail("UNKNOWN_OPERAND", `left operand ${leftOperand} is not known`);
  need(ctx, operators.includes(operator), "UNKNOWN_OPERATOR", `${leftOperand} takes ${operators.join(", ")}`);
  need(ctx, PER.includes(per), "UNKNOWN_SCOPE", `counts are per ${PER.join(", ")}`);
  const single = listOf(rightOperand)[0];
  const fits = {
    count: () => /^[0-9]{1,9}$/.test(single),
    dateTime: () => !Number.isNaN(timeOf(single)),
    elapsedTime: () => !Number.isNaN(durationOf(single)),
  }[leftOperand];
  need(ctx, operators === SETS || listOf(rightOperand).length === 1, "BAD_OPERAND", `${leftOperand} takes one value`);
  need(ctx, !fits || fits(), "BAD_OPERAND", `${single} is no ${leftOperand}`);
}

const isIn = (operator, value, allowed) =>
  (operator === "eq" || operator === "isAnyOf" ? allowed.includes(value) : !allowed.includes(value));

const isBelow = (operator, value, limit) => (operator === "lt" ? value < limit : value <= limit);

/** What a count or an elapsed time is counted per. */
const scopeOf = (constraint, use) => ({
  agreement: "", assignee: use.member, application: use.application, user: use.user ?? "",
}[constraint.per ?? "agreement"]);

/** Names the constraint of a rule that a use does not meet, or gives null when all are met. */
function unmet(ctx, uid, place, rule, use) {
  for (const [i, constraint] of (rule.constraint ?? []).entries()) {
    const { leftOperand, operator, rightOperand } = constraint;
    const scope = scopeOf(constraint, use);
    let holds;
    switch (leftOperand) {
      case "count": {
        const used = ctx.state.get(key("count", uid, place, i, scope)) ?? 0;
        holds = isBelow(operator, used + use.quantity, Number(listOf(rightOperand)[0]));
        break;
      }
      case "dateTime": {
        const bound = timeOf(listOf(rightOperand)[0]);
        holds = operator.startsWith("lt") ? isBelow(operator, ctx.time, bound)
          : operator === "gt" ? ctx.time > bound : ctx.time >= bound;
        break;
      }
      case "elapsedTime": {
        const first = ctx.state.get(key("first", uid, place, scope)) ?? ctx.time;
        holds = isBelow(operator, ctx.time - first, durationOf(listOf(rightOperand)[0]));
        break;
      }
      case "spatial":
        holds = isIn(operator, use.place, listOf(rightOperand));
        break;
      default:
        holds = isIn(operator, use[leftOperand], listOf(rightOperand));
    }
    if (!holds) return leftOperand;
  }
  return null;
}

/** Counts a use that was permitted by a rule; gives what is left of the tightest count, or null. */
function count(ctx, uid, place, rule, use) {
  let left = null;
  for (const [i, constraint] of (rule.constraint ?? []).entries()) {
    const scope = scopeOf(constraint, use);
    if (constraint.leftOperand === "elapsedTime" && ctx.state.get(key("first", uid, place, scope)) === undefined) {
      ctx.state.put(key("first", uid, place, scope), ctx.time);
    }
    if (constraint.leftOperand !== "count") continue;
    const row = key("count", uid, place, i, scope);
    const used = (ctx.state.get(row) ?? 0) + use.quantity;
    ctx.state.put(row, used);
    const limit = Number(listOf(constraint.rightOperand)[0]) - (constraint.operator === "lt" ? 1 : 0);
    left = left === null ? limit - used : Math.min(left, limit - used);
  }
  return left;
}
