import type { Tests } from "@ledger/contract/test";

const CONTRACT = "my-contract";

const setUp = (t: Parameters<Tests[string]>[0]) => {
  t.member("operator-a", "operator");
  t.member("alice", "consumer");
  t.member("bob", "consumer");
  t.deploy("operator-a", CONTRACT, {});
  t.run("operator-a", CONTRACT, "give", { to: "alice", amount: "100" });
};

// Each test has a ledger of its own.
export const tests: Tests = {
  "points go from one member to another": (t) => {
    setUp(t);
    t.equal(t.run("alice", CONTRACT, "transfer", { to: "bob", amount: "30" }), { left: "70" });
    t.equal(t.query(CONTRACT, "balance", { member: "bob" }), { balance: "30" });
  },

  "nobody passes on points that he does not have": (t) => {
    setUp(t);
    // t.refused also checks that nothing was changed.
    t.refused("INSUFFICIENT_POINTS", "bob", CONTRACT, "transfer", { to: "alice", amount: "1" });
    t.refused("SAME_MEMBER", "alice", CONTRACT, "transfer", { to: "alice", amount: "1" });
  },

  "only the operator gives points": (t) => {
    setUp(t);
    t.refused("NOT_AUTHORISED", "alice", CONTRACT, "give", { to: "alice", amount: "1" });
  },

  "the balances add up to the supply, whatever is transferred": (t) => {
    setUp(t);
    const random = t.random(7);
    const members = ["alice", "bob", "operator-a"];
    for (let i = 0; i < 30; i++) {
      t.call(random.of(members), CONTRACT, "transfer", { to: random.of(members), amount: String(random(60)) });
      const sum = members.reduce((total, member) => total + BigInt(t.query(CONTRACT, "balance", { member }).balance), 0n);
      t.equal(t.query(CONTRACT, "supply"), { supply: String(sum) });
    }
  },
};
