// Money: BigInt in minor units. The sums of parts are exact, and nothing rounds unless it is said how.
const AMOUNT = /^(?:0|[1-9][0-9]{0,37})$/;
const bad = (message) => failure("INVALID_AMOUNT", message);

const amountOf = (amount) => {
  if (typeof amount === "bigint" ? amount >= 0n : matches(AMOUNT, amount)) return BigInt(amount);
  throw bad("an amount is a BigInt of at least 0, or digits without a leading zero");
};

const ratioOf = (value, what) => {
  if ((typeof value === "bigint" || isSafeInteger(value)) && value >= 0) return BigInt(value);
  throw bad(`${what} is a whole number of at least 0`);
};

const scaleOf = (scale) => {
  if (isSafeInteger(scale) && scale >= 0 && scale <= 18) return scale;
  throw bad("a scale is 0 to 18");
};

const zeros = (count) => {
  let text = "";
  for (let i = 0; i < count; i++) text += "0";
  return text;
};

const parseMoney = (text, scale) => {
  scaleOf(scale);
  if (typeof text !== "string") throw bad("an amount to parse is text");
  let whole = text;
  let fraction = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== ".") continue;
    whole = "";
    for (let k = 0; k < i; k++) whole += text[k];
    for (let k = i + 1; k < text.length; k++) fraction += text[k];
    if (fraction === "") throw bad(`'${text}' ends with a point`);
    break;
  }
  if (fraction.length > scale) throw bad(`'${text}' has more than ${scale} digits after the point`);
  for (let i = 0; i < fraction.length; i++) if (fraction[i] < "0" || fraction[i] > "9") throw bad(`'${text}' is no amount`);
  const minor = amountOf(whole) * 10n ** BigInt(scale);
  return fraction === "" ? minor : minor + BigInt(fraction + zeros(scale - fraction.length));
};

const formatMoney = (amount, scale) => {
  scaleOf(scale);
  const negative = typeof amount === "bigint" && amount < 0n;
  const value = amountOf(negative ? -amount : amount);
  const unit = 10n ** BigInt(scale);
  const sign = negative ? "-" : "";
  if (scale === 0) return `${sign}${value}`;
  const rest = `${value % unit}`;
  return `${sign}${value / unit}.${zeros(scale - rest.length)}${rest}`;
};

const multiplyMoney = (amount, numerator, denominator, rounding) => {
  const bottom = ratioOf(denominator, "the denominator");
  if (bottom === 0n) throw bad("the denominator is 0");
  const product = amountOf(amount) * ratioOf(numerator, "the numerator");
  const down = product / bottom;
  const twice = (product % bottom) * 2n;
  switch (rounding) {
    case "down": return down;
    case "up": return twice > 0n ? down + 1n : down;
    case "halfUp": return twice >= bottom ? down + 1n : down;
    case "halfEven": return twice > bottom || (twice === bottom && down % 2n === 1n) ? down + 1n : down;
    default: throw bad("a rounding is down, up, halfUp or halfEven");
  }
};

// Largest remainder: each part is rounded down, and the units that are left go to the largest remainders, the earlier part first.
const splitMoney = (amount, ratios) => {
  const total = amountOf(amount);
  if (!isArray(ratios) || ratios.length === 0 || ratios.length > 1000) throw bad("a split has 1 to 1000 ratios");
  const shares = [];
  let sum = 0n;
  for (let i = 0; i < ratios.length; i++) {
    shares[i] = ratioOf(ratios[i], "a ratio");
    sum += shares[i];
  }
  if (sum === 0n) throw bad("all ratios are 0");
  const parts = [];
  const order = [];
  let left = total;
  for (let i = 0; i < shares.length; i++) {
    parts[i] = (total * shares[i]) / sum;
    left -= parts[i];
    order[i] = { index: i, remainder: (total * shares[i]) % sum };
  }
  sort.call(order, (a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (let i = 0; left > 0n; i++, left--) parts[order[i].index] += 1n;
  return parts;
};

const sumMoney = (amounts) => {
  if (!isArray(amounts)) throw bad("a sum is over an array");
  let sum = 0n;
  for (let i = 0; i < amounts.length; i++) sum += amountOf(amounts[i]);
  return sum;
};

globalThis.Money = frozen({
  parse: parseMoney,
  format: formatMoney,
  of: amountOf,
  multiply: multiplyMoney,
  split: splitMoney,
  sum: sumMoney,
});
