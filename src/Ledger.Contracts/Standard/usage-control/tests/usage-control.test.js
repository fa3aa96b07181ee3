// Tests of usage control: the seven policies of the requirement, and that counts hold in random histories.

const DAY = 24 * 3600 * 1000;
const iso = (time) => new Date(time).toISOString();

function setUp(t) {
  t.member("city", "provider");
  t.member("app-maker", "developer");
  t.member("bank", "consumer");
  t.member("operator-a", "operator");
  t.deploy("operator-a", "usage-control", {});
}

function agree(t, uid, permission, more = {}, contract = "usage-control") {
  const agreement = {
    "@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement", uid, assigner: "city",
    assignee: ["app-maker", "bank"], target: "asset/7", conflict: "prohibit", permission, ...more,
  };
  const { digest } = t.run("city", contract, "propose", { agreement });
  for (const member of agreement.assignee) t.run(member, contract, "accept", { uid, digest });
}

const count = (limit, per) => ({ leftOperand: "count", operator: "lteq", rightOperand: String(limit), ...(per
  && { per }) });
const use = (t, args, as = "bank") =>
  t.run(as, "usage-control", "request", { uid: "u-1", action: "display", application: "app-1", ...args });

/** A refusal is an answer with evidence, not an error. */
function denied(t, reason, args, as = "bank") {
  const outcome = t.call(as, "usage-control", "request", { uid: "u-1", action: "display", application: "app-1",
    ...args });
  t.equal(outcome.status, "returned", outcome.message);
  t.equal([outcome.value.decision, outcome.value.reason], ["deny", reason]);
  t.equal(outcome.records.length, 1);
  t.equal([outcome.records[0].type, outcome.records[0].action], ["trade.access", "deny"]);
}

export const tests = {
  "viewing is counted, and the use after the last one is refused with evidence": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "display", constraint: [count(3)] }]);
    for (let left = 2; left >= 0; left--) t.equal(use(t).remaining, left);
    denied(t, "COUNT");
    t.equal(t.query("usage-control", "counts", { uid: "u-1" }).counts[0].used, 3);
  },

  "each application, user or assignee can have a count of its own": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "display", constraint: [count(1, "application")] }]);
    use(t, { application: "app-1" });
    use(t, { application: "app-2" });
    denied(t, "COUNT", { application: "app-1" });
  },

  "processing and downloading are decided on for themselves, and only for named applications": (t) => {
    setUp(t);
    const app = (name) => ({ leftOperand: "application", operator: "isAnyOf", rightOperand: [name] });
    agree(t, "u-1", [
      { action: "execute", constraint: [app("trainer"), count(1)] },
      { action: "reproduce", constraint: [app("exporter"), count(2)] },
    ]);
    t.equal(use(t, { action: "execute", application: "trainer" }).decision, "permit");
    denied(t, "COUNT", { action: "execute", application: "trainer" });
    denied(t, "APPLICATION", { action: "execute", application: "exporter" });
    t.equal(use(t, { action: "reproduce", application: "exporter", quantity: 2 }).remaining, 0);
    denied(t, "NOT_PERMITTED", { action: "display" });
  },

  "a use of many counts as many, and never half": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "display", constraint: [count(5)] }]);
    t.equal(use(t, { quantity: 3 }).remaining, 2);
    denied(t, "COUNT", { quantity: 3 });
    t.equal(use(t, { quantity: 2 }).remaining, 0);
  },

  "termination by the provider stops the next use": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "use" }]);
    use(t);
    t.refused("NOT_ASSIGNER", "bank", "usage-control", "terminate", { uid: "u-1", reason: "no" });
    t.run("city", "usage-control", "terminate", { uid: "u-1", reason: "misuse" });
    denied(t, "TERMINATED");
    t.refused("TERMINATED", "city", "usage-control", "terminate", { uid: "u-1", reason: "again" });
  },

  "a derivative is not used before it is approved": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "derive" }, { action: "display" }]);
    const derivative = { uid: "u-1", derivative: "report/1" };
    denied(t, "DERIVATIVE_NOT_APPROVED", { target: "report/1" });
    t.run("bank", "usage-control", "submitDerivative", { ...derivative, digest: "ab".repeat(32) });
    denied(t, "DERIVATIVE_NOT_APPROVED", { target: "report/1" });
    t.refused("NOT_ASSIGNER", "bank", "usage-control", "decideDerivative", { ...derivative, approve: true });
    t.run("city", "usage-control", "decideDerivative", { ...derivative, approve: false, reason: "names inside" });
    denied(t, "DERIVATIVE_NOT_APPROVED", { target: "report/1" });
    t.run("bank", "usage-control", "submitDerivative", { ...derivative, digest: "cd".repeat(32) });
    t.run("city", "usage-control", "decideDerivative", { ...derivative, approve: true });
    t.equal(use(t, { target: "report/1" }).decision, "permit");
    t.refused("NOT_OPEN", "city", "usage-control", "decideDerivative", { ...derivative, approve: false });
  },

  "only named users, purposes and places": (t) => {
    setUp(t);
    const is = (leftOperand, ...values) => ({ leftOperand, operator: "isAnyOf", rightOperand: values });
    agree(t, "u-1", [{ action: "display", constraint: [is("user", "u-17", "u-18"), is("purpose", "credit"),
      is("spatial", "CN-31")] }]);
    const good = { user: "u-17", purpose: "credit", place: "CN-31" };
    t.equal(use(t, good).decision, "permit");
    denied(t, "USER", { ...good, user: "u-19" });
    denied(t, "USER", { ...good, user: undefined });
    denied(t, "PURPOSE", { ...good, purpose: "marketing" });
    denied(t, "SPATIAL", { ...good, place: "CN-11" });
    t.member("stranger", "consumer");
    denied(t, "NOT_ASSIGNEE", good, "stranger");
  },

  "only within the time window, and only so long after the first use": (t) => {
    setUp(t);
    const from = t.now() + DAY;
    const time = (operator, at) => ({ leftOperand: "dateTime", operator, rightOperand: iso(at) });
    agree(t, "u-1", [{
      action: "display",
      constraint: [time("gteq", from), time("lt", from + 10 * DAY), { leftOperand: "elapsedTime", operator: "lteq",
        rightOperand: "P2D" }],
    }]);
    denied(t, "DATETIME");
    t.advance(DAY);
    const answer = use(t);
    t.equal(answer.decision, "permit");
    t.ok(answer.until > answer.at && answer.until <= answer.at + 300_000, "a decision is short-lived");
    t.advance(DAY);
    use(t);
    t.advance(DAY + 3600_000);
    denied(t, "ELAPSEDTIME");
    t.advance(10 * DAY);
    denied(t, "DATETIME");
  },

  "a prohibition wins over a permission": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "use" }], { prohibition: [{
      action: "reproduce", constraint: [{ leftOperand: "application", operator: "neq", rightOperand: "vault" }],
    }] });
    denied(t, "PROHIBITED", { action: "reproduce" });
    t.equal(use(t, { action: "reproduce", application: "vault" }).decision, "permit");
  },

  "data that is not destroyed in time stops further use until it is": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "reproduce", duty: [{ action: "delete", within: "P1D" }, { action: "log" }] }]);
    const answer = use(t, { action: "reproduce" });
    t.equal(answer.duties, [{ action: "delete", before: answer.at + DAY }]);
    t.advance(2 * DAY);
    t.equal(t.query("usage-control", "overdue", { uid: "u-1" }).members, ["bank"]);
    denied(t, "DELETION_OVERDUE", { action: "reproduce" });
    const outcome = t.call("bank", "usage-control", "deleted", { uid: "u-1", method: "erase",
      digest: "ab".repeat(32) });
    t.equal(outcome.records[0].type, "post-trade.deletion-proof");
    t.equal(use(t, { action: "reproduce" }).decision, "permit");
    t.refused("NOT_OWED", "app-maker", "usage-control", "deleted", { uid: "u-1", method: "erase",
      digest: "ab".repeat(32) });
  },

  "consent that a duty asks for is needed, and its withdrawal works at once": (t) => {
    setUp(t);
    t.member("driver", "subject");
    agree(t, "u-1", [{ action: "display", duty: [{ action: "obtainConsent", party: "driver" }, { action: "inform",
      party: "city" }] }]);
    denied(t, "CONSENT");
    t.refused("NOT_ASKED", "city", "usage-control", "consent", { uid: "u-1", given: true });
    t.run("driver", "usage-control", "consent", { uid: "u-1", given: true });
    const outcome = t.call("bank", "usage-control", "request", { uid: "u-1", action: "display", application: "a" });
    t.equal(outcome.events.map((e) => e.name), ["inform", "permitted"]);
    t.run("driver", "usage-control", "consent", { uid: "u-1", given: false });
    denied(t, "CONSENT");
  },

  "a use that must be paid for is metered in settlement in the same transaction": (t) => {
    setUp(t);
    t.deploy("operator-a", "settlement", { approvals: ["operator"], trusted: ["paid-use"] });
    t.run("operator-a", "settlement", "propose", {
      agreement: "s-1", payer: "bank", currency: "CNY", price: { model: "call", amount: "20" },
      split: [{ party: "city", weight: "1" }],
    });
    for (const party of ["bank", "city"]) t.run(party, "settlement", "accept", { agreement: "s-1" });
    const permission = [{ action: "display", duty: [{ action: "compensate", agreement: "s-1" }] }];
    const ask = (name, more) =>
      [name, "request", { uid: "u-1", action: "display", application: "a", ...more }];
    for (const name of ["untrusted-use", "paid-use"]) {
      t.deploy("operator-a", "usage-control", { settlement: "settlement" }, name);
      agree(t, "u-1", permission, { assignee: ["bank"] }, name);
    }
    t.equal(t.run("bank", ...ask("paid-use")).reason, "KEY");
    // Settlement does not trust this one, so the use fails as a whole: no permission without its price.
    t.refused("NOT_TRUSTED", "bank", ...ask("untrusted-use", { key: "k1" }));
    t.equal(t.run("bank", ...ask("paid-use", { key: "k1" })).decision, "permit");
    t.equal(t.run("bank", ...ask("paid-use", { key: "k1" })).decision, "permit");
    t.equal(t.query("settlement", "item", { agreement: "s-1", item: "u-1/bank/k1" }).amount, "20");
    t.run("bank", ...ask("paid-use", { key: "k2" }));
    t.equal(t.run("operator-a", "settlement", "closeCycle").payments, 1);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "city" }).balance, "40");
  },

  "what this contract does not understand is refused when it is proposed": (t) => {
    setUp(t);
    const propose = (code, rule) => t.refused(code, "city", "usage-control", "propose", { agreement: {
      "@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement", uid: "u-1", assigner: "city",
        assignee: ["bank"],
      target: "asset/7", conflict: "prohibit", permission: [rule],
    } });
    const bad = (constraint) => ({ action: "display", constraint: [constraint] });
    propose("UNKNOWN_ACTION", { action: "sell" });
    propose("UNKNOWN_OPERAND", bad({ leftOperand: "weather", operator: "eq", rightOperand: "sun" }));
    propose("UNKNOWN_OPERATOR", bad({ leftOperand: "count", operator: "gt", rightOperand: "1" }));
    propose("BAD_OPERAND", bad({ leftOperand: "count", operator: "lteq", rightOperand: "-1" }));
    propose("BAD_OPERAND", bad({ leftOperand: "dateTime", operator: "lt", rightOperand: "tomorrow" }));
    propose("BAD_OPERAND", bad({ leftOperand: "elapsedTime", operator: "lt", rightOperand: "P" }));
    propose("UNKNOWN_DUTY", { action: "display", duty: [{ action: "dance" }] });
    propose("BAD_DUTY", { action: "display", duty: [{ action: "compensate", agreement: "s" }] });
  },

  "an agreement is in force only when each assignee has accepted what was proposed": (t) => {
    setUp(t);
    const { digest } = t.run("city", "usage-control", "propose", { agreement: {
      "@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement", uid: "u-1", assigner: "city",
      assignee: ["bank", "app-maker"], target: "asset/7", conflict: "prohibit", permission: [{ action: "use" }],
    } });
    t.run("bank", "usage-control", "accept", { uid: "u-1", digest });
    denied(t, "NOT_IN_FORCE");
    t.refused("OTHER_DIGEST", "app-maker", "usage-control", "accept", { uid: "u-1", digest: "00".repeat(32) });
    t.run("app-maker", "usage-control", "accept", { uid: "u-1", digest });
    t.equal(use(t).decision, "permit");
    denied(t, "NO_AGREEMENT", { uid: "u-2" });
  },

  "nobody proposes, accepts or uses on behalf of others": (t) => {
    setUp(t);
    agree(t, "u-1", [{ action: "display" }]);
    t.deploy("operator-a", "relay", {});
    const request = { uid: "u-1", action: "display", application: "a" };
    t.refused("MEMBERS_ONLY", "bank", "relay", "pass", { contract: "usage-control", fn: "request", args: request });
    const agreement = t.query("usage-control", "agreement", { uid: "u-1" });
    t.equal([agreement.status, agreement.accepted], ["active", ["app-maker", "bank"]]);
    const copy = {
      "@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement", uid: "u-2", assigner: "city",
        assignee: ["bank"],
      target: "asset/7", conflict: "prohibit", permission: [{ action: "use" }],
    };
    const propose = (code, as, change) =>
      t.refused(code, as, "usage-control", "propose", { agreement: { ...copy, ...change } });
    propose("EXISTS", "city", { uid: "u-1" });
    propose("NOT_ASSIGNER", "operator-a", {});
    propose("NOT_AUTHORISED", "bank", { assigner: "bank" });
    propose("NO_SUCH_MEMBER", "city", { assignee: ["nobody"] });
    propose("UNKNOWN_SCOPE", "city", { permission: [{ action: "use", constraint: [count(1, "day")] }] });
    t.refused("NOT_FOUND", "bank", "usage-control", "accept", { uid: "u-9", digest: agreement.digest });
    t.refused("NOT_ASSIGNEE", "city", "usage-control", "accept", { uid: "u-1", digest: agreement.digest });
    t.refused("NOT_OPEN", "bank", "usage-control", "accept", { uid: "u-1", digest: agreement.digest });
    t.refused("NOT_ASSIGNEE", "operator-a", "usage-control", "submitDerivative", {
      uid: "u-1", derivative: "d", digest: "ab".repeat(32),
    });
    t.run("bank", "usage-control", "submitDerivative", { uid: "u-1", derivative: "d", digest: "ab".repeat(32) });
    t.refused("EXISTS", "bank", "usage-control", "submitDerivative", { uid: "u-1", derivative: "d",
      digest: "ab".repeat(32) });
    t.equal(t.query("usage-control", "derivative", { uid: "u-1", derivative: "d" }).status, "submitted");
  },

  "a use that must be paid before is permitted when settlement says that it was": (t) => {
    setUp(t);
    t.deploy("operator-a", "settlement", { approvals: ["operator"] });
    t.deploy("operator-a", "usage-control", { settlement: "settlement" }, "prepaid");
    agree(t, "u-1", [{ action: "display", duty: [{ action: "compensate", payment: "p-1" }] }], { assignee: ["bank"] },
      "prepaid");
    const use = () => t.run("bank", "prepaid", "request", { uid: "u-1", action: "display", application: "a" });
    t.equal(use().reason, "PAYMENT");
    t.run("bank", "settlement", "request", {
      payment: "p-1", payer: "bank", payee: "city", currency: "CNY", amount: "5", reason: "licence",
    });
    t.run("operator-a", "settlement", "approve", { payment: "p-1" });
    t.equal(use().reason, "PAYMENT");
    t.run("operator-a", "settlement", "instruct", { batch: "b", payments: ["p-1"] });
    t.run("operator-a", "settlement", "paid", { payment: "p-1", currency: "CNY", amount: "5", reference: "r" });
    t.equal(use().decision, "permit");
  },
};

for (let seed = 1; seed <= 6; seed++) {
  tests[`no count is exceeded in history ${seed}, and each request leaves its evidence`] = (t) => {
    const random = t.random(seed);
    const limit = 5 + random(20);
    const per = random.of([undefined, "application", "assignee"]);
    setUp(t);
    agree(t, "u-1", [{ action: "display", constraint: [count(limit, per)] }]);
    const used = new Map();
    const keys = new Map();
    let terminated = false;
    for (let i = 0; i < 60; i++) {
      if (random(50) === 0 && !terminated) {
        t.run("city", "usage-control", "terminate", { uid: "u-1", reason: "end" });
        terminated = true;
      }
      const member = random.of(["bank", "app-maker"]);
      const application = random.of(["a", "b", "c"]);
      const quantity = 1 + random(4);
      const useKey = random(3) === 0 ? `k${random(5)}` : undefined;
      const outcome = t.call(member, "usage-control", "request", {
        uid: "u-1", action: "display", application, quantity, ...(useKey && { key: useKey }),
      });
      const known = keys.get(`${member}/${useKey}`);
      if (known) {
        t.equal(outcome.value, known, "the same key gives the same answer");
        continue;
      }
      t.equal(outcome.records.length, 1);
      const scope = { application, assignee: member }[per] ?? "";
      const before = used.get(scope) ?? 0;
      const expected = !terminated && before + quantity <= limit ? "permit" : "deny";
      t.equal(outcome.value.decision, expected, `use ${i}`);
      if (expected === "permit") {
        used.set(scope, before + quantity);
        if (useKey) keys.set(`${member}/${useKey}`, outcome.value);
      }
    }
  };
}
