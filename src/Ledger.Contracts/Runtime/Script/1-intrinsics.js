// What the rest relies on, taken while nobody else has run. The files of this folder are one script, in the order of their numbers.
const { parse, stringify } = JSON;
const { freeze, keys, isFrozen } = Object;
const { isArray } = Array;
const { isSafeInteger } = Number;
const { sort } = Array.prototype;
const { test } = RegExp.prototype;

const matches = (pattern, text) => typeof text === "string" && test.call(pattern, text);

const failure = (code, message) => {
  const error = new Error(message);
  error.name = "ContractError";
  error.code = code;
  return error;
};

const frozen = (value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || isFrozen(value)) return value;
  freeze(value);
  for (const key of keys(value)) frozen(value[key]);
  return value;
};

// JSON text of a value. JSON.stringify itself refuses BigInt and cycles.
const encode = (value, what) => {
  const text = stringify(value);
  if (text === undefined) throw failure("NOT_JSON", `${what} is not JSON`);
  return text;
};
