/** C2SP checkpoints with validators' cosignatures, and tlog-proofs that hold one (docs/spec/tlog-proof.md). */
import type { Attestation, AttestedReceipt } from "./attested.js";
import { concat, equal, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from "./bytes.js";
import { decodeHeader, MAX_HEADER_BYTES, MAX_VALIDATORS, type BlockHeader } from "./blocks.js";
import { bytesIn, decodeCbor } from "./cbor.js";
import { COSE_LIMITS, epochChangesIn } from "./cose.js";
import { HASH_SIZE, sha256, SIGNATURE_SIZE } from "./crypto.js";
import { MAX_LEAF_BYTES } from "./evidence.js";
import { MAX_SIZE } from "./log.js";
import type { EpochChange } from "./proof.js";
import { MAX_PATH, MAX_RECEIPT_BYTES } from "./receipt.js";

const FORMAT = "c2sp.org/tlog-proof@v1";
const MAX_SIGNATURES = 2 * MAX_VALIDATORS;
const HEADER_LINE = "block-header ";
const DASH = "\u2014 ";
const BLOB_SIZE = 4 + 8 + SIGNATURE_SIZE;
// The byte that signed-note leaves to signature types without a number, and the name of ours.
const SIGNATURE_TYPE = concat(Uint8Array.of(0xff), utf8("ledger/secp256k1-cosignature/1"));
const NEWLINE = 0x0a;

interface Checkpoint {
  readonly header: Uint8Array;
  readonly attestations: readonly Attestation[];
}

/** Whether a file says of itself that it is a tlog-proof. */
export function isTlogProof(file: Uint8Array): boolean {
  return equal(file.subarray(0, FORMAT.length - 2), utf8(FORMAT.slice(0, -2)));
}

/** What one validator signs for a header, hashed: the block's time, then the note's text. */
export function noteDigest(_: Uint8Array, header: BlockHeader, headerBytes: Uint8Array): Uint8Array {
  return sha256(utf8(`cosignature/v1\ntime ${secondsOf(header)}\n${textOf(header, headerBytes)}`));
}

/** Reads a tlog-proof; null when it has not the layout of the format. */
export function parseTlogProof(file: Uint8Array): AttestedReceipt | null {
  const lines = linesOf(file);
  if (lines === null || lines[0] !== FORMAT) return null;
  const extra = /^extra (.*)$/.exec(lines[1] ?? "")?.[1];
  const index = /^index (0|[1-9][0-9]{0,19})$/.exec(lines[2] ?? "")?.[1];
  if (extra === undefined || index === undefined || BigInt(index) >= MAX_SIZE) return null;
  const carried = extraIn(extra);
  const blank = lines.indexOf("", 3);
  if (carried === null || blank < 0 || blank - 3 > MAX_PATH) return null;
  const path = lines.slice(3, blank).map(fromBase64);
  if (!path.every((hash): hash is Uint8Array => hash?.length === HASH_SIZE)) return null;
  const checkpoint = checkpointIn(lines.slice(blank + 1));
  return checkpoint === null ? null : { form: "note", logIndex: BigInt(index), path, ...carried, ...checkpoint };
}

function linesOf(file: Uint8Array): string[] | null {
  if (file.length > MAX_RECEIPT_BYTES || file.at(-1) !== NEWLINE) return null;
  if (file.some((byte) => byte < 0x20 && byte !== NEWLINE)) return null;
  return fromUtf8(file.subarray(0, -1))?.split("\n") ?? null;
}

function extraIn(base64: string): { readonly leaf: Uint8Array; readonly epochChanges: EpochChange[] } | null {
  const bytes = fromBase64(base64);
  const value = bytes === null ? null : decodeCbor(bytes, COSE_LIMITS).value;
  if (value?.kind !== "array" || value.items.length !== 2) return null;
  const [entry, changes] = value.items;
  const leaf = bytesIn(entry);
  if (leaf === undefined || leaf.length === 0 || leaf.length > MAX_LEAF_BYTES || changes?.kind !== "array") return null;
  const epochChanges = epochChangesIn(changes.items);
  return epochChanges === null ? null : { leaf, epochChanges };
}

function checkpointIn(lines: readonly string[]): Checkpoint | null {
  const [, , , fourth, fifth] = lines;
  if (fifth !== "" || !fourth!.startsWith(HEADER_LINE)) return null;
  const bytes = fromBase64(fourth!.slice(HEADER_LINE.length));
  const header = bytes === null || bytes.length > MAX_HEADER_BYTES ? null : decodeHeader(bytes);
  if (bytes === null || header === null) return null;
  if (`${lines.slice(0, 4).join("\n")}\n` !== textOf(header, bytes)) return null;
  const attestations = attestationsIn(header, lines.slice(5));
  return attestations === null ? null : { header: bytes, attestations };
}

// Lines of keys that are not a validator's of this log are passed over, as the note format demands.
function attestationsIn(header: BlockHeader, lines: readonly string[]): Attestation[] | null {
  if (lines.length > MAX_SIGNATURES || !lines.every((line) => line.startsWith(DASH))) return null;
  const prefix = `${DASH}${originOf(header)}/validators/`;
  const attestations: Attestation[] = [];
  const keys = new Set<string>();
  for (const line of lines) {
    if (!line.startsWith(prefix)) continue;
    const [id, base64, ...more] = line.slice(prefix.length).split(" ");
    const [keyId, blob] = [fromHex(id!), fromBase64(base64 ?? "")];
    if (more.length > 0 || keyId?.length !== HASH_SIZE || blob?.length !== BLOB_SIZE) return null;
    const attestation = { keyId, signature: blob.subarray(BLOB_SIZE - SIGNATURE_SIZE) };
    if (!equal(blob, blobOf(header, attestation)) || keys.has(id!)) return null;
    keys.add(id!);
    attestations.push(attestation);
  }
  return attestations.length === 0 ? null : attestations;
}

function originOf(header: BlockHeader): string {
  return `ledger/${toHex(header.channel)}`;
}

function secondsOf(header: BlockHeader): number {
  return Math.floor(header.time / 1000);
}

function textOf(header: BlockHeader, headerBytes: Uint8Array): string {
  return `${originOf(header)}\n${header.logSize}\n${toBase64(header.logRoot)}\n${HEADER_LINE}${toBase64(headerBytes)}\n`;
}

// Key id of the note format, time, signature.
function blobOf(header: BlockHeader, { keyId, signature }: Attestation): Uint8Array {
  const name = utf8(`${originOf(header)}/validators/${toHex(keyId)}`);
  const id = sha256(name, Uint8Array.of(NEWLINE), SIGNATURE_TYPE, keyId).subarray(0, 4);
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(secondsOf(header)));
  return concat(id, time, signature);
}
