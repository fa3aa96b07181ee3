// What follows a use: derivatives that wait for approval, and data that is destroyed after its term.

/** Asks for the approval of something that was derived from the data. It may not be used before it is approved. */
export function submitDerivative(ctx, { uid, derivative, digest }) {
  const row = load(ctx, uid);
  const role = roleOf(ctx, ["developer", "consumer", "operator", "platform"]);
  need(ctx, row.assignee.includes(actor(ctx).member), "NOT_ASSIGNEE", "an assignee submits a derivative");
  const known = ctx.state.get(key("derivative", uid, derivative));
  need(ctx, known === undefined || known.status === "rejected", "EXISTS",
    `derivative ${derivative} is ${known?.status}`);
  ctx.state.put(key("derivative", uid, derivative), { status: "submitted", by: actor(ctx).member, digest });
  append(ctx, "post-trade.derivative-approval", uid, "submit", role, { derivative }, [sha256(digest)]);
  return { status: "submitted" };
}

export function decideDerivative(ctx, { uid, derivative, approve, reason = "" }) {
  const row = load(ctx, uid);
  need(ctx, row.assigner === actor(ctx).member, "NOT_ASSIGNER", "the assigner decides on derivatives");
  const known = ctx.state.get(key("derivative", uid, derivative));
  need(ctx, known?.status === "submitted", "NOT_OPEN", `derivative ${derivative} is ${known?.status ?? "unknown"}`);
  const status = approve ? "approved" : "rejected";
  ctx.state.put(key("derivative", uid, derivative), { ...known, status });
  append(ctx, "post-trade.derivative-approval", uid, approve ? "approve" : "reject", roleOf(ctx, ["provider",
    "operator"]), {
    derivative, ...(reason && { reason }),
  });
  return { status };
}

/** Reports that the data was destroyed; the digest is that of the deletion report. */
export function deleted(ctx, { uid, method, digest }) {
  const { member } = actor(ctx);
  need(ctx, ctx.state.get(key("deletion", uid, member)) !== undefined, "NOT_OWED",
    `${member} owes no deletion under ${uid}`);
  ctx.state.delete(key("deletion", uid, member));
  append(ctx, "post-trade.deletion-proof", uid, "delete", roleOf(ctx, USERS), { method }, [sha256(digest)]);
  return { deleted: true };
}

export const queries = {
  agreement: (ctx, { uid }) => ctx.state.get(key("agreement", uid)) ?? null,
  derivative: (ctx, { uid, derivative }) => ctx.state.get(key("derivative", uid, derivative)) ?? null,

  /** What was counted under an agreement: by permission, constraint and scope. */
  counts(ctx, { uid }) {
    const prefix = key("count", uid, "");
    return {
      counts: ctx.state.scan(prefix, { limit: 1000 }).entries.map(({ key: row, value }) => {
        const [permission, constraint, scope] = row.slice(prefix.length).split("|");
        return { permission: Number(permission), constraint: Number(constraint), scope, used: value };
      }),
    };
  },

  /** Deletions that are overdue, for those who watch. */
  overdue(ctx, { uid }) {
    const prefix = key("deletion", uid, "");
    return {
      members: ctx.state.scan(prefix, { limit: 1000 }).entries.filter((e) => e.value < ctx.time)
        .map((e) => e.key.slice(prefix.length)),
    };
  },
};
