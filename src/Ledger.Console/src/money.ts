/** Amounts are whole numbers of minor units, as text: no floating point touches them. */

// ISO 4217: the currencies whose minor unit is not a hundredth.
const DIGITS: Readonly<Record<string, number>> = {
  JPY: 0, KRW: 0, VND: 0, CLP: 0, ISK: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};

/** `123456`, `CNY` as `CNY 1,234.56`. What is no whole number is shown as it is. */
export function amountText(minorUnits: string, currency: string): string {
  if (!/^-?[0-9]+$/.test(minorUnits)) return `${currency} ${minorUnits}`;
  const digits = DIGITS[currency] ?? 2;
  const negative = minorUnits.startsWith("-");
  const text = minorUnits.replace("-", "").padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
  const fraction = digits === 0 ? "" : `.${text.slice(-digits)}`;
  return `${currency} ${negative ? "-" : ""}${whole}${fraction}`;
}
