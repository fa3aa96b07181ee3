/** Evidence records and leaves (docs/spec/evidence.md, docs/spec/transaction.md). */
import { ascending, toHex } from "./bytes.js";
import { attempt, CanonicalReader, MAX_TIME, MAX_UINT64 } from "./canonical.js";
import { leafHash } from "./crypto.js";

export const MAX_LEAF_BYTES = 21396;
const MAX_RECORD_BYTES = 16384;
const MAX_INDEX = 999;
const MAX_CO_SIGNERS = 15;
const MAX_CO_SIGNER_BYTES = 296;
const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$/;

export interface Digest {
  readonly algorithm: string;
  readonly value: Uint8Array;
  readonly mediaType: string;
}

export type AttributeKind = "text" | "integer" | "decimal" | "boolean" | "time" | "bytes";

export interface Attribute {
  readonly key: string;
  readonly kind: AttributeKind;
  /** As people read it: bytes in hexadecimal, times in RFC 3339. */
  readonly value: string;
}

export interface EvidenceRecord {
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly action: string;
  readonly role: string;
  /** Milliseconds since 1970; 0 when the sender did not say. */
  readonly occurredAt: number;
  readonly digests: readonly Digest[];
  readonly attributes: readonly Attribute[];
  /** Evidence ids. */
  readonly links: readonly string[];
}

/** A party that signed the record beside the sender (docs/spec/co-signing.md). */
export interface CoSigner {
  readonly member: string;
  readonly keyId: Uint8Array;
}

export interface EvidenceLeaf {
  readonly id: string;
  readonly record: EvidenceRecord;
  readonly transactionId: Uint8Array;
  readonly sender: Uint8Array;
  readonly member: string;
  readonly subjectSequence: bigint;
  readonly previous: Uint8Array | null;
  /** Milliseconds since 1970: the block's consensus time. */
  readonly time: number;
  /** In the order of their members. */
  readonly coSigners: readonly CoSigner[];
  /** The leaf hash: what the log and the next leaf of the subject name it by. */
  readonly hash: Uint8Array;
}

/** The spelling of an evidence id. */
export function evidenceId(transactionId: Uint8Array, place: number): string {
  return place === 0 ? toHex(transactionId) : `${toHex(transactionId)}.${place}`;
}

/** Decodes a leaf and its record; null when either is not canonical. */
export function decodeLeaf(bytes: Uint8Array): EvidenceLeaf | null {
  const parts = attempt(readLeaf, bytes);
  const record = parts === null ? null : decodeRecord(parts.recordBytes);
  if (parts === null || record === null) return null;
  const { recordBytes: _, place, ...rest } = parts;
  return { ...rest, id: evidenceId(rest.transactionId, place), record, hash: leafHash(bytes) };
}

/** Decodes a record; null when it is not canonical. */
export function decodeRecord(bytes: Uint8Array): EvidenceRecord | null {
  return bytes.length > MAX_RECORD_BYTES ? null : attempt(readRecord, bytes);
}

/** A time as RFC 3339 in UTC with milliseconds. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function readLeaf(reader: CanonicalReader) {
  const recordBytes = reader.requiredBytes(1, MAX_RECORD_BYTES);
  const transactionId = reader.hash(2);
  const place = reader.small(3, MAX_INDEX);
  const sender = reader.hash(4);
  const member = reader.requiredText(5, 256);
  const subjectSequence = reader.uint(6);
  const previous = reader.optionalHash(7);
  const time = Number(reader.uint(8, MAX_TIME));
  const coSigners = reader.messages(9, MAX_CO_SIGNER_BYTES, MAX_CO_SIGNERS, (signer) =>
    ({ member: signer.requiredText(1, 256), keyId: signer.hash(2) }));
  if (!ascending(coSigners.map((signer) => signer.member))) reader.refuse("BadValue", 9);
  if (subjectSequence === 0n) reader.refuse("MissingField", 6);
  if ((previous === null) !== (subjectSequence === 1n)) reader.refuse("BadValue", 7);
  return { recordBytes, transactionId, place, sender, member, subjectSequence, previous, time, coSigners };
}

function readRecord(reader: CanonicalReader): EvidenceRecord {
  const record = {
    type: reader.requiredText(1, 64),
    subject: reader.requiredText(2, 256),
    actor: reader.requiredText(3, 256),
    action: reader.requiredText(4, 64),
    role: reader.requiredText(5, 64),
    occurredAt: Number(reader.uint(6, MAX_TIME)),
    digests: reader.messages(7, MAX_RECORD_BYTES, 16, readDigest),
    attributes: reader.messages(8, MAX_RECORD_BYTES, 32, readAttribute),
    links: reader.messages(9, 64, 16, readLink),
  };
  if (!ascending(record.attributes.map((attribute) => attribute.key))) reader.refuse("BadValue", 8);
  return record;
}

function readDigest(reader: CanonicalReader): Digest {
  return {
    algorithm: reader.requiredText(1, 64),
    value: reader.requiredBytes(2, 64),
    mediaType: reader.text(3, 128),
  };
}

function readAttribute(reader: CanonicalReader): Attribute {
  const key = reader.requiredText(1, 64);
  if (reader.isNext(2)) return { key, kind: "text", value: reader.explicitText(2, 1024) };
  if (reader.isNext(3)) return { key, kind: "integer", value: zigzag(reader.explicitUint(3, MAX_UINT64)) };
  if (reader.isNext(4)) return { key, kind: "decimal", value: readDecimal(reader) };
  if (reader.isNext(5)) return { key, kind: "boolean", value: String(reader.explicitUint(5, 1n) === 1n) };
  if (reader.isNext(6)) return { key, kind: "time", value: timeText(Number(reader.explicitUint(6, MAX_TIME))) };
  return { key, kind: "bytes", value: toHex(reader.message(7, 1024)) };
}

function zigzag(raw: bigint): string {
  return String((raw >> 1n) ^ -(raw & 1n));
}

function readDecimal(reader: CanonicalReader): string {
  const text = reader.explicitText(4, 64);
  if (!DECIMAL.test(text) || text === "-0") reader.refuse("BadValue", 4);
  return text;
}

function readLink(reader: CanonicalReader): string {
  return evidenceId(reader.hash(1), reader.small(2, MAX_INDEX));
}
