/** The canonical subset of Protocol Buffers of docs/spec/encoding.md. */
import { concat, fromUtf8, utf8 } from "./bytes.js";
import { HASH_SIZE } from "./crypto.js";

export const MAX_UINT32 = 0xffff_ffffn;
export const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
export const MAX_TIME = 253402300799999n;

const VARINT = 0n;
const BYTES = 2n;
const NOTHING = new Uint8Array(0);

/** The rule that bytes break; the names are those of the specification. */
export type DecodeFault =
  | "Truncated" | "BadVarint" | "UnexpectedField" | "BadValue" | "DefaultValue" | "TooLarge" | "WrongLength"
  | "MissingField" | "BadText";

/** Bytes are not canonical. Thrown inside decoders and caught by `attempt`: it never leaves this package. */
export class NotCanonical extends Error {
  constructor(readonly fault: DecodeFault, readonly field: number) {
    super(`${fault} (field ${field})`);
  }
}

/** What a decoder makes of bytes; null, and never an exception, when they are not canonical. */
export function attempt<T>(decode: (reader: CanonicalReader) => T, bytes: Uint8Array): T | null {
  try {
    const reader = new CanonicalReader(bytes);
    const value = decode(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof NotCanonical) return null;
    throw error;
  }
}

/** Reads the fields of one message in ascending order. What a method does not find is absent: a default. */
export class CanonicalReader {
  #position = 0;

  constructor(private readonly input: Uint8Array) {}

  uint(field: number, max: bigint = MAX_UINT64): bigint {
    if (!this.#take(field, VARINT)) return 0n;
    const value = this.#varint(field);
    if (value === 0n) throw new NotCanonical("DefaultValue", field);
    if (value > max) throw new NotCanonical("TooLarge", field);
    return value;
  }

  /** An integer that fits a JavaScript number. */
  small(field: number, max: number): number {
    return Number(this.uint(field, BigInt(max)));
  }

  /** A member of a oneof: 0 is written. Use after `isNext`. */
  explicitUint(field: number, max: bigint = MAX_UINT64): bigint {
    if (!this.#take(field, VARINT)) throw new NotCanonical("MissingField", field);
    const value = this.#varint(field);
    if (value > max) throw new NotCanonical("TooLarge", field);
    return value;
  }

  bytes(field: number, max: number): Uint8Array {
    if (!this.#take(field, BYTES)) return NOTHING;
    const value = this.#delimited(field, max);
    if (value.length === 0) throw new NotCanonical("DefaultValue", field);
    return value;
  }

  requiredBytes(field: number, max: number): Uint8Array {
    const value = this.bytes(field, max);
    if (value.length === 0) throw new NotCanonical("MissingField", field);
    return value;
  }

  fixed(field: number, length: number): Uint8Array {
    const value = this.requiredBytes(field, length);
    if (value.length !== length) throw new NotCanonical("WrongLength", field);
    return value;
  }

  hash(field: number): Uint8Array {
    return this.fixed(field, HASH_SIZE);
  }

  optionalHash(field: number): Uint8Array | null {
    return this.isNext(field) ? this.hash(field) : null;
  }

  text(field: number, max: number): string {
    return textOf(this.bytes(field, max), field);
  }

  requiredText(field: number, max: number): string {
    const value = this.text(field, max);
    if (value === "") throw new NotCanonical("MissingField", field);
    return value;
  }

  /** A message, or an item of a repeated field, or a member of a oneof: it may be empty. */
  message(field: number, max: number): Uint8Array {
    if (!this.#take(field, BYTES)) throw new NotCanonical("MissingField", field);
    return this.#delimited(field, max);
  }

  explicitText(field: number, max: number): string {
    return textOf(this.message(field, max), field);
  }

  /** The items of a repeated field, each in its bytes. */
  repeated(field: number, maxBytes: number, maxItems: number): Uint8Array[] {
    const items: Uint8Array[] = [];
    while (this.isNext(field)) {
      if (items.length === maxItems) throw new NotCanonical("TooLarge", field);
      items.push(this.message(field, maxBytes));
    }
    return items;
  }

  /** The items of a repeated field of messages. */
  messages<T>(
    field: number, maxBytes: number, maxItems: number, decode: (reader: CanonicalReader) => T,
  ): T[] {
    return this.repeated(field, maxBytes, maxItems).map((item) => {
      const inner = new CanonicalReader(item);
      const value = decode(inner);
      inner.end();
      return value;
    });
  }

  /** Whether the next field of the input is this one. */
  isNext(field: number): boolean {
    if (this.#position === this.input.length) return false;
    const start = this.#position;
    const tag = this.#varint(field);
    this.#position = start;
    return tag >> 3n === BigInt(field);
  }

  refuse(fault: DecodeFault, field: number): never {
    throw new NotCanonical(fault, field);
  }

  /** Everything must have been read. */
  end(): void {
    if (this.#position !== this.input.length) throw new NotCanonical("UnexpectedField", 0);
  }

  #take(field: number, wire: bigint): boolean {
    if (!this.isNext(field)) return false;
    if ((this.#varint(field) & 7n) !== wire) throw new NotCanonical("BadValue", field);
    return true;
  }

  #delimited(field: number, max: number): Uint8Array {
    const length = this.#varint(field);
    if (length > BigInt(max)) throw new NotCanonical("TooLarge", field);
    const end = this.#position + Number(length);
    if (end > this.input.length) throw new NotCanonical("Truncated", field);
    const value = this.input.subarray(this.#position, end);
    this.#position = end;
    return value;
  }

  #varint(field: number): bigint {
    let value = 0n;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.input[this.#position];
      if (byte === undefined) throw new NotCanonical("Truncated", field);
      this.#position++;
      // The tenth byte carries one bit; a last byte of zero pads the number.
      if ((shift === 63 && byte > 1) || (shift > 0 && byte === 0)) throw new NotCanonical("BadVarint", field);
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return value;
    }
    throw new NotCanonical("BadVarint", field);
  }
}

function textOf(bytes: Uint8Array, field: number): string {
  if (bytes.some((byte) => byte < 0x20 || byte === 0x7f)) throw new NotCanonical("BadText", field);
  return fromUtf8(bytes) ?? refuseText(field);
}

function refuseText(field: number): never {
  throw new NotCanonical("BadText", field);
}

/** Writes the fields of one message; the caller keeps their order. */
export class CanonicalWriter {
  readonly #parts: Uint8Array[] = [];

  uint(field: number, value: bigint | number): this {
    if (BigInt(value) !== 0n) this.#parts.push(varint(BigInt(field << 3)), varint(BigInt(value)));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.message(field, value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8(value));
  }

  /** A message or an item of a repeated field: written also when it is empty. */
  message(field: number, value: Uint8Array): this {
    this.#parts.push(varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value);
    return this;
  }

  done(): Uint8Array {
    return concat(...this.#parts);
  }
}

function varint(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}
