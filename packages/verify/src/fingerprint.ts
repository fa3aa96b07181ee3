/** Fingerprints of data sets (docs/spec/fingerprint.md sections 1 to 4). */
import { concat } from "./bytes.js";
import { attempt, CanonicalReader, CanonicalWriter } from "./canonical.js";
import { HASH_NAME, hmacSha256, leafHash, tagBytes, taggedHash } from "./crypto.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { LogFrontier } from "./log.js";
import { splitterFor, type SplitFault } from "./splitters.js";

export const MAX_RECORD_BYTES = 1048576;
export const MAX_RECORDS = BigInt(Number.MAX_SAFE_INTEGER);
export const MAX_FINGERPRINT_BYTES = 256;

export type Rule = "csv" | "lines" | "chunks";

const RULES: readonly Rule[] = ["csv", "lines", "chunks"];

export interface FingerprintParameters {
  readonly rule: Rule;
  readonly saltSize: number;
  /** Rule `chunks`; otherwise 0. */
  readonly chunkSize: number;
  /** Rule `csv`; otherwise 0. */
  readonly delimiter: number;
}

export interface Fingerprint extends FingerprintParameters {
  readonly algorithm: string;
  readonly records: number;
  readonly root: Uint8Array;
  readonly headerDigest: Uint8Array | null;
}

/** Whether parameters fit each other and their bounds. */
export function parametersFit({ rule, saltSize, chunkSize, delimiter }: FingerprintParameters): boolean {
  const delimits = delimiter === 9 || (delimiter >= 0x20 && delimiter < 0x7f && delimiter !== 0x22);
  return (saltSize === 16 || saltSize === 32)
    && (rule === "chunks" ? chunkSize >= 1 && chunkSize <= MAX_RECORD_BYTES : chunkSize === 0)
    && (rule === "csv" ? delimits : delimiter === 0);
}

/** Decodes a fingerprint; null when it is not canonical. */
export function decodeFingerprint(bytes: Uint8Array): Fingerprint | null {
  return attempt(readFingerprint, bytes);
}

export function readFingerprint(reader: CanonicalReader): Fingerprint {
  const rule = RULES[reader.small(1, RULES.length) - 1] ?? reader.refuse("MissingField", 1);
  const fingerprint = {
    rule,
    algorithm: reader.requiredText(2, 32),
    saltSize: reader.small(3, 32),
    chunkSize: reader.small(4, MAX_RECORD_BYTES),
    delimiter: reader.small(5, 255),
    records: Number(reader.uint(6, MAX_RECORDS)),
    root: reader.hash(7),
    headerDigest: reader.optionalHash(8),
  };
  if (!parametersFit(fingerprint)) reader.refuse("BadValue", 1);
  if ((rule === "csv") !== (fingerprint.headerDigest !== null)) reader.refuse("MissingField", 8);
  return fingerprint;
}

export function encodeFingerprint(fingerprint: Fingerprint): Uint8Array {
  const writer = new CanonicalWriter()
    .uint(1, RULES.indexOf(fingerprint.rule) + 1)
    .text(2, fingerprint.algorithm)
    .uint(3, fingerprint.saltSize)
    .uint(4, fingerprint.chunkSize)
    .uint(5, fingerprint.delimiter)
    .uint(6, fingerprint.records)
    .message(7, fingerprint.root);
  if (fingerprint.headerDigest !== null) writer.message(8, fingerprint.headerDigest);
  return writer.done();
}

/** The digest that is anchored. */
export function fingerprintDigest(fingerprint: Fingerprint): Uint8Array {
  return taggedHash("ledger/fingerprint/1", encodeFingerprint(fingerprint));
}

/** Reads the JSON form; the error is a sentence. */
export function parseFingerprint(
  json: Uint8Array,
): { readonly fingerprint: Fingerprint; readonly error: null } | { readonly fingerprint: null; readonly error: string } {
  try {
    const root = new JsonFields(parseJson(json), "$");
    root.format("ledger-fingerprint/1");
    return { fingerprint: fingerprintOf(root), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { fingerprint: null, error: error.message };
    throw error;
  }
}

/** The fields of a fingerprint in JSON; ends the object. */
export function fingerprintOf(json: JsonFields): Fingerprint {
  const rule = json.text("rule", 16) as Rule;
  const delimiter = json.has("delimiter") ? json.take("delimiter") : "";
  const fingerprint = {
    rule,
    algorithm: json.text("algorithm", 32),
    saltSize: json.small("salt_size", 32),
    chunkSize: json.has("chunk_size") ? json.small("chunk_size", MAX_RECORD_BYTES) : 0,
    delimiter: delimiter === "" ? 0 : delimiterOf(delimiter),
    records: Number(json.uint("records", MAX_RECORDS)),
    root: json.fixedHex("root", 32),
    headerDigest: json.has("header_digest") ? json.fixedHex("header_digest", 32) : null,
  };
  json.end();
  if (!RULES.includes(rule) || !parametersFit(fingerprint) || !/^[!-~]+$/.test(fingerprint.algorithm)) {
    json.fail("rule", "rule, algorithm, salt_size, chunk_size and delimiter do not fit each other");
  }
  if ((rule === "csv") !== (fingerprint.headerDigest !== null)) {
    json.fail("header_digest", "belongs to the rule csv and to no other");
  }
  return fingerprint;
}

function delimiterOf(value: unknown): number {
  return typeof value === "string" && value.length === 1 && value.charCodeAt(0) < 256 ? value.charCodeAt(0) : 255;
}

/** The leaf hash of a salted record. */
export function recordLeaf(salt: Uint8Array, record: Uint8Array): Uint8Array {
  return leafHash(Uint8Array.of(salt.length), salt, record);
}

/** The digest of a salted header. */
export function headerDigest(salt: Uint8Array, header: Uint8Array): Uint8Array {
  return taggedHash("ledger/fingerprint-header/1", Uint8Array.of(salt.length), salt, header);
}

const RECORD_SALT = tagBytes("ledger/fingerprint-salt/1");
const HEADER_SALT = tagBytes("ledger/fingerprint-header-salt/1");

/** Computes a fingerprint over data that is pushed in pieces of any size, in memory that does not grow with it. */
export class FingerprintBuilder {
  readonly #frontier = new LogFrontier();
  readonly #splitter;
  #header: Uint8Array | null = null;

  constructor(private readonly parameters: FingerprintParameters, private readonly secret: Uint8Array) {
    if (secret.length !== 32) throw new RangeError("a secret has 32 bytes");
    if (!parametersFit(parameters)) throw new RangeError("the parameters do not fit each other");
    this.#splitter = splitterFor(parameters, (record) => this.#accept(record));
  }

  /** Number of records so far, the header included: where to look for a fault. */
  get recordsSeen(): number {
    return this.#splitter.records;
  }

  /** Takes the next bytes; the fault, once there is one, stays. */
  push(bytes: Uint8Array): SplitFault | null {
    return this.#splitter.push(bytes);
  }

  /** Ends the data. */
  complete(): { readonly fingerprint: Fingerprint; readonly fault: null } | { readonly fault: SplitFault } {
    const fault = this.#splitter.complete();
    if (fault !== null) return { fault };
    if (this.parameters.rule === "csv" && this.#header === null) return { fault: "MISSING_HEADER" };
    return {
      fault: null,
      fingerprint: {
        ...this.parameters,
        algorithm: HASH_NAME,
        records: this.#frontier.size,
        root: this.#frontier.root(),
        headerDigest: this.#header,
      },
    };
  }

  #accept(record: Uint8Array): void {
    if (this.parameters.rule === "csv" && this.#header === null) {
      this.#header = headerDigest(this.salt(0, true), record);
      return;
    }
    this.#frontier.append(recordLeaf(this.salt(this.#frontier.size), record));
  }

  /** The salt of a record, or of the header. */
  salt(index: number, header = false): Uint8Array {
    const place = new Uint8Array(9);
    place[0] = RULES.indexOf(this.parameters.rule) + 1;
    new DataView(place.buffer).setBigUint64(1, BigInt(index));
    return hmacSha256(this.secret, concat(header ? HEADER_SALT : RECORD_SALT, place))
      .subarray(0, this.parameters.saltSize);
  }
}
