/** Disclosures: some records of a data set, with proof (docs/spec/fingerprint.md sections 5 to 7). */
import { equal, toHex } from "./bytes.js";
import { attempt, CanonicalReader } from "./canonical.js";
import { HASH_NAME } from "./crypto.js";
import { isJsonFile } from "./files.js";
import {
  fingerprintDigest, fingerprintOf, headerDigest, MAX_FINGERPRINT_BYTES, MAX_RECORD_BYTES, MAX_RECORDS, readFingerprint,
  recordLeaf, type Fingerprint,
} from "./fingerprint.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { unpackHashes, verifyRange, type LogVerdict } from "./log.js";

const MAX_SHOWN = 100_000;
const MAX_PROOF = 128;
const MAX_CONTENT = 67108864;
const MAX_TEXT = 128 << 20;
// Tags and lengths of a record's two fields: what an encoded record has beyond its salt and data.
const RECORD_OVERHEAD = 8;

export interface SaltedRecord {
  readonly salt: Uint8Array;
  readonly data: Uint8Array;
}

export interface Disclosure {
  readonly fingerprint: Fingerprint;
  readonly first: number;
  readonly header: SaltedRecord | null;
  readonly records: readonly SaltedRecord[];
  readonly leafHashes: readonly Uint8Array[];
  readonly proof: readonly Uint8Array[];
}

export type DisclosureFault =
  | "ALGORITHM_MISMATCH" | "FINGERPRINT_MISMATCH" | "RANGE_OUTSIDE_DATA" | "PROOF_TOO_SHORT" | "PROOF_TOO_LONG"
  | "ROOT_MISMATCH" | "HEADER_MISSING" | "HEADER_UNEXPECTED" | "HEADER_MISMATCH" | "SALT_LENGTH" | "RECORD_SURPLUS"
  | "RECORD_MISSING" | "RECORD_MOVED" | "RECORD_MISMATCH";

export interface DisclosureVerdict {
  readonly verdict: "VALID" | DisclosureFault;
  /** Which record of the data set is at fault, from 0; null when none is named. */
  readonly record: number | null;
}

/** Decodes the binary form; null when it is not canonical. */
export function decodeDisclosure(bytes: Uint8Array): Disclosure | null {
  return attempt((reader) => {
    const inner = new CanonicalReader(reader.message(1, MAX_FINGERPRINT_BYTES));
    const fingerprint = readFingerprint(inner);
    inner.end();
    const first = Number(reader.uint(2, MAX_RECORDS));
    const data = reader.bytes(3, MAX_RECORD_BYTES);
    const salt = reader.bytes(4, 32);
    if (salt.length === 0 && data.length > 0) reader.refuse("MissingField", 4);
    let size = 0;
    const records = reader.repeated(5, MAX_RECORD_BYTES + 32 + RECORD_OVERHEAD, MAX_SHOWN).map((item) => {
      if ((size += item.length) > MAX_CONTENT) reader.refuse("TooLarge", 5);
      const record = new CanonicalReader(item);
      const shown = { salt: record.bytes(1, 32), data: record.bytes(2, MAX_RECORD_BYTES) };
      record.end();
      return shown;
    });
    const leaves = reader.bytes(6, MAX_SHOWN * 32);
    const proof = reader.bytes(7, MAX_PROOF * 32);
    if (leaves.length % 32 !== 0) reader.refuse("WrongLength", 6);
    if (proof.length % 32 !== 0) reader.refuse("WrongLength", 7);
    return {
      fingerprint,
      first,
      header: salt.length === 0 ? null : { salt, data },
      records,
      leafHashes: unpackHashes(leaves),
      proof: unpackHashes(proof),
    };
  }, bytes);
}

/** Reads a file in either form; the error is a sentence. */
export function parseDisclosure(
  file: Uint8Array,
): { readonly disclosure: Disclosure; readonly error: null } | { readonly disclosure: null; readonly error: string } {
  if (!isJsonFile(file)) {
    const disclosure = decodeDisclosure(file);
    return disclosure === null
      ? { disclosure, error: "the file is not a canonical disclosure" }
      : { disclosure, error: null };
  }
  try {
    if (file.length > MAX_TEXT) throw new NotJson("$: the text is too long");
    return { disclosure: disclosureOf(new JsonFields(parseJson(file), "$")), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { disclosure: null, error: error.message };
    throw error;
  }
}

/** Reads the JSON form; what is wrong is thrown as `NotJson`. */
export function disclosureOf(root: JsonFields): Disclosure {
  root.format("ledger-disclosure/1");
  const fingerprint = fingerprintOf(root.object("fingerprint"));
  const first = Number(root.uint("first", MAX_RECORDS));
  const header = root.has("header") ? recordOf(root.object("header")) : null;
  let size = 0;
  const records = root.objects("records", MAX_SHOWN).map((json) => {
    const record = recordOf(json);
    if ((size += record.salt.length + record.data.length + RECORD_OVERHEAD) > MAX_CONTENT) {
      json.fail("data", "the records are too long");
    }
    return record;
  });
  const leafHashes = root.fixedHexes("leaf_hashes", MAX_SHOWN, 32);
  const proof = root.fixedHexes("proof", MAX_PROOF, 32);
  root.end();
  return { fingerprint, first, header, records, leafHashes, proof };
}

function recordOf(json: JsonFields): SaltedRecord {
  const record = { salt: json.hex("salt", 32), data: json.base64("data", MAX_RECORD_BYTES) };
  json.end();
  return record;
}

/**
 * Whether everything that a disclosure shows is part of the data set whose fingerprint digest was anchored. The digest
 * must come from a verified receipt.
 */
export function verifyDisclosure(disclosure: Disclosure, anchored: Uint8Array): DisclosureVerdict {
  const { fingerprint } = disclosure;
  if (fingerprint.algorithm !== HASH_NAME) return refuse("ALGORITHM_MISMATCH");
  if (!equal(fingerprintDigest(fingerprint), anchored)) return refuse("FINGERPRINT_MISMATCH");
  const range = verifyRange(
    BigInt(disclosure.first), disclosure.leafHashes, BigInt(fingerprint.records), disclosure.proof, fingerprint.root);
  if (range !== "VALID") return refuse(RANGE_FAULTS[range] ?? "RANGE_OUTSIDE_DATA");
  const fault = headerFault(disclosure);
  return fault === null ? verifyRecords(disclosure) : refuse(fault);
}

const RANGE_FAULTS: Partial<Record<LogVerdict, DisclosureFault>> = {
  PATH_TOO_SHORT: "PROOF_TOO_SHORT",
  PATH_TOO_LONG: "PROOF_TOO_LONG",
  ROOT_MISMATCH: "ROOT_MISMATCH",
};

function headerFault({ fingerprint, header }: Disclosure): DisclosureFault | null {
  if (header === null) return fingerprint.headerDigest === null ? null : "HEADER_MISSING";
  if (fingerprint.headerDigest === null) return "HEADER_UNEXPECTED";
  if (header.salt.length !== fingerprint.saltSize) return "SALT_LENGTH";
  return equal(headerDigest(header.salt, header.data), fingerprint.headerDigest) ? null : "HEADER_MISMATCH";
}

// The leaf hashes are proven by now: where a record has not its own, they tell what was done to it.
function verifyRecords({ fingerprint, first, records, leafHashes }: Disclosure): DisclosureVerdict {
  let known: Set<string> | null = null;
  for (const [i, { salt, data }] of records.entries()) {
    const expected = leafHashes[i];
    if (expected === undefined) return refuse("RECORD_SURPLUS", first + i);
    if (salt.length !== fingerprint.saltSize) return refuse("SALT_LENGTH", first + i);
    const leaf = recordLeaf(salt, data);
    if (equal(leaf, expected)) continue;
    known ??= new Set(leafHashes.map(toHex));
    const elsewhere = known.has(toHex(leaf));
    if (records.length < leafHashes.length && elsewhere) return refuse("RECORD_MISSING", first + i);
    if (records.length > leafHashes.length) return refuse("RECORD_SURPLUS", first + i);
    return refuse(elsewhere ? "RECORD_MOVED" : "RECORD_MISMATCH", first + i);
  }
  return records.length < leafHashes.length
    ? refuse("RECORD_MISSING", first + records.length)
    : { verdict: "VALID", record: null };
}

function refuse(verdict: DisclosureFault, record: number | null = null): DisclosureVerdict {
  return { verdict, record };
}
