// Tests of settlement: the life of a payment, and that its rules hold in every state of random histories.

const PARTIES = ["city", "operator-a", "developer-b", "platform-c"];
const SPLIT = [["city", "50"], ["operator-a", "20"], ["developer-b", "25"], ["platform-c", "5"]];

function setUp(t, price = { model: "call", amount: "333" }) {
  t.member("city", "provider");
  t.member("operator-a", "operator");
  t.member("developer-b", "developer");
  t.member("platform-c", "platform");
  t.member("finance-o", "operator");
  t.member("finance-p", "platform");
  t.member("bank-d", "consumer");
  t.member("bank-e", "consumer");
  t.deploy("operator-a", "settlement", { approvals: ["operator", "platform"] });
  for (const [agreement, payer] of [["a-1", "bank-d"], ["a-2", "bank-e"]]) {
    t.run("operator-a", "settlement", "propose", {
      agreement, payer, currency: "CNY", price, split: SPLIT.map(([party, weight]) => ({ party, weight })),
    });
    for (const party of [...PARTIES, payer]) t.run(party, "settlement", "accept", { agreement });
  }
}

const meter = (t, agreement, key, quantity = "1") =>
  t.run("platform-c", "settlement", "meter", { agreement, uses: [{ key, quantity }] });

/** Meters one use, and gives its key. */
function meterOne(t) {
  meter(t, "a-1", "one");
  return "one";
}

const close = (t) => t.run("operator-a", "settlement", "closeCycle");
const payments = (t) => t.query("settlement", "payments", { limit: 200 }).payments;

function settleAll(t, batch) {
  const open = payments(t).filter((p) => p.status === "open").map((p) => p.payment);
  for (const payment of open) {
    t.run("finance-o", "settlement", "approve", { payment });
    t.run("finance-p", "settlement", "approve", { payment });
  }
  t.run("operator-a", "settlement", "instruct", { batch, payments: open });
  for (const p of t.query("settlement", "batch", { batch }).payments) {
    t.run("operator-a", "settlement", "paid", {
      payment: p.payment, currency: p.currency, amount: p.amount, reference: `bank-${p.payment}`,
    });
  }
  return open.length;
}

/** What must be true in every state. */
function checkInvariants(t, metered, paid) {
  const totals = t.query("settlement", "totals", { currency: "CNY" });
  t.equal(totals.sum, "0", "money is conserved");
  t.equal(totals.payments, paid.size, "each payment is counted once");
  for (const p of payments(t)) {
    if (p.status === "paid" || p.status === "instructed" || p.status === "approved") {
      t.ok(p.approvals.length === 2, `${p.payment} is ${p.status} with ${p.approvals.length} approvals`);
    }
  }
  t.ok(metered >= 0n);
}

export const tests = {
  "uses are metered, split, netted, approved, instructed and paid, and all balances end at zero": (t) => {
    setUp(t);
    for (let i = 0; i < 10; i++) meter(t, "a-1", `use-${i}`);
    meter(t, "a-2", "use-1", "5");
    t.equal(close(t).payments, 5);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "-3330");
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-e" }).balance, "-1665");
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "city" }).balance, "2498");
    t.equal(settleAll(t, "b-1"), 5);
    t.equal(t.query("settlement", "totals", { currency: "CNY" }), { payments: 5, amount: "4995", sum: "0",
      accounts: 0 });
  },

  "metering the same business key again changes nothing": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1");
    const before = t.snapshot();
    t.equal(meter(t, "a-1", "use-1", "9"), { items: 0, duplicates: 1, amount: "0" });
    t.equal(t.snapshot(), before);
    t.equal(t.run("city", "settlement", "meter", {
      agreement: "a-1", uses: [{ key: "x", quantity: "1" }, { key: "x", quantity: "1" }, { key: "use-1",
        quantity: "1" }],
    }), { items: 1, duplicates: 2, amount: "333" });
  },

  "each price model prices as it says": (t) => {
    const cases = [
      [{ model: "record", amount: "1", per: "1000" }, "1499", "1"],
      [{ model: "record", amount: "1", per: "1000" }, "1500", "2"],
      [{ model: "period", amount: "990000" }, "30", "29700000"],
      [{ model: "licence", amount: "5000000" }, "1", "5000000"],
      [{ model: "revenue-share", amount: "15", per: "100" }, "12345", "1852"],
    ];
    setUp(t);
    cases.forEach(([price, quantity, amount], i) => {
      const agreement = `p-${i}`;
      t.run("operator-a", "settlement", "propose", {
        agreement, payer: "bank-d", currency: "CNY", price, split: [{ party: "city", weight: "1" }],
      });
      t.run("bank-d", "settlement", "accept", { agreement });
      t.run("city", "settlement", "accept", { agreement });
      t.equal(meter(t, agreement, "k", quantity).amount, amount, price.model);
    });
  },

  "an agreement that not everybody accepted meters nothing": (t) => {
    setUp(t);
    t.run("operator-a", "settlement", "propose", {
      agreement: "a-3", payer: "bank-d", currency: "CNY", price: { model: "call", amount: "1" },
      split: [{ party: "city", weight: "1" }],
    });
    t.run("city", "settlement", "accept", { agreement: "a-3" });
    t.refused("NOT_ACTIVE", "city", "settlement", "meter", { agreement: "a-3", uses: [{ key: "k", quantity: "1" }] });
    t.refused("NOT_A_PARTY", "bank-e", "settlement", "accept", { agreement: "a-3" });
    t.run("city", "settlement", "end", { agreement: "a-1" });
    t.refused("NOT_ACTIVE", "city", "settlement", "meter", { agreement: "a-1", uses: [{ key: "k", quantity: "1" }] });
  },

  "nothing is instructed before its final approval and nothing paid that was not instructed": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1");
    close(t);
    const [{ payment, amount }] = payments(t);
    const instruct = { batch: "b", payments: [payment] };
    const evidence = { payment, currency: "CNY", amount, reference: "r-1" };
    t.refused("NOT_APPROVED", "operator-a", "settlement", "instruct", instruct);
    t.refused("NOT_AUTHORISED", "platform-c", "settlement", "approve", { payment });
    t.equal(t.run("finance-o", "settlement", "approve", { payment }), { status: "open", final: false });
    t.refused("NOT_APPROVED", "operator-a", "settlement", "instruct", instruct);
    t.equal(t.run("finance-p", "settlement", "approve", { payment }), { status: "approved", final: true });
    t.refused("NOT_INSTRUCTED", "operator-a", "settlement", "paid", evidence);
    t.run("finance-p", "settlement", "hold", { payment, held: true, reason: "doubt" });
    t.refused("HELD", "operator-a", "settlement", "instruct", instruct);
    t.run("finance-p", "settlement", "hold", { payment, held: false, reason: "cleared" });
    t.refused("TWICE", "operator-a", "settlement", "instruct", { batch: "b", payments: [payment, payment] });
    t.run("operator-a", "settlement", "instruct", instruct);
    t.refused("EXISTS", "operator-a", "settlement", "instruct", instruct);
    t.refused("WRONG_AMOUNT", "operator-a", "settlement", "paid", { ...evidence, amount: "1" });
    t.run("operator-a", "settlement", "failed", { payment, reason: "account closed" });
    t.run("operator-a", "settlement", "instruct", { ...instruct, batch: "b-2" });
    t.run("operator-a", "settlement", "paid", evidence);
    t.refused("NOT_INSTRUCTED", "operator-a", "settlement", "paid", evidence);
    t.refused("NOT_APPROVED", "operator-a", "settlement", "instruct", { ...instruct, batch: "b-3" });
  },

  "one member takes one step of an approval": (t) => {
    setUp(t);
    t.member("both", "operator", "platform");
    meter(t, "a-1", "use-1");
    close(t);
    const { payment } = payments(t).find((p) => p.payee === "city");
    t.run("both", "settlement", "approve", { payment });
    t.run("city", "settlement", "hold", { payment, held: true, reason: "doubt" });
    t.refused("HELD", "finance-p", "settlement", "approve", { payment });
    t.run("city", "settlement", "hold", { payment, held: false, reason: "cleared" });
    t.refused("FOUR_EYES", "both", "settlement", "approve", { payment });
    const own = payments(t).find((p) => p.payee === "operator-a").payment;
    t.refused("OWN_PAYMENT", "operator-a", "settlement", "approve", { payment: own });
  },

  "a disputed item is held out of its cycle until it is resolved": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1");
    meter(t, "a-1", "use-2");
    t.run("bank-d", "settlement", "dispute", { agreement: "a-1", item: "use-2", claim: "was not delivered" });
    t.refused("SETTLED", "bank-d", "settlement", "dispute", { agreement: "a-1", item: "use-2", claim: "again" });
    close(t);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "-333");
    t.refused("SETTLED", "bank-d", "settlement", "dispute", { agreement: "a-1", item: "use-1", claim: "too late" });
    t.run("operator-a", "settlement", "resolve", { agreement: "a-1", item: "use-2", outcome: "pay" });
    close(t);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "-666");
  },

  "what was settled is taken back by a counter-entry, once": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1", "10");
    close(t);
    settleAll(t, "b-1");
    const reverse = { agreement: "a-1", item: "use-1", as: "use-1/back", amount: "3000", reason: "wrong data" };
    t.equal(t.run("operator-a", "settlement", "reverse", reverse), { left: "330" });
    t.refused("EXISTS", "operator-a", "settlement", "reverse", reverse);
    t.refused("TOO_MUCH", "operator-a", "settlement", "reverse", { ...reverse, as: "use-1/back-2" });
    t.refused("NOT_REVERSIBLE", "operator-a", "settlement", "reverse", { ...reverse, item: "use-1/back", as: "x" });
    close(t);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "3000");
    settleAll(t, "b-2");
    t.equal(t.query("settlement", "totals", { currency: "CNY" }).accounts, 0);
  },

  "the cycle closes by itself at two in the morning": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1");
    const outcomes = t.advance(24 * 3600 * 1000);
    t.equal(outcomes.length, 1);
    t.equal(outcomes[0].value, { cycle: 1, phase: "closed", payments: 4 });
    t.equal(outcomes[0].events[0].name, "cycleClosed");
  },

  "asking for a payment twice is one payment, and other terms are refused": (t) => {
    setUp(t);
    const ask = { payment: "p-1", payer: "bank-d", payee: "city", currency: "CNY", amount: "100", reason: "fee" };
    t.equal(t.run("bank-d", "settlement", "request", ask), { status: "open", duplicate: false });
    t.equal(t.run("bank-d", "settlement", "request", ask), { status: "open", duplicate: true });
    t.refused("EXISTS", "bank-d", "settlement", "request", { ...ask, amount: "101" });
    t.refused("NOT_AUTHORISED", "bank-e", "settlement", "request", { ...ask, payment: "p-2" });
    t.refused("NOT_AUTHORISED", "operator-a", "settlement", "request", { ...ask, payment: "p-2", approved: true });
    t.run("operator-a", "settlement", "reject", { payment: "p-1", reason: "no" });
    t.refused("NOT_OPEN", "operator-a", "settlement", "approve", { payment: "p-1" });
  },

  "an approval log pays each approved request once, and importing it again pays nothing": (t) => {
    setUp(t);
    const event = (id, request, action, final = false) => ({ id, request, action, final, amount: "34.33634285099345" });
    const log = [
      event("e1", "r1", "submit"), event("e2", "r1", "complete"), event("e3", "r1", "approve", true),
      event("e4", "r1", "request"), event("e5", "r1", "complete"), event("e6", "r1", "complete"),
      event("e7", "r2", "submit"), event("e8", "r2", "approve", true), event("e9", "r2", "reject"),
      event("e10", "r2", "request"), event("e11", "r3", "approve"), event("e12", "r3", "complete"),
    ];
    const batch = { source: "rfp", payer: "university", currency: "EUR", events: log };
    t.equal(t.run("operator-a", "settlement", "importEvents", batch), {
      taken: 8, duplicates: 0, paid: 1, amount: "3434",
      refused: [["e2", "NOT_APPROVED"], ["e6", "PAID"], ["e10", "NOT_APPROVED"], ["e12", "NOT_APPROVED"]]
        .map(([id, code]) => ({ id, code })),
    });
    const before = t.snapshot();
    t.equal(t.run("operator-a", "settlement", "importEvents", batch).duplicates, log.length);
    t.equal(t.snapshot(), before);
    t.equal(t.query("settlement", "totals", { currency: "EUR" }), { payments: 1, amount: "3434", sum: "0",
      accounts: 0 });
  },

  "no contract that was not named at deployment speaks for the member that calls it": (t) => {
    setUp(t);
    t.deploy("operator-a", "relay", {});
    const ask = { payment: "p-1", payer: "bank-d", payee: "city", currency: "CNY", amount: "100", reason: "fee" };
    t.refused("NOT_TRUSTED", "bank-d", "relay", "pass", { contract: "settlement", fn: "request", args: ask });
    t.deploy("operator-a", "settlement", { approvals: ["operator"], trusted: ["relay"] }, "trusting");
    const approved = { contract: "trusting", fn: "request", args: { ...ask, approved: true } };
    t.equal(t.run("bank-d", "relay", "pass", approved).value.status, "approved");
  },

  "agreements and payments that make no sense are refused": (t) => {
    setUp(t);
    t.equal(t.tryDeploy("operator-a", "settlement", { approvals: ["regulator"] }, "other").code, "BAD_ROLE");
    t.equal(t.tryDeploy("operator-a", "settlement", { approvals: [] }, "other").status, "refused");
    const good = {
      agreement: "a-9", payer: "bank-d", currency: "CNY", price: { model: "call", amount: "1" },
      split: [{ party: "city", weight: "1" }],
    };
    const propose = (code, change) => t.refused(code, "operator-a", "settlement", "propose", { ...good, ...change });
    propose("EXISTS", { agreement: "a-1" });
    propose("BAD_ID", { agreement: "a|1" });
    propose("BAD_PRICE", { price: { model: "call", amount: "1", per: "0" } });
    propose("BAD_SPLIT", { split: [{ party: "city", weight: "0" }] });
    propose("BAD_SPLIT", { split: [{ party: "city", weight: "1" }, { party: "city", weight: "1" }] });
    propose("BAD_SPLIT", { split: [{ party: "bank-d", weight: "1" }] });
    propose("NO_SUCH_MEMBER", { split: [{ party: "nobody", weight: "1" }] });
    const ask = { payment: "p-1", payer: "bank-d", payee: "city", currency: "CNY", amount: "100", reason: "fee" };
    t.refused("BAD_AMOUNT", "bank-d", "settlement", "request", { ...ask, amount: "0" });
    t.refused("SAME_PARTY", "bank-d", "settlement", "request", { ...ask, payee: "bank-d" });
    t.refused("NOT_HELD", "operator-a", "settlement", "resolve", { agreement: "a-1", item: meterOne(t),
      outcome: "pay" });
    t.refused("NOT_FOUND", "operator-a", "settlement", "approve", { payment: "p-1" });
  },

  "a payment that is on its way is not rejected or held any more, and evidence closes one payment": (t) => {
    setUp(t);
    meterOne(t);
    close(t);
    const [one, two] = payments(t);
    t.equal(t.query("settlement", "payment", { payment: one.payment }).status, "open");
    for (const { payment } of [one, two]) {
      t.run("finance-o", "settlement", "approve", { payment });
      t.run("finance-p", "settlement", "approve", { payment });
    }
    t.run("operator-a", "settlement", "instruct", { batch: "b", payments: [one.payment, two.payment] });
    t.refused("TOO_LATE", "operator-a", "settlement", "reject", { payment: one.payment, reason: "no" });
    const pay = (p) => ({ payment: p.payment, currency: p.currency, amount: p.amount, reference: "same" });
    t.run("operator-a", "settlement", "paid", pay(one));
    t.refused("USED", "operator-a", "settlement", "paid", pay(two));
    t.refused("TOO_LATE", "operator-a", "settlement", "hold", { payment: one.payment, held: true, reason: "x" });
    t.refused("NOT_INSTRUCTED", "operator-a", "settlement", "failed", { payment: one.payment, reason: "x" });
  },

  "an approval that is taken back before the instruction must be given anew": (t) => {
    setUp(t);
    meterOne(t);
    close(t);
    const [{ payment }] = payments(t);
    for (const as of ["finance-o", "finance-p"]) t.run(as, "settlement", "approve", { payment });
    t.equal(t.run("operator-a", "settlement", "reject", { payment, reason: "wrong account" }).status, "open");
    t.refused("NOT_APPROVED", "operator-a", "settlement", "instruct", { batch: "b", payments: [payment] });
    for (const as of ["finance-o", "finance-p"]) t.run(as, "settlement", "approve", { payment });
    t.run("operator-a", "settlement", "instruct", { batch: "b", payments: [payment] });
    t.equal(t.query("settlement", "totals", { currency: "CNY" }).sum, "0");
  },

  "a long cycle is closed in several calls, and none of its dues is lost or counted twice": (t) => {
    setUp(t);
    for (let i = 0; i < 130; i++) {
      const agreement = `many-${i}`;
      t.run("operator-a", "settlement", "propose", {
        agreement, payer: "bank-d", currency: "CNY", price: { model: "call", amount: "7" },
        split: [{ party: "city", weight: "1" }],
      });
      t.run("bank-d", "settlement", "accept", { agreement });
      t.run("city", "settlement", "accept", { agreement });
      t.run("city", "settlement", "meter", { agreement, uses: [{ key: "k", quantity: "1" }] });
    }
    t.equal(close(t), { cycle: 1, phase: "posting", payments: 0 });
    t.equal(meter(t, "a-1", "meanwhile").amount, "333");
    t.equal(t.query("settlement", "item", { agreement: "a-1", item: "meanwhile" }).cycle, 2);
    const [rest] = t.advance(1000);
    t.equal(rest.value, { cycle: 1, phase: "closed", payments: 1 });
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "city" }).balance, "910");
    t.equal(t.query("settlement", "cycle"), { number: 2, phase: "open" });
  },

  "an agreement can be read with its terms and who accepted it": (t) => {
    setUp(t);
    const row = t.query("settlement", "agreement", { agreement: "a-1" });
    t.equal([row.status, row.accepted.length, row.payer], ["active", 5, "bank-d"]);
    t.equal(t.query("settlement", "agreement", { agreement: "none" }), null);
  },

  "a log has no say in payments that came from elsewhere, whatever it calls itself": (t) => {
    setUp(t);
    meterOne(t);
    close(t);
    const [{ payment }] = payments(t);
    t.run("bank-d", "settlement", "request", {
      payment: "p-1", payer: "bank-d", payee: "city", currency: "CNY", amount: "5", reason: "fee",
    });
    for (const [source, request] of [["cycle", payment], ["request", "p-1"]]) {
      const events = ["approve", "complete"].map((action) =>
        ({ id: `e-${action}`, request, action, final: true, amount: "5" }));
      const result = t.run("operator-a", "settlement", "importEvents", { source, payer: "bank-d", currency: "CNY", events });
      t.equal(result.refused.map((r) => r.code), ["OTHER_SOURCE", "OTHER_SOURCE"]);
      t.equal(t.query("settlement", "payment", { payment: request }).status, "open");
    }
  },

  "an item that was partly taken back is held and charged for what is left of it": (t) => {
    setUp(t);
    meter(t, "a-1", "use-1", "10");
    const item = { agreement: "a-1", item: "use-1" };
    t.run("operator-a", "settlement", "reverse", { ...item, as: "back", amount: "330", reason: "x" });
    t.refused("NOT_DISPUTABLE", "bank-d", "settlement", "dispute", { ...item, item: "back", claim: "x" });
    t.run("bank-d", "settlement", "dispute", { ...item, claim: "x" });
    close(t);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "0");
    t.run("operator-a", "settlement", "resolve", { ...item, outcome: "pay" });
    close(t);
    t.equal(t.query("settlement", "balance", { currency: "CNY", party: "bank-d" }).balance, "-3000");
  },
};

for (let seed = 1; seed <= 6; seed++) {
  tests[`in every state of history ${seed} money is conserved and nothing is paid twice or unapproved`] =
    (t) => history(t, seed);
}

function history(t, seed) {
  const random = t.random(seed);
  setUp(t, { model: "record", amount: String(1 + random(1000)), per: String(1 + random(7)) });
  const members = [...PARTIES, "bank-d", "bank-e", "finance-o", "finance-p"];
  let metered = 0n;
  const paid = new Map();
  const call = (fn, args) => {
    const before = t.snapshot();
    const outcome = t.call(random.of(members), "settlement", fn, args);
    if (outcome.status !== "returned") t.equal(t.snapshot(), before, `refused ${fn} changed the state`);
    return outcome.status === "returned" ? outcome.value : null;
  };
  for (let i = 0; i < 60; i++) {
    const known = payments(t);
    const one = known.length > 0 ? random.of(known) : { payment: "none", amount: "1", currency: "CNY" };
    const item = `k-${random(12)}`;
    const agreement = random.of(["a-1", "a-2"]);
    switch (random(11)) {
      case 0: case 1: case 2:
        metered += BigInt(call("meter", { agreement, uses: [{ key: item, quantity: String(1
          + random(500)) }] })?.amount ?? 0);
        break;
      case 3: call("dispute", { agreement, item, claim: "x" }); break;
      case 4: call("resolve", { agreement, item, outcome: random.of(["pay", "cancel"]) }); break;
      case 5: call("reverse", { agreement, item, as: `${item}-r${random(3)}`, amount: String(1 + random(400)),
        reason: "x" }); break;
      case 6: call("closeCycle", {}); break;
      case 7: case 8: call("approve", { payment: one.payment }); break;
      case 9: call("instruct", { batch: `b-${i}`, payments: [one.payment] }); break;
      default: {
        const done = call("paid", { payment: one.payment, currency: "CNY", amount: one.amount, reference: `ref-${i}` });
        if (done) {
          t.ok(!paid.has(one.payment), `${one.payment} was paid twice`);
          paid.set(one.payment, one.amount);
        }
      }
    }
    checkInvariants(t, metered, paid);
  }

  call("closeCycle", {});
  t.call("operator-a", "settlement", "closeCycle");
  for (const [agreement, payer] of [["a-1", "bank-d"], ["a-2", "bank-e"]]) checkCharges(t, agreement, payer);
}

/** What a payer owes and has paid is what its items say, counted by hand. */
function checkCharges(t, agreement, payer) {
  let charged = 0n;
  for (let k = 0; k < 12; k++) {
    const item = t.query("settlement", "item", { agreement, item: `k-${k}` });
    if (!item) continue;
    charged += item.status === "open" ? BigInt(item.amount) - BigInt(item.reversed) : 0n;
  }
  const owed = -BigInt(t.query("settlement", "balance", { currency: "CNY", party: payer }).balance);
  const settled = payments(t).filter((p) => p.status === "paid").reduce((sum, p) =>
    sum + (p.payer === payer ? BigInt(p.amount) : 0n) - (p.payee === payer ? BigInt(p.amount) : 0n), 0n);
  t.equal(owed + settled, charged, `what ${payer} owes and has paid`);
}
