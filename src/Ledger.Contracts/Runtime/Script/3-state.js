// The contract's own state. Keys and values go as text; OP is made from HostOperation.
const stateOf = (host) => ({
  get: (key) => {
    const text = host(OP.StateGet, key);
    return text === undefined ? undefined : parse(text);
  },
  put: (key, value) => {
    host(OP.StatePut, key, encode(value, "a state value"));
  },
  delete: (key) => {
    host(OP.StateDelete, key);
  },
  scan: (prefix, options) =>
    parse(host(OP.StateScan, prefix, options?.after ?? undefined, whole(options?.limit, "limit"))),
});

// An optional whole number as text.
const whole = (value, what) => {
  if (value === undefined) return undefined;
  if (isSafeInteger(value) && value >= 0) return `${value}`;
  throw failure("INVALID_ARGUMENT", `${what} is a whole number of at least 0`);
};
