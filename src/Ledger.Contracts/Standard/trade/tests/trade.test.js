// Tests of trade: the whole life of a product and an order, and that no history takes a step out of its order.

const DIGEST = "ab".repeat(32);

function setUp(t) {
  t.member("city", "provider");
  t.member("bank", "consumer");
  t.member("platform-c", "platform");
  t.member("operator-a", "operator");
  t.member("assessor", "auditor");
  t.member("state", "regulator");
  t.member("both", "developer");
  t.deploy("operator-a", "settlement", { approvals: ["operator", "platform"], trusted: ["trade"] });
  t.deploy("operator-a", "trade", { settlement: "settlement" });
}

const step = (t, as, fn, args) => t.run(as, "trade", fn, args);
const refused = (t, code, as, fn, args) => t.refused(code, as, "trade", fn, args);

const PRODUCT = [
  ["city", "register", { kind: "api", name: "trips", digest: DIGEST }],
  ["operator-a", "confirm", { right: "operate" }],
  ["operator-a", "review", { filing: "F-2026-1" }],
  ["assessor", "value", { amount: "12000000", currency: "CNY", method: "income" }],
  ["city", "price", { model: "once", amount: "990000", currency: "CNY" }],
  ["platform-c", "list", {}],
];

function listed(t, product = "product/1") {
  for (const [as, fn, args] of PRODUCT) step(t, as, fn, { product, ...args });
}

function signed(t, order = "order-1") {
  step(t, "bank", "demand", { order, product: "product/1" });
  step(t, "platform-c", "match", { order });
  step(t, "city", "startTrial", { order, records: 100 });
  for (const as of ["bank", "city", "platform-c"]) step(t, as, "sign", { order, digest: DIGEST, amount: "990000",
    currency: "CNY" });
}

function paid(t, order = "order-1") {
  const payment = `order/${order}`;
  step(t, "bank", "requestPayment", { order });
  t.run("operator-a", "settlement", "approve", { payment });
  t.run("platform-c", "settlement", "approve", { payment });
  t.run("operator-a", "settlement", "instruct", { batch: `b-${order}`, payments: [payment] });
  t.run("operator-a", "settlement", "paid", { payment, currency: "CNY", amount: "990000", reference: `bank-${order}` });
  return step(t, "bank", "pay", { order });
}

export const tests = {
  "a product is traded from its registration to its settlement, each step with its evidence": (t) => {
    setUp(t);
    const types = [];
    const take = (as, fn, args) => {
      const outcome = t.returned(t.call(as, "trade", fn, args), fn);
      types.push(...outcome.records.map((r) => `${r.type}/${r.action}`));
      return outcome.value;
    };
    for (const [as, fn, args] of PRODUCT) take(as, fn, { product: "product/1", ...args });
    t.equal(types, [
      "pre-trade.api-registration/register", "pre-trade.rights-confirmation/approve", "pre-trade.review-filing/file",
      "pre-trade.valuation/value", "pre-trade.pricing/set", "operation.asset-publish/publish",
    ]);
    signed(t);
    refused(t, "NOT_PAID", "bank", "pay", { order: "order-1" });
    refused(t, "OUT_OF_ORDER", "city", "deliver", { order: "order-1", mode: "api", digest: DIGEST });
    t.equal(paid(t).status, "paid");
    types.length = 0;
    take("city", "deliver", { order: "order-1", mode: "api", digest: DIGEST });
    take("bank", "accept", { order: "order-1" });
    t.equal(take("operator-a", "settle", { order: "order-1" }).status, "settled");
    t.equal(types, ["trade.delivery/deliver", "trade.delivery/accept", "post-trade.settlement/settle"]);
  },

  "steps out of their order are refused": (t) => {
    setUp(t);
    const args = Object.fromEntries(PRODUCT.map(([, fn, more]) => [fn, { product: "product/1", ...more }]));
    step(t, "city", "register", args.register);
    refused(t, "EXISTS", "city", "register", args.register);
    for (const [as, fn] of PRODUCT.slice(2)) refused(t, "OUT_OF_ORDER", as, fn, args[fn]);
    refused(t, "OUT_OF_ORDER", "bank", "demand", { order: "o", product: "product/1" });
    refused(t, "OUT_OF_ORDER", "city", "takeDown", { product: "product/1", reason: "x" });
  },

  "wrong roles and wrong parties are refused": (t) => {
    setUp(t);
    refused(t, "NOT_AUTHORISED", "bank", "register", { product: "p", kind: "file", name: "n", digest: DIGEST });
    listed(t);
    prepareOwn(t);
    refused(t, "NOT_AUTHORISED", "city", "demand", { order: "o", product: "product/2" });
    refused(t, "SAME_PARTY", "both", "demand", { order: "o", product: "product/2" });
    step(t, "bank", "demand", { order: "o", product: "product/1" });
    refused(t, "NOT_AUTHORISED", "bank", "match", { order: "o" });
    step(t, "platform-c", "match", { order: "o" });
    refused(t, "NOT_A_PARTY", "both", "startTrial", { order: "o", records: 1 });
    refused(t, "NOT_A_PARTY", "operator-a", "sign", { order: "o", digest: DIGEST, amount: "1", currency: "CNY" });
    refused(t, "OWN_PRODUCT", "seller-op", "confirm", { product: "product/3", right: "hold" });
  },

  "three parties sign one text, and only then it binds": (t) => {
    setUp(t);
    listed(t);
    step(t, "bank", "demand", { order: "o", product: "product/1" });
    step(t, "platform-c", "match", { order: "o" });
    const terms = { order: "o", digest: DIGEST, amount: "100", currency: "CNY" };
    t.equal(step(t, "city", "sign", terms).status, "signing");
    refused(t, "SIGNED", "city", "sign", terms);
    refused(t, "OTHER_TERMS", "bank", "sign", { ...terms, amount: "99" });
    refused(t, "OTHER_TERMS", "bank", "sign", { ...terms, digest: "cd".repeat(32) });
    t.equal(step(t, "bank", "sign", terms).status, "signing");
    refused(t, "OUT_OF_ORDER", "bank", "requestPayment", { order: "o" });
    t.equal(step(t, "platform-c", "sign", terms).status, "signed");
    refused(t, "OUT_OF_ORDER", "bank", "decline", { order: "o", reason: "x" });
  },

  "each party signs as what it is in the order, whatever other roles it holds": (t) => {
    setUp(t);
    listed(t);
    t.member("many-c", "provider", "consumer", "platform");
    step(t, "bank", "demand", { order: "o", product: "product/1" });
    step(t, "many-c", "match", { order: "o" });
    const terms = { order: "o", digest: DIGEST, amount: "100", currency: "CNY" };
    const roles = ["city", "bank", "many-c"].map(
      (as) => t.returned(t.call(as, "trade", "sign", terms), as).records[0].role);
    t.equal(roles, ["provider", "consumer", "platform"]);
  },

  "a dispute stops an order until somebody else decides": (t) => {
    setUp(t);
    listed(t);
    signed(t);
    paid(t);
    step(t, "bank", "dispute", { order: "order-1", claim: "nothing came" });
    refused(t, "OUT_OF_ORDER", "city", "deliver", { order: "order-1", mode: "api", digest: DIGEST });
    refused(t, "A_PARTY", "city", "resolve", { order: "order-1", outcome: "continue", reason: "x" });
    t.equal(step(t, "state", "resolve", { order: "order-1", outcome: "continue", reason: "late" }).status, "paid");
    step(t, "city", "deliver", { order: "order-1", mode: "api", digest: DIGEST });
    step(t, "bank", "dispute", { order: "order-1", claim: "empty" });
    t.equal(step(t, "state", "resolve", { order: "order-1", outcome: "terminate", reason: "true" }).status,
      "terminated");
    refused(t, "OUT_OF_ORDER", "bank", "accept", { order: "order-1" });
  },

  "what is taken down is not sold any more": (t) => {
    setUp(t);
    listed(t);
    signed(t);
    step(t, "state", "takeDown", { product: "product/1", reason: "complaint" });
    refused(t, "OUT_OF_ORDER", "bank", "demand", { order: "o-2", product: "product/1" });
    t.equal(paid(t).status, "paid", "an order that is signed goes on");
  },

  "an order can be declined until it is signed": (t) => {
    setUp(t);
    listed(t);
    t.equal(t.query("trade", "product", { product: "product/1" }).status, "listed");
    step(t, "bank", "demand", { order: "o", product: "product/1" });
    t.equal(step(t, "city", "decline", { order: "o", reason: "sold out" }).status, "declined");
    refused(t, "OUT_OF_ORDER", "platform-c", "match", { order: "o" });
    refused(t, "NOT_FOUND", "platform-c", "match", { order: "unknown" });
    refused(t, "NOT_OWNER", "both", "takeDown", { product: "product/1", reason: "x" });
  },

  "seller, buyer and platform are three members, about more than nothing": (t) => {
    setUp(t);
    t.member("op-seller", "operator", "auditor", "platform");
    t.member("op-b", "operator", "platform");
    for (const [, fn, args] of PRODUCT) {
      step(t, ["register", "price"].includes(fn) ? "op-seller" : fn === "value" ? "assessor" : "op-b", fn,
        { product: "product/9", ...args });
    }
    step(t, "bank", "demand", { order: "o", product: "product/9" });
    step(t, "op-seller", "match", { order: "o" });
    const terms = { order: "o", digest: DIGEST, amount: "100", currency: "CNY" };
    refused(t, "THREE_PARTIES", "bank", "sign", terms);
    step(t, "bank", "demand", { order: "o-2", product: "product/9" });
    step(t, "op-b", "match", { order: "o-2" });
    refused(t, "BAD_AMOUNT", "bank", "sign", { ...terms, order: "o-2", amount: "0" });
    t.deploy("operator-a", "relay", {});
    t.refused("MEMBERS_ONLY", "bank", "relay", "pass", { contract: "trade", fn: "sign", args: { ...terms,
      order: "o-2" } });
  },
};

/** A member that could be on both sides, with products of its own. */
function prepareOwn(t) {
  t.member("seller-op", "operator");
  for (const [as, fn, args] of PRODUCT) {
    step(t, ["register", "price"].includes(fn) ? "both" : as, fn, { product: "product/2", ...args });
  }
  step(t, "seller-op", "register", { product: "product/3", kind: "table", name: "n", digest: DIGEST });
}

const NEXT = {
  matched: ["demanded"], trial: ["matched"], signing: ["matched", "trial", "signing"], signed: ["signing", "disputed"],
  paid: ["signed", "disputed"], delivered: ["paid", "disputed"], accepted: ["delivered", "disputed"],
    settled: ["accepted"],
  declined: ["demanded", "matched", "trial"], disputed: ["signed", "paid", "delivered", "accepted"],
    terminated: ["disputed"],
};

for (let seed = 1; seed <= 4; seed++) {
  tests[`in history ${seed} an order only ever takes the steps of its life`] = (t) => {
    const random = t.random(seed);
    setUp(t);
    listed(t);
    step(t, "bank", "demand", { order: "o", product: "product/1" });
    let status = "demanded";
    const steps = [
      ["match", {}], ["decline", { reason: "x" }], ["startTrial", { records: 1 }], ["sign", { digest: DIGEST,
        amount: "100", currency: "CNY" }],
      ["requestPayment", {}], ["pay", {}], ["deliver", { mode: "file", digest: DIGEST }], ["accept", {}], ["settle",
        {}],
      ["dispute", { claim: "x" }], ["resolve", { outcome: "continue", reason: "x" }],
    ];
    for (let i = 0; i < 120; i++) {
      const [fn, args] = random.of(steps);
      if (fn === "decline" && i < 100) continue;
      const before = t.snapshot();
      const outcome = t.call(random.of(["bank", "city", "platform-c", "operator-a", "state"]), "trade", fn,
        { order: "o", ...args });
      if (outcome.status !== "returned") {
        t.equal(t.snapshot(), before, `refused ${fn} changed the state`);
        continue;
      }
      const now = t.query("trade", "order", { order: "o" }).status;
      if (fn !== "requestPayment") t.ok(NEXT[now].includes(status), `${fn}: ${status} -> ${now}`);
      else {
        for (const as of ["operator-a", "platform-c"]) t.call(as, "settlement", "approve", { payment: "order/o" });
        t.call("operator-a", "settlement", "instruct", { batch: "b", payments: ["order/o"] });
        t.call("operator-a", "settlement", "paid", { payment: "order/o", currency: "CNY", amount: "100",
          reference: "r" });
      }
      status = now;
    }
  };
}
