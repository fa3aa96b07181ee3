// Tests of consent: what is within it is approved at once, what is not is refused at once, and both leave evidence.

const DAY = 24 * 3600 * 1000;

function setUp(t) {
  t.member("driver", "subject");
  t.member("bank", "consumer");
  t.member("shop", "consumer");
  t.member("operator-a", "operator");
  t.deploy("operator-a", "consent", {});
}

const grant = (t, more = {}) => t.run("driver", "consent", "grant", {
  consent: "c-1", members: ["bank"], categories: ["trips", "speed"], purposes: ["credit", "insurance"],
    until: t.now() + 30 * DAY, ...more,
});
const ask = (t, key, more = {}, as = "bank") =>
  t.call(as, "consent", "request", { consent: "c-1", key, categories: ["trips"], purpose: "credit", ...more });

function answered(t, decision, reason, outcome) {
  t.equal(outcome.status, "returned", outcome.message);
  t.equal([outcome.value.decision, outcome.value.reason], [decision, reason]);
  t.equal(outcome.records.length, 1);
  t.equal(outcome.records[0].action, decision === "permit" ? "approve" : "reject");
}

export const tests = {
  "a request within the consent is approved at once, with a receipt": (t) => {
    setUp(t);
    const receipt = grant(t);
    t.equal([receipt.status, receipt.version], ["given", 1]);
    t.ok(/^[0-9a-f]{64}/.test(receipt.evidence), "a receipt names its evidence");
    answered(t, "permit", "WITHIN_CONSENT", ask(t, "r-1"));
    t.equal(t.query("consent", "check", { consent: "c-1", member: "bank", categories: ["speed"],
      purpose: "credit" }).decision, "permit");
  },

  "what the consent does not cover is refused at once, with evidence": (t) => {
    setUp(t);
    answered(t, "deny", "NO_CONSENT", ask(t, "r-1"));
    grant(t);
    answered(t, "deny", "OTHER_MEMBER", ask(t, "r-1", {}, "shop"));
    answered(t, "deny", "OTHER_DATA", ask(t, "r-1", { categories: ["trips", "location"] }));
    answered(t, "deny", "OTHER_PURPOSE", ask(t, "r-1", { purpose: "marketing" }));
    t.advance(31 * DAY);
    answered(t, "deny", "EXPIRED", ask(t, "r-1"));
  },

  "withdrawal works for the very next request": (t) => {
    setUp(t);
    grant(t);
    answered(t, "permit", "WITHIN_CONSENT", ask(t, "r-1"));
    t.refused("NOT_YOURS", "bank", "consent", "withdraw", { consent: "c-1" });
    t.equal(t.run("driver", "consent", "withdraw", { consent: "c-1" }).status, "withdrawn");
    answered(t, "deny", "WITHDRAWN", ask(t, "r-2"));
    t.refused("WITHDRAWN", "driver", "consent", "narrow", { consent: "c-1", purposes: [] });
    t.refused("EXISTS", "driver", "consent", "grant", {
      consent: "c-1", members: [], categories: ["trips"], purposes: ["credit"], until: t.now() + DAY,
    });
  },

  "a consent is narrowed and never widened": (t) => {
    setUp(t);
    grant(t, { uses: 5 });
    const narrow = (terms) => ({ consent: "c-1", ...terms });
    t.run("driver", "consent", "narrow", narrow({ categories: ["trips"], uses: 2 }));
    answered(t, "deny", "OTHER_DATA", ask(t, "r-1", { categories: ["speed"] }));
    for (const wider of [{ categories: ["trips", "speed"] }, { uses: 3 }, { members: [] }, { members: ["bank",
      "shop"] },
      { purposes: ["credit", "marketing"] }, { until: t.now() + 90 * DAY }]) {
      t.refused("WIDER", "driver", "consent", "narrow", narrow(wider));
    }
    answered(t, "permit", "WITHIN_CONSENT", ask(t, "r-1"));
    answered(t, "permit", "WITHIN_CONSENT", ask(t, "r-2"));
    answered(t, "deny", "USED_UP", ask(t, "r-3"));
    t.equal(ask(t, "r-1").value.decision, "permit");
  },

  "nobody consents or asks for somebody else": (t) => {
    setUp(t);
    const terms = { consent: "c-1", members: [], categories: ["trips"], purposes: ["credit"], until: t.now() + DAY };
    t.refused("EXPIRED", "driver", "consent", "grant", { ...terms, until: t.now() });
    t.refused("NOT_AUTHORISED", "bank", "consent", "grant", terms);
    t.refused("NOT_FOUND", "driver", "consent", "withdraw", { consent: "c-1" });
    t.deploy("operator-a", "relay", {});
    t.refused("MEMBERS_ONLY", "driver", "relay", "pass", { contract: "consent", fn: "grant", args: terms });
    t.run("driver", "consent", "grant", terms);
    t.equal(t.query("consent", "consent", { consent: "c-1" }).grantor, "driver");
    answered(t, "permit", "WITHIN_CONSENT", ask(t, "r-1", {}, "shop"));
  },
};

for (let seed = 1; seed <= 4; seed++) {
  tests[`in history ${seed} each answer is what a model of the consent says`] = (t) => {
    const random = t.random(seed);
    setUp(t);
    const subset = (list) => list.filter(() => random(3) > 0);
    const model = { members: ["bank", "shop"], categories: ["a", "b", "c"], purposes: ["p", "q"], uses: 1
      + random(25), used: 0, given: true };
    t.run("driver", "consent", "grant", {
      consent: "c-1", members: model.members, categories: model.categories, purposes: model.purposes,
        uses: model.uses, until: t.now() + 30 * DAY,
    });
    for (let i = 0; i < 50; i++) {
      const dice = random(25);
      if (dice === 0) {
        const outcome = t.call("driver", "consent", "withdraw", { consent: "c-1" });
        t.equal(outcome.status === "returned", model.given);
        model.given = false;
      } else if (dice < 4) {
        const categories = subset(model.categories);
        const outcome = t.call("driver", "consent", "narrow", { consent: "c-1", categories });
        t.equal(outcome.status === "returned", model.given);
        if (model.given) model.categories = categories;
      } else {
        const member = random.of(["bank", "shop"]);
        const categories = [random.of(["a", "b", "c"])];
        const purpose = random.of(["p", "q", "r"]);
        const outcome = ask(t, `r-${i}`, { categories, purpose }, member);
        const expected = model.given && model.categories.includes(categories[0]) && model.purposes.includes(purpose)
          && model.used < model.uses;
        t.equal(outcome.value.decision, expected ? "permit" : "deny", `request ${i}`);
        t.equal(outcome.records.length, 1);
        if (expected) model.used += 1;
      }
    }
  };
}
