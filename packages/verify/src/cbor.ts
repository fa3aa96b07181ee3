/** CBOR in its deterministic encoding and in no other (docs/spec/cbor.md): a strict decoder and its encoder. */
import { concat, fromUtf8, utf8 } from "./bytes.js";

export type CborFault =
  | "TOO_LARGE" | "TOO_DEEP" | "TOO_MANY" | "TRUNCATED" | "RESERVED" | "INDEFINITE" | "NOT_SHORTEST" | "BAD_TEXT"
  | "DUPLICATE_KEY" | "UNSORTED_KEYS" | "FLOAT" | "SIMPLE" | "TRAILING_BYTES";

export interface CborLimits {
  readonly maxBytes: number;
  /** All levels together. */
  readonly maxItems: number;
  /** An item that holds none has depth 1. */
  readonly maxDepth: number;
}

export type CborValue =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly CborValue[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [CborValue, CborValue])[] }
  | { readonly kind: "tag"; readonly tag: bigint; readonly item: CborValue }
  | { readonly kind: "simple"; readonly value: boolean | null };

export type CborResult =
  | { readonly value: CborValue; readonly fault: null; readonly offset: null }
  | { readonly value: null; readonly fault: CborFault; readonly offset: number };

export const DEFAULT_LIMITS: CborLimits = { maxBytes: 1 << 20, maxItems: 1 << 16, maxDepth: 16 };

/** Decodes the one item of the input. Never throws; takes memory for what is there, never for what a length claims. */
export function decodeCbor(input: Uint8Array, limits: CborLimits = DEFAULT_LIMITS): CborResult {
  try {
    return { value: new Reader(input, limits).read(), fault: null, offset: null };
  } catch (error) {
    if (error instanceof NotCbor) return { value: null, fault: error.fault, offset: error.offset };
    throw error;
  }
}

/** Encodes a value; the entries of maps are in their order already (`mapOf`). */
export function encodeCbor(value: CborValue): Uint8Array {
  const parts: Uint8Array[] = [];
  write(value, parts);
  return concat(...parts);
}

export function integerOf(value: bigint | number): CborValue {
  return { kind: "integer", value: BigInt(value) };
}

export function bytesOf(value: Uint8Array): CborValue {
  return { kind: "bytes", value };
}

export function textOf(value: string): CborValue {
  return { kind: "text", value };
}

export function arrayOf(items: readonly CborValue[]): CborValue {
  return { kind: "array", items };
}

/** A map with integer keys, in the order that the encoding demands. */
export function mapOf(entries: readonly (readonly [number, CborValue])[]): CborValue {
  // The bytes of an integer's encoding ascend as its argument does, those of negative ones after the others.
  const order = (key: number) => (key < 0 ? 2 ** 32 - key : key);
  const sorted = [...entries].sort(([a], [b]) => order(a) - order(b));
  return { kind: "map", entries: sorted.map(([key, value]) => [integerOf(key), value] as const) };
}

/** What a map has under an integer; undefined when it has nothing there, or is no map. */
export function find(map: CborValue | undefined, key: number): CborValue | undefined {
  if (map?.kind !== "map") return undefined;
  return map.entries.find(([name]) => name.kind === "integer" && name.value === BigInt(key))?.[1];
}

/** The bytes of a byte string; undefined for every other value. */
export function bytesIn(value: CborValue | undefined): Uint8Array | undefined {
  return value?.kind === "bytes" ? value.value : undefined;
}

/** The text of a text; undefined for every other value. */
export function textIn(value: CborValue | undefined): string | undefined {
  return value?.kind === "text" ? value.value : undefined;
}

class NotCbor extends Error {
  constructor(readonly fault: CborFault, readonly offset: number) {
    super(`${fault} at byte ${offset}`);
  }
}

/** Recursion ends at the depth that is allowed. */
class Reader {
  #at = 0;
  #items = 0;

  constructor(private readonly input: Uint8Array, private readonly limits: CborLimits) {}

  read(): CborValue {
    if (this.input.length > this.limits.maxBytes) throw new NotCbor("TOO_LARGE", 0);
    const value = this.#item(1);
    if (this.#at !== this.input.length) throw new NotCbor("TRAILING_BYTES", this.#at);
    return value;
  }

  #item(depth: number): CborValue {
    const start = this.#at;
    if (depth > this.limits.maxDepth) throw new NotCbor("TOO_DEEP", start);
    if (++this.#items > this.limits.maxItems) throw new NotCbor("TOO_MANY", start);
    const head = this.input[start];
    if (head === undefined) throw new NotCbor("TRUNCATED", start);
    this.#at++;
    const major = head >> 5;
    if (major === 7) return simple(head & 0x1f, start);
    const argument = this.#argument(head & 0x1f, start);
    switch (major) {
      case 0: return integerOf(argument);
      case 1: return integerOf(-1n - argument);
      case 2: return bytesOf(this.#take(argument, start));
      case 3: return textOf(fromUtf8(this.#take(argument, start)) ?? refuse("BAD_TEXT", start));
      case 4: return this.#array(argument, depth, start);
      case 5: return this.#map(argument, depth, start);
      default: return { kind: "tag", tag: argument, item: this.#item(depth + 1) };
    }
  }

  #argument(info: number, start: number): bigint {
    if (info < 24) return BigInt(info);
    if (info > 27) throw new NotCbor(info === 31 ? "INDEFINITE" : "RESERVED", start);
    const size = 1 << (info - 24);
    if (this.input.length - this.#at < size) throw new NotCbor("TRUNCATED", start);
    let argument = 0n;
    for (let i = 0; i < size; i++) argument = (argument << 8n) | BigInt(this.input[this.#at++]!);
    if (argument < (info === 24 ? 24n : 1n << BigInt(4 * size))) throw new NotCbor("NOT_SHORTEST", start);
    return argument;
  }

  #take(length: bigint, start: number): Uint8Array {
    if (length > BigInt(this.input.length - this.#at)) throw new NotCbor("TRUNCATED", start);
    const end = this.#at + Number(length);
    const value = this.input.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  #array(count: bigint, depth: number, start: number): CborValue {
    // Each item takes a byte at least.
    if (count > BigInt(this.input.length - this.#at)) throw new NotCbor("TRUNCATED", start);
    const items: CborValue[] = [];
    for (let i = 0n; i < count; i++) items.push(this.#item(depth + 1));
    return arrayOf(items);
  }

  #map(count: bigint, depth: number, start: number): CborValue {
    if (2n * count > BigInt(this.input.length - this.#at)) throw new NotCbor("TRUNCATED", start);
    const entries: (readonly [CborValue, CborValue])[] = [];
    let previous: Uint8Array | null = null;
    for (let i = 0n; i < count; i++) {
      const keyStart = this.#at;
      const key = this.#item(depth + 1);
      const encoded = this.input.subarray(keyStart, this.#at);
      const order = previous === null ? -1 : compare(previous, encoded);
      if (order >= 0) throw new NotCbor(order === 0 ? "DUPLICATE_KEY" : "UNSORTED_KEYS", keyStart);
      previous = encoded;
      entries.push([key, this.#item(depth + 1)]);
    }
    return { kind: "map", entries };
  }
}

function refuse(fault: CborFault, offset: number): never {
  throw new NotCbor(fault, offset);
}

function simple(info: number, start: number): CborValue {
  switch (info) {
    case 20: return { kind: "simple", value: false };
    case 21: return { kind: "simple", value: true };
    case 22: return { kind: "simple", value: null };
    case 25: case 26: case 27: return refuse("FLOAT", start);
    case 28: case 29: case 30: return refuse("RESERVED", start);
    case 31: return refuse("INDEFINITE", start);
    default: return refuse("SIMPLE", start);
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function write(value: CborValue, parts: Uint8Array[]): void {
  switch (value.kind) {
    case "integer":
      parts.push(value.value < 0n ? head(1, -1n - value.value) : head(0, value.value));
      return;
    case "bytes":
      parts.push(head(2, BigInt(value.value.length)), value.value);
      return;
    case "text": {
      const bytes = utf8(value.value);
      parts.push(head(3, BigInt(bytes.length)), bytes);
      return;
    }
    case "array":
      parts.push(head(4, BigInt(value.items.length)));
      for (const item of value.items) write(item, parts);
      return;
    case "map":
      parts.push(head(5, BigInt(value.entries.length)));
      for (const entry of value.entries) for (const part of entry) write(part, parts);
      return;
    case "tag":
      parts.push(head(6, value.tag));
      write(value.item, parts);
      return;
    default:
      parts.push(Uint8Array.of(value.value === null ? 0xf6 : value.value ? 0xf5 : 0xf4));
  }
}

function head(major: number, argument: bigint): Uint8Array {
  if (argument < 24n) return Uint8Array.of((major << 5) | Number(argument));
  const size = argument < 1n << 8n ? 1 : argument < 1n << 16n ? 2 : argument < 1n << 32n ? 4 : 8;
  const bytes = new Uint8Array(1 + size);
  bytes[0] = (major << 5) | (24 + Math.log2(size));
  let rest = argument;
  for (let i = size; i > 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
