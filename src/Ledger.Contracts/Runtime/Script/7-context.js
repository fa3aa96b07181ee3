const CODE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

// The ctx of a run: what the run is given as data, and the parts that are the same for every run.
const contextOf = (host) => {
  const parts = frozen({
    gasLeft: () => +host(OP.GasLeft),
    fail: (code, message) => {
      if (!matches(CODE, code)) throw failure("INVALID_ARGUMENT", "a code is letters, digits and '_', at most 64");
      throw failure(code, message === undefined ? code : `${message}`);
    },
    emit: (name, payload) => {
      host(OP.Emit, name, encode(payload, "a payload"));
    },
    call: (contract, fn, args) => parse(host(OP.Call, contract, fn, encode(args, "an argument"))),
    query: (contract, query, args) => parse(host(OP.Query, contract, query, encode(args, "an argument"))),
    state: stateOf(host),
    evidence: evidenceOf(host),
    fingerprint: fingerprintOf(host),
    members: membersOf(host),
    accounts: accountsOf(host),
    schedule: scheduleOf(host),
    crypto: cryptoOf(host),
  });
  return (data) => frozen({ ...parse(data), ...parts });
};
