// Tests of watch: each kind of rule on a timeline that keeps it and on one that breaks it.

const DAY = 24 * 3600 * 1000;
const FINAL = { type: "trade.payment", actions: ["approve"], attributes: { final: "true" } };
const RULES = [
  { id: "approval-first", kind: "precedes", first: FINAL, then: { type: "trade.payment", actions: ["pay", "complete"] },
    cancel: { type: "trade.payment", actions: ["reject"] } },
  { id: "paid-once", kind: "once", event: { type: "trade.payment", actions: ["complete"] } },
  { id: "deleted", kind: "within", start: { type: "authorisation.data-authorisation", actions: ["terminate"] },
    end: { type: "post-trade.deletion-proof", actions: ["delete"] }, duration: "P30D" },
  { id: "stopped", kind: "never", event: { type: "trade.access", actions: ["view"] },
    after: { type: "authorisation.data-authorisation", actions: ["terminate"] } },
  { id: "four-eyes", kind: "separate", first: FINAL, then: { type: "trade.payment", actions: ["complete"] } },
];

function setUp(t) {
  t.member("operator-a", "operator");
  t.member("operator-b", "operator");
  t.member("bank", "consumer");
  t.member("state", "regulator");
  t.deploy("operator-a", "watch", { rules: RULES });
}

const amount = { amount: { decimal: "1.5" }, currency: "CNY" };
const note = (t, subject, type, action, as = "operator-a", attributes = {}) => t.anchor(as, {
  type, subject, action, role: as === "bank" ? "consumer" : "operator", attributes,
  ...(type === "post-trade.deletion-proof" && { digests: [{ algorithm: "sha-256", value: "ab".repeat(32) }] }),
});
const approve = (t, subject, as) => note(t, subject, "trade.payment", "approve", as, { final: true });
const complete = (t, subject, as = "operator-b") => note(t, subject, "trade.payment", "complete", as, amount);
const check = (t, rule, subject) => t.query("watch", "check", { rule, subject });

export const tests = {
  "a payment before its final approval is found": (t) => {
    setUp(t);
    approve(t, "good");
    complete(t, "good");
    t.equal(check(t, "approval-first", "good").holds, true);
    note(t, "bad", "trade.payment", "approve", "operator-a", { final: false });
    const paid = complete(t, "bad");
    approve(t, "bad");
    const found = check(t, "approval-first", "bad");
    t.equal([found.holds, found.violations.length, found.violations[0].evidence], [false, 1, paid]);
  },

  "an approval that was taken back is none": (t) => {
    setUp(t);
    approve(t, "s");
    note(t, "s", "trade.payment", "reject");
    complete(t, "s");
    t.equal(check(t, "approval-first", "s").holds, false);
  },

  "a second payment is found": (t) => {
    setUp(t);
    complete(t, "s");
    t.equal(check(t, "paid-once", "s").holds, true);
    complete(t, "s");
    t.equal(check(t, "paid-once", "s").violations.length, 1);
  },

  "data that is not destroyed after the term is found, once the time is over": (t) => {
    setUp(t);
    note(t, "s", "authorisation.data-authorisation", "terminate");
    t.equal(check(t, "deleted", "s").holds, true);
    t.advance(29 * DAY);
    t.equal(check(t, "deleted", "s").holds, true);
    t.advance(2 * DAY);
    t.equal(check(t, "deleted", "s").holds, false);
    note(t, "s", "post-trade.deletion-proof", "delete", "operator-a", { method: "erase" });
    t.equal(check(t, "deleted", "s").holds, false, "too late stays too late");
  },

  "access after termination is found": (t) => {
    setUp(t);
    const view = () => note(t, "s", "trade.access", "view", "bank", { application: "a" });
    view();
    note(t, "s", "authorisation.data-authorisation", "terminate");
    t.equal(check(t, "stopped", "s").holds, true);
    view();
    t.equal(check(t, "stopped", "s").violations[0].sequence, 3);
  },

  "one member doing both is found": (t) => {
    setUp(t);
    approve(t, "good", "operator-a");
    complete(t, "good", "operator-b");
    t.equal(check(t, "four-eyes", "good").holds, true);
    approve(t, "bad", "operator-a");
    complete(t, "bad", "operator-a");
    t.equal(check(t, "four-eyes", "bad").violations[0].says, "operator-a did both");
  },

  "an inspection leaves its findings as evidence, linked to what it found": (t) => {
    setUp(t);
    approve(t, "good");
    complete(t, "good");
    const bad = complete(t, "bad");
    t.refused("NOT_AUTHORISED", "operator-a", "watch", "inspect", { rule: "approval-first", subjects: ["good"] });
    const outcome = t.call("state", "watch", "inspect", { rule: "approval-first", subjects: ["good", "bad",
      "unknown"] });
    t.equal(outcome.value.verdicts.map((v) => v.holds), [true, false, true]);
    t.equal(outcome.records.map((r) => [r.subject, r.action]), [["good", "clear"], ["bad", "report"]]);
    t.equal(outcome.records[1].links, [bad]);
    t.equal(outcome.events.map((e) => e.name), ["violation"]);
    t.equal(t.query("watch", "inspection", { rule: "approval-first", subject: "bad" }).violations, 1);
  },

  "rules are written by those who watch": (t) => {
    setUp(t);
    const rule = { id: "new", kind: "once", event: { type: "trade.access" } };
    t.refused("NOT_AUTHORISED", "operator-a", "watch", "define", { rule });
    t.run("state", "watch", "define", { rule });
    t.refused("EXISTS", "state", "watch", "define", { rule });
    t.refused("BAD_RULE", "state", "watch", "define", { rule: { id: "x", kind: "once" } });
    t.refused("BAD_RULE", "state", "watch", "define", { rule: { id: "x", kind: "within", start: rule.event,
      end: rule.event } });
    t.equal(t.query("watch", "rules").rules.length, RULES.length + 1);
    t.run("state", "watch", "withdraw", { rule: "new" });
    t.refused("NOT_FOUND", "state", "watch", "withdraw", { rule: "new" });
  },

  "nobody watches in the name of an auditor": (t) => {
    setUp(t);
    t.deploy("operator-a", "relay", {});
    t.refused("MEMBERS_ONLY", "state", "relay", "pass", {
      contract: "watch", fn: "withdraw", args: { rule: "paid-once" },
    });
    t.equal(t.query("watch", "rule", { rule: "paid-once" }).kind, "once");
  },
};

for (let seed = 1; seed <= 4; seed++) {
  tests[`in history ${seed} each verdict is what a second, slower definition says`] = (t) => {
    const random = t.random(seed);
    setUp(t);
    const history = [];
    for (let i = 0; i < 20; i++) {
      const step = random.of(["approve", "reject", "complete"]);
      const as = random.of(["operator-a", "operator-b"]);
      if (step === "approve") approve(t, "s", as);
      else if (step === "reject") note(t, "s", "trade.payment", "reject", as);
      else complete(t, "s", as);
      history.push({ step, as });
      const completed = history.flatMap((h, at) => (h.step === "complete" ? [at] : []));
      const unapproved = completed.filter((at) => {
        const before = history.slice(0, at).filter((h) => h.step !== "complete");
        return before.at(-1)?.step !== "approve";
      });
      const alone = completed.filter((at) => history.slice(0, at).some((h) => h.step === "approve"
        && h.as === history[at].as));
      t.equal(check(t, "approval-first", "s").violations.map((v) => v.sequence - 1), unapproved);
      t.equal(check(t, "paid-once", "s").violations.length, Math.max(0, completed.length - 1));
      t.equal(check(t, "four-eyes", "s").violations.map((v) => v.sequence - 1), alone);
    }
  };
}
