/** Typed reading of one JSON object: every property taken once, none left over. */
import { fromBase64, fromHex, utf8 } from "./bytes.js";
import { JsonNumber, NotJson, type JsonValue } from "./json.js";

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/;

export class JsonFields {
  readonly #left: Map<string, JsonValue>;

  constructor(value: JsonValue | undefined, private readonly path: string) {
    if (!(value instanceof Map)) throw new NotJson(`${path}: must be an object`);
    this.#left = new Map(value);
  }

  has(name: string): boolean {
    return this.#left.has(name);
  }

  take(name: string): JsonValue {
    const value = this.#left.get(name);
    if (value === undefined) throw new NotJson(`${this.path}.${name}: is missing`);
    this.#left.delete(name);
    return value;
  }

  /** Text of 1 to `max` bytes without control characters. */
  text(name: string, max: number): string {
    return textOf(this.take(name), `${this.path}.${name}`, max);
  }

  format(expected: string): void {
    if (this.take("format") !== expected) this.fail("format", `must be "${expected}"`);
  }

  uint(name: string, max: bigint): bigint {
    const value = this.take(name);
    if (value instanceof JsonNumber && /^[0-9]{1,20}$/.test(value.text) && BigInt(value.text) <= max) {
      return BigInt(value.text);
    }
    return this.fail(name, `must be an integer from 0 to ${max}`);
  }

  small(name: string, max: number): number {
    return Number(this.uint(name, BigInt(max)));
  }

  hex(name: string, max: number): Uint8Array {
    return hexOf(this.take(name), `${this.path}.${name}`, max);
  }

  requiredHex(name: string, max: number): Uint8Array {
    const bytes = this.hex(name, max);
    return bytes.length > 0 ? bytes : this.fail(name, "must not be empty");
  }

  fixedHex(name: string, length: number): Uint8Array {
    return fixedHexOf(this.take(name), `${this.path}.${name}`, length);
  }

  base64(name: string, max: number): Uint8Array {
    const value = this.take(name);
    const bytes = typeof value === "string" ? fromBase64(value) : null;
    if (bytes === null || bytes.length > max) return this.fail(name, `must be base64 of at most ${max} bytes`);
    return bytes;
  }

  /** Milliseconds since 1970 of `YYYY-MM-DDThh:mm:ss.fffZ`. */
  time(name: string): bigint {
    const text = this.text(name, 64);
    const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
    // A day that there is not rolls over or gives NaN: the spelling must come back.
    if (!(time >= 0) || new Date(time).toISOString() !== text) this.fail(name, "must be a time since 1970");
    return BigInt(time);
  }

  object(name: string): JsonFields {
    return new JsonFields(this.take(name), `${this.path}.${name}`);
  }

  objects(name: string, max: number): JsonFields[] {
    return this.#items(name, max).map((item, i) => new JsonFields(item, `${this.path}.${name}[${i}]`));
  }

  texts(name: string, max: number, maxBytes: number): string[] {
    return this.#items(name, max).map((item, i) => textOf(item, `${this.path}.${name}[${i}]`, maxBytes));
  }

  fixedHexes(name: string, max: number, length: number): Uint8Array[] {
    return this.#items(name, max).map((item, i) => fixedHexOf(item, `${this.path}.${name}[${i}]`, length));
  }

  fail(name: string, fault: string): never {
    throw new NotJson(`${this.path}.${name}: ${fault}`);
  }

  /** Ends reading: no property may be left. */
  end(): void {
    for (const name of this.#left.keys()) this.fail(name, "is not a property that belongs here");
  }

  #items(name: string, max: number): JsonValue[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length > max) {
      return this.fail(name, `must be an array of at most ${max} items`);
    }
    return value;
  }
}

function textOf(value: JsonValue, path: string, max: number): string {
  if (typeof value === "string" && value !== "" && !/[\u0000-\u001f\u007f]/.test(value) && utf8(value).length <= max) {
    return value;
  }
  throw new NotJson(`${path}: must be text of 1 to ${max} bytes without control characters`);
}

function hexOf(value: JsonValue, path: string, max: number): Uint8Array {
  const bytes = typeof value === "string" && value.length <= 2 * max ? fromHex(value) : null;
  if (bytes === null) throw new NotJson(`${path}: must be at most ${max} bytes in lower-case hexadecimal digits`);
  return bytes;
}

function fixedHexOf(value: JsonValue, path: string, length: number): Uint8Array {
  const bytes = hexOf(value, path, length);
  if (bytes.length !== length) throw new NotJson(`${path}: must be ${2 * length} hexadecimal digits`);
  return bytes;
}
