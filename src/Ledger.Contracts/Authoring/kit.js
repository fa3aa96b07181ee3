// The test kit: what a test of a contract is given as `t`. It stands behind each test file and runs in the real engine.

const failed = (message) => {
  throw Object.assign(new Error(message), { name: "TestFailure" });
};
// Objects are equal whatever the order of their members.
const show = (value) => JSON.stringify(value, (_, v) => {
  if (typeof v === "bigint") return `${v}n`;
  return v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a],
    [b]) => (a < b ? -1 : 1))) : v;
});

/** @param {(operation: string, args: object) => any} send Asks the ledger under test. */
function makeKit(send) {
  const t = {
    /** Makes a member with these roles. */
    member: (id, ...roles) => send("member", { id, roles }),
    /** Deploys a contract (of the project under test, or a standard one), under its own name or another. */
    deploy: (as, contract, args, name = contract) =>
      t.returned(t.tryDeploy(as, contract, args, name), `deploy ${name}`),
    /** Deploys, and gives the outcome whatever it is. */
    tryDeploy: (as, contract, args, name = contract) => send("deploy", { as, contract, args, name }),
    /** Calls a function as a member, and gives its outcome: {status, code, message, value, events, records, gas}. */
    call: (as, contract, fn, args = {}) => send("call", { as, contract, fn, args }),
    /** Calls a function that must return, and gives its value. */
    run: (as, contract, fn, args = {}) => t.returned(t.call(as, contract, fn, args),
      `${contract}.${fn} by ${as}`).value,
    /** Calls a function that must be refused with this code, and must change nothing. */
    refused(code, as, contract, fn, args = {}) {
      const before = t.snapshot();
      const outcome = t.call(as, contract, fn, args);
      if (outcome.status === "returned" || outcome.code !== code) {
        const got = `${outcome.code || show(outcome.value)} ${outcome.message}`;
        failed(`${contract}.${fn} by ${as}: expected ${code}, got ${got}`);
      }
      t.equal(t.snapshot(), before, `${contract}.${fn} was refused and changed the state`);
      return outcome;
    },
    query: (contract, query, args = {}, as = null) =>
      t.returned(send("query", { as, contract, fn: query, args }), `query ${contract}.${query}`).value,
    /** Anchors a record of evidence as a member, and gives its id. */
    anchor: (as, record) => send("anchor", { as, record }),
    /** Moves the clock on, and makes the scheduled calls that fell due; gives their outcomes. */
    advance: (milliseconds) => send("advance", { milliseconds }),
    /** The consensus time. */
    now: () => send("now", {}),
    /** A digest of all state of all contracts. */
    snapshot: () => send("snapshot", {}),
    /** A file of the test folder, parsed as JSON. */
    file: (name) => send("file", { name }),

    returned(outcome, what) {
      if (outcome.status !== "returned") failed(`${what}: ${outcome.code} ${outcome.message}`);
      return outcome;
    },
    ok(value, message = "is not true") {
      if (!value) failed(message);
    },
    equal(actual, expected, message = "is not equal") {
      if (show(actual) !== show(expected)) failed(`${message}: expected ${show(expected)}, got ${show(actual)}`);
    },
    /** Numbers below a bound from a seed: the same history on every machine. */
    random(seed) {
      let state = BigInt(seed) + 0x9e3779b97f4a7c15n;
      const next = (bound) => {
        state = (state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
        let z = state;
        z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
        z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
        return Number((z ^ (z >> 31n)) % BigInt(bound));
      };
      return Object.assign(next, { of: (list) => list[next(list.length)] });
    },
  };
  return t;
}
