// Decisions: a use is asked for, permitted or denied, and either way leaves evidence.

const deny = (reason) => ({ decision: "deny", reason });

/**
 * Decides on a use. The answer is what an enforcement point acts on: it is part of the block's results, so the result
 * receipt proves it offline. The same key gives the same answer again and counts once.
 */
export function request(ctx, { uid, action, key: useKey, application, target, user, purpose, place, quantity = 1 }) {
  const { member } = actor(ctx);
  const role = roleOf(ctx, USERS);
  const known = useKey && ctx.state.get(key("decision", uid, member, useKey));
  if (known) return known;

  const row = ctx.state.get(key("agreement", uid));
  const use = { member, action, application, target, user, purpose, place, quantity, key: useKey };
  const found = row ? decide(ctx, uid, row, use) : deny("NO_AGREEMENT");
  const permitted = found.decision === "permit";
  const evidence = append(ctx, "trade.access", uid, permitted ? ACTIONS[action] : "deny", role, {
    application,
    calls: quantity,
    ...(user && { user }),
    ...(useKey && { reference: useKey }),
    reason: permitted ? action : `${action}: ${found.reason}`,
  });
  const until = Math.min(ctx.time + ctx.state.get("config").validFor, row ? endOf(row) : FOREVER);
  const answer = {
    ...found, uid, action, member, application, target: target ?? row?.target ?? null, user: user ?? null,
    purpose: purpose ?? null, place: place ?? null, quantity, at: ctx.time, until: permitted ? until : ctx.time,
      evidence,
  };
  if (useKey && permitted) ctx.state.put(key("decision", uid, member, useKey), answer);
  ctx.emit(permitted ? "permitted" : "denied", { uid, member, action, application, reason: found.reason });
  return answer;
}

/** The decision itself, in order: is the agreement in force, is the member named, no prohibition, one permission. */
function decide(ctx, uid, row, use) {
  if (row.status !== "active") return deny(row.status === "terminated" ? "TERMINATED" : "NOT_IN_FORCE");
  if (!row.assignee.includes(use.member)) return deny("NOT_ASSIGNEE");
  const owed = ctx.state.get(key("deletion", uid, use.member));
  if (owed && owed < ctx.time) return deny("DELETION_OVERDUE");
  if (use.target && use.target !== row.target) {
    const derivative = ctx.state.get(key("derivative", uid, use.target));
    if (derivative?.status !== "approved") return deny("DERIVATIVE_NOT_APPROVED");
  }
  const covers = (rule) => rule.action === use.action || rule.action === "use";
  const prohibitions = row.prohibition ?? [];
  for (const [i, rule] of prohibitions.entries()) {
    if (covers(rule) && unmet(ctx, uid, `p${i}`, rule, use) === null) return deny("PROHIBITED");
  }
  let reason = "NOT_PERMITTED";
  for (const [i, rule] of row.permission.entries()) {
    if (!covers(rule)) continue;
    const fault = unmet(ctx, uid, i, rule, use) ?? openDuty(ctx, uid, rule, use);
    if (fault === null) return permit(ctx, uid, i, rule, use);
    reason = fault.toUpperCase();
  }
  return deny(reason);
}

/** A duty that must be done before the use and is not. */
function openDuty(ctx, uid, rule, use) {
  for (const duty of rule.duty ?? []) {
    if (duty.action === "obtainConsent" && !ctx.state.get(key("consent", uid, duty.party))) return "consent";
    if (duty.action === "compensate" && duty.payment) {
      const payment = ctx.query(ctx.state.get("config").settlement, "payment", { payment: duty.payment });
      if (payment?.status !== "paid") return "payment";
    }
    if (duty.action === "compensate" && duty.agreement && !use.key) return "key";
  }
  return null;
}

function permit(ctx, uid, place, rule, use) {
  const remaining = count(ctx, uid, place, rule, use);
  const duties = [];
  for (const duty of rule.duty ?? []) {
    if (duty.action === "delete") {
      const due = ctx.state.get(key("deletion", uid, use.member)) ?? ctx.time + durationOf(duty.within);
      ctx.state.put(key("deletion", uid, use.member), due);
      duties.push({ action: "delete", before: due });
    } else if (duty.action === "inform") {
      ctx.emit("inform", { uid, party: duty.party, member: use.member, action: use.action });
    } else if (duty.action === "compensate" && duty.agreement) {
      ctx.call(ctx.state.get("config").settlement, "meter", {
        agreement: duty.agreement, uses: [{ key: `${uid}/${use.member}/${use.key}`, quantity: String(use.quantity) }],
      });
    } else if (duty.action === "nextPolicy") {
      duties.push({ action: "nextPolicy", policy: duty.policy });
    }
  }
  return { decision: "permit", reason: "PERMITTED", remaining, duties };
}

/** The party whose consent a duty asks for gives it, or takes it back: that is effective at the next request. */
export function consent(ctx, { uid, given }) {
  const row = load(ctx, uid);
  const { member } = actor(ctx);
  const asked = row.permission.some((rule) =>
    (rule.duty ?? []).some((duty) => duty.action === "obtainConsent" && duty.party === member));
  need(ctx, asked, "NOT_ASKED", `no duty of ${uid} asks for the consent of ${member}`);
  const role = roleOf(ctx, GRANTORS);
  if (given) ctx.state.put(key("consent", uid, member), ctx.time);
  else ctx.state.delete(key("consent", uid, member));
  append(ctx, "authorisation.data-authorisation", uid, given ? "consent" : "refuse", role, {
    ...(given && { grantee: row.assignee.join(","), scope: row.target }),
  });
  return { given };
}
