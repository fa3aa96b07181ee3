// Tests of claims on prepared disclosures; those on a real recording run in tests/Ledger.Contracts.Tests/Standard.
// In the test folder lie two disclosures of the same trip (ledger disclose): trip.json,
// and forged.json with one row changed.

const START = Date.parse("2026-01-01T00:00:00Z");
const END = Date.parse("2027-01-01T00:00:00Z");

function setUp(t, more = {}) {
  t.member("maker", "provider");
  t.member("driver", "subject", "consumer");
  t.member("insurer-a", "insurer");
  t.member("garage", "auditor");
  t.member("operator-a", "operator");
  t.deploy("operator-a", "settlement", { approvals: ["operator"], trusted: ["claims"] });
  t.deploy("operator-a", "claims", { settlement: "settlement", columns: ["VEHICLE_SPEED"] });
  t.run("insurer-a", "claims", "issue", {
    policy: "p-1", vehicle: "vehicle/9", insured: "driver", currency: "CNY", sumInsured: "1000000", from: START,
      until: END,
    covers: [{ causes: ["collision"], deductible: "50000", percent: 80, limit: "600000", ...more }],
  });
}

const anchor = (t, subject = "vehicle/9") => t.anchor("maker", {
  type: "fingerprint.data", subject, action: "anchor", role: "provider",
  digests: [{ algorithm: "ledger-fingerprint/1", value: t.file("trip.digest.json").digest }],
});
const report = (t, claim = "c-1", at = t.now() - 60_000) =>
  t.run("driver", "claims", "report", { claim, policy: "p-1", at, estimate: "400000", description: "hit from behind" });
const disclose = (t, claim = "c-1", file = "trip.json") =>
  t.call("maker", "claims", "disclose", { claim, disclosure: t.file(file) });
const appraise = (t, claim = "c-1", damage = "400000", cause = "collision") =>
  t.run("garage", "claims", "appraise", { claim, cause, damage, report: "ab".repeat(32) });
const settle = (t, claim = "c-1") => t.run("insurer-a", "claims", "settle", { claim });

export const tests = {
  "a verified and appraised claim is paid by the rule, through settlement, once": (t) => {
    setUp(t);
    anchor(t);
    report(t);
    const shown = disclose(t).value;
    t.equal(shown.decision, "permit");
    t.ok(BigInt(shown.facts.VEHICLE_SPEED.greatest) > 0n);
    t.equal(appraise(t), { status: "appraised", payout: "280000", reason: "COVERED" });
    t.equal(settle(t), { status: "settled", payment: "claim/c-1" });
    t.refused("NOT_APPRAISED", "insurer-a", "claims", "settle", { claim: "c-1" });
    t.refused("SETTLED", "insurer-a", "claims", "reopen", { claim: "c-1", reason: "again" });
    const payment = t.query("settlement", "payment", { payment: "claim/c-1" });
    t.equal([payment.status, payment.payee, payment.amount], ["approved", "driver", "280000"]);
    t.equal(t.query("claims", "policy", { policy: "p-1" }).left, "720000");
  },

  "a forged row is refused with evidence, and the claim stays as it was": (t) => {
    setUp(t);
    anchor(t);
    report(t);
    const before = t.snapshot();
    const outcome = disclose(t, "c-1", "forged.json");
    t.equal(outcome.status, "returned", outcome.message);
    t.equal([outcome.value.decision, outcome.value.reason], ["deny", "RecordMismatch"]);
    t.ok(outcome.value.record !== null, "the record at fault is named");
    t.equal([outcome.records[0].type, outcome.records[0].attributes.outcome], ["fingerprint.verification",
      { text: "mismatch" }]);
    t.equal(t.snapshot(), before);
    t.refused("NOT_VERIFIED", "garage", "claims", "appraise", { claim: "c-1", cause: "collision", damage: "1",
      report: "ab".repeat(32) });
    t.equal(disclose(t).value.decision, "permit");
  },

  "data that nobody anchored, of another vehicle, or anchored after the report does not count": (t) => {
    setUp(t);
    report(t);
    t.equal(disclose(t).value.reason, "NotAnchored");
    anchor(t);
    t.equal(disclose(t).value.reason, "AnchoredAfterReport");
  },

  "a fingerprint of another vehicle does not count": (t) => {
    setUp(t);
    anchor(t, "vehicle/10");
    report(t);
    t.equal(disclose(t).value.reason, "OtherVehicle");
  },

  "causes that are not insured, damage below the deductible and broken conditions are paid nothing": (t) => {
    setUp(t, { conditions: [{ column: "VEHICLE_SPEED", atMost: 200 }] });
    anchor(t);
    for (const [i, [damage, cause, reason]] of [["400000", "flood", "CAUSE_NOT_INSURED"], ["50000", "collision",
      "BELOW_DEDUCTIBLE"]].entries()) {
      report(t, `c-${i}`, t.now() - 60_000 - i);
      disclose(t, `c-${i}`);
      t.equal(appraise(t, `c-${i}`, damage, cause), { status: "refused", payout: "0", reason });
      t.refused("NOT_APPRAISED", "insurer-a", "claims", "settle", { claim: `c-${i}` });
    }
    report(t, "c-9");
    disclose(t, "c-9");
    t.equal(appraise(t, "c-9").reason, "COVERED");
  },

  "a condition on what the data shows decides": (t) => {
    setUp(t, { conditions: [{ column: "VEHICLE_SPEED", atMost: 1 }] });
    anchor(t);
    report(t);
    disclose(t);
    t.equal(appraise(t).reason, "CONDITION VEHICLE_SPEED");
  },

  "payouts stop at the limit and at the sum insured": (t) => {
    setUp(t);
    anchor(t);
    for (const [i, payout] of ["600000", "400000"].entries()) {
      report(t, `c-${i}`, t.now() - 60_000 - i);
      disclose(t, `c-${i}`);
      t.equal(appraise(t, `c-${i}`, "99000000").payout, payout);
      settle(t, `c-${i}`);
    }
    report(t, "c-2");
    disclose(t, "c-2");
    t.equal(appraise(t, "c-2").payout, "0");
    t.equal(t.query("claims", "policy", { policy: "p-1" }).left, "0");
  },

  "each step is taken by who may take it, in its order": (t) => {
    setUp(t);
    anchor(t);
    const now = t.now();
    const claim = { claim: "c-1", policy: "p-1", at: now - 1000, estimate: "1", description: "x" };
    t.refused("NOT_INSURED", "maker", "claims", "report", claim);
    t.refused("NOT_IN_TERM", "driver", "claims", "report", { ...claim, at: START - 1 });
    t.refused("FUTURE", "driver", "claims", "report", { ...claim, at: now + 3600_000 });
    t.run("driver", "claims", "report", claim);
    t.refused("EXISTS", "driver", "claims", "report", { ...claim, at: now - 2000 });
    t.refused("CLAIMED", "driver", "claims", "report", { ...claim, claim: "c-2" });
    t.refused("NOT_APPRAISED", "insurer-a", "claims", "settle", { claim: "c-1" });
    disclose(t);
    t.refused("NOT_OPEN", "maker", "claims", "disclose", { claim: "c-1", disclosure: t.file("trip.json") });
    t.refused("NOT_AUTHORISED", "driver", "claims", "appraise", { claim: "c-1", cause: "collision", damage: "1",
      report: "ab".repeat(32) });
    appraise(t);
    t.refused("NOT_INSURER", "driver", "claims", "settle", { claim: "c-1" });
    t.refused("NOT_INSURER", "driver", "claims", "reopen", { claim: "c-1", reason: "x" });
    t.run("insurer-a", "claims", "reopen", { claim: "c-1", reason: "other garage" });
    t.refused("NOT_VERIFIED", "garage", "claims", "appraise", { claim: "c-1", cause: "collision", damage: "1",
      report: "ab".repeat(32) });
  },

  "policies and steps that make no sense are refused": (t) => {
    setUp(t);
    t.member("both", "insurer", "auditor");
    const policy = {
      policy: "p-2", vehicle: "vehicle/9", insured: "driver", currency: "CNY", sumInsured: "10", from: START,
        until: END,
      covers: [{ causes: ["collision"], deductible: "0", percent: 100, limit: "10" }],
    };
    const issue = (code, change) => t.refused(code, "insurer-a", "claims", "issue", { ...policy, ...change });
    issue("EXISTS", { policy: "p-1" });
    issue("NO_SUCH_MEMBER", { insured: "nobody" });
    issue("SAME_PARTY", { insured: "insurer-a" });
    issue("BAD_TERM", { until: START });
    issue("BAD_COVER", { covers: [{ ...policy.covers[0], percent: 101 }] });
    t.refused("NOT_FOUND", "insurer-a", "claims", "settle", { claim: "c-9" });
    t.deploy("operator-a", "relay", {});
    t.refused("MEMBERS_ONLY", "insurer-a", "relay", "pass", { contract: "claims", fn: "issue", args: policy });
  },

  "who appraises does not settle, and nobody appraises a claim of his own": (t) => {
    setUp(t);
    anchor(t);
    t.member("insurer-b", "insurer", "auditor");
    t.member("fleet", "consumer", "auditor");
    t.run("insurer-b", "claims", "issue", {
      policy: "p-2", vehicle: "vehicle/9", insured: "fleet", currency: "CNY", sumInsured: "1000", from: START,
        until: END,
      covers: [{ causes: ["collision"], deductible: "0", percent: 100, limit: "800" }],
    });
    for (const [i, claim] of ["c-1", "c-2"].entries()) {
      t.run("fleet", "claims", "report", { claim, policy: "p-2", at: t.now() - 60_000 - i, estimate: "1",
        description: "x" });
      disclose(t, claim);
    }
    const appraisal = { claim: "c-1", cause: "collision", damage: "800", report: "ab".repeat(32) };
    t.refused("OWN_CLAIM", "fleet", "claims", "appraise", appraisal);
    t.run("insurer-b", "claims", "appraise", appraisal);
    t.refused("FOUR_EYES", "insurer-b", "claims", "settle", { claim: "c-1" });
    t.equal(t.query("claims", "claim", { claim: "c-1" }).status, "appraised");
    t.run("insurer-b", "claims", "reopen", { claim: "c-1", reason: "appraised in the house" });
    disclose(t, "c-1");
    t.run("garage", "claims", "appraise", appraisal);
    t.run("garage", "claims", "appraise", { ...appraisal, claim: "c-2" });
    t.run("insurer-b", "claims", "settle", { claim: "c-1" });
    t.refused("SUM_USED_UP", "insurer-b", "claims", "settle", { claim: "c-2" });
  },
};

for (let seed = 1; seed <= 4; seed++) {
  tests[`in history ${seed} each claim is paid at most once and never more than the sum insured`] = (t) => {
    const random = t.random(seed);
    setUp(t);
    anchor(t);
    const settled = new Map();
    for (let i = 0; i < 60; i++) {
      const claim = `c-${random(5)}`;
      const as = random.of(["driver", "insurer-a", "garage", "maker"]);
      const before = t.snapshot();
      const outcome = [
        () => t.call("driver", "claims", "report", { claim, policy: "p-1", at: t.now() - random(5000), estimate: "1",
          description: "x" }),
        () => disclose(t, claim, random.of(["trip.json", "forged.json"])),
        () => t.call(as, "claims", "appraise", { claim, cause: random.of(["collision", "flood"]),
          damage: String(random(1000000)), report: "ab".repeat(32) }),
        () => t.call(as, "claims", "settle", { claim }),
        () => t.call("insurer-a", "claims", "settle", { claim }),
        () => t.call("insurer-a", "claims", "reopen", { claim, reason: "x" }),
      ][Math.min(random(7), 5)]();
      if (outcome.status !== "returned") t.equal(t.snapshot(), before, "a refused step changed something");
      else if (outcome.value?.payment) {
        t.ok(!settled.has(claim), `${claim} was settled twice`);
        settled.set(claim, t.query("claims", "claim", { claim }).payout);
      }
      const paid = [...settled.values()].reduce((sum, p) => sum + BigInt(p), 0n);
      t.equal(t.query("claims", "policy", { policy: "p-1" }).left, String(1000000n - paid));
      t.equal(t.query("settlement", "totals", { currency: "CNY" }).sum, "0");
    }
  };
}
