/** Tagged COSE_Sign1 with ES256K, and receipts of a quorum of validators (docs/spec/cose-receipt.md). */
import { equal, toHex } from "./bytes.js";
import { decodeHeader, MAX_HEADER_BYTES, MAX_VALIDATORS, type BlockHeader } from "./blocks.js";
import { type Attestation, type AttestedReceipt } from "./attested.js";
import {
  arrayOf, bytesIn, bytesOf, decodeCbor, encodeCbor, find, integerOf, mapOf, textOf, type CborLimits, type CborValue,
} from "./cbor.js";
import { HASH_SIZE, sha256 } from "./crypto.js";
import { MAX_LEAF_BYTES } from "./evidence.js";
import { MAX_SIZE } from "./log.js";
import { decodeEpochChange, encodeEpochChange, MAX_EPOCH_CHANGES, type EpochChange } from "./proof.js";
import { MAX_PATH, MAX_RECEIPT_BYTES } from "./receipt.js";

/** The numbers of docs/spec/cose-receipt.md and docs/spec/scitt.md; both name the documents that assign them. */
export const COSE = {
  sign1: 18n,
  algorithm: 1,
  contentType: 3,
  keyId: 4,
  cwtClaims: 15,
  payloadHashAlgorithm: 258,
  preimageContentType: 259,
  receipts: 394,
  dataStructure: 395,
  dataStructureProofs: 396,
  blockHeader: -70001,
  leaf: -70002,
  epochChanges: -70003,
  es256k: -47,
  sha256: -16,
  rfc9162: 1,
  inclusion: -1,
  consistency: -2,
  issuer: 1,
  subject: 2,
  issuedAt: 6,
} as const;

/** What 4,096 epoch changes and 256 receipts of one leaf can have. */
export const COSE_LIMITS: CborLimits = { maxBytes: MAX_RECEIPT_BYTES, maxItems: 1 << 17, maxDepth: 8 };

export interface Sign1 {
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: CborValue;
  readonly unprotected: CborValue;
  /** Null when it is detached. */
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}

/** Decodes a tagged COSE_Sign1; null when it is none, or not deterministic CBOR. */
export function decodeSign1(bytes: Uint8Array, limits: CborLimits): Sign1 | null {
  const { value } = decodeCbor(bytes, limits);
  if (value?.kind !== "tag" || value.tag !== COSE.sign1 || value.item.kind !== "array") return null;
  const [first, unprotected, content, last] = value.item.items;
  const [protectedBytes, payload, signature] = [bytesIn(first), bytesIn(content), bytesIn(last)];
  if (value.item.items.length !== 4 || protectedBytes === undefined || unprotected?.kind !== "map"
    || signature === undefined) return null;
  if (payload === undefined && !(content!.kind === "simple" && content!.value === null)) return null;
  const { value: header } = decodeCbor(protectedBytes, limits);
  if (header?.kind !== "map") return null;
  return { protectedBytes, protectedHeader: header, unprotected, payload: payload ?? null, signature };
}

export function encodeSign1(message: Omit<Sign1, "protectedHeader">): Uint8Array {
  const { protectedBytes, unprotected, payload, signature } = message;
  const content: CborValue = payload === null ? { kind: "simple", value: null } : bytesOf(payload);
  return encodeCbor({
    kind: "tag", tag: COSE.sign1,
    item: arrayOf([bytesOf(protectedBytes), unprotected, content, bytesOf(signature)]),
  });
}

/** What is signed, hashed: SHA-256 of the Sig_structure (RFC 9052 section 4.4) without external data. */
export function sign1Digest(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return sha256(encodeCbor(arrayOf([
    textOf("Signature1"), bytesOf(protectedBytes), bytesOf(new Uint8Array(0)), bytesOf(payload),
  ])));
}

/** What receipts of a quorum have in common, whatever they prove. */
interface Quorum {
  readonly header: Uint8Array;
  readonly attestations: readonly Attestation[];
  readonly epochChanges: readonly EpochChange[];
  readonly proof: Uint8Array;
  /** Null when the proof is not of inclusion. */
  readonly leaf: Uint8Array | null;
}

/** The receipts of a quorum from the array that they are; null when they have not the layout of the format. */
export function receiptsIn(array: CborValue): AttestedReceipt | null {
  const quorum = quorumIn(array, COSE.inclusion);
  const { header } = quorum ?? {};
  if (quorum === null || quorum.leaf === null) return null;
  const proof = proofIn(quorum.proof, MAX_PATH);
  if (proof === null || proof.second >= MAX_SIZE || proof.first !== decodeHeader(header!)!.logSize) return null;
  return {
    form: "cose",
    leaf: quorum.leaf,
    logIndex: proof.second,
    path: proof.path,
    header: quorum.header,
    attestations: quorum.attestations,
    epochChanges: quorum.epochChanges,
  };
}

/** Decodes a file of receipts; null when it is none. */
export function decodeCoseReceipts(file: Uint8Array): AttestedReceipt | null {
  const { value } = decodeCbor(file, COSE_LIMITS);
  return value === null ? null : receiptsIn(value);
}

/** What one validator signs for a header, hashed. */
export function coseDigest(keyId: Uint8Array, header: BlockHeader, headerBytes: Uint8Array): Uint8Array {
  return sign1Digest(encodeCbor(protectedHeader(keyId, header, headerBytes)), header.logRoot);
}

function protectedHeader(keyId: Uint8Array, header: BlockHeader, headerBytes: Uint8Array): CborValue {
  const log = `ledger:${toHex(header.channel)}`;
  return mapOf([
    [COSE.algorithm, integerOf(COSE.es256k)],
    [COSE.keyId, bytesOf(keyId)],
    [COSE.cwtClaims, mapOf([
      [COSE.issuer, textOf(log)],
      [COSE.subject, textOf(`${log}/blocks/${header.height}`)],
      [COSE.issuedAt, integerOf(Math.floor(header.time / 1000))],
    ])],
    [COSE.dataStructure, integerOf(COSE.rfc9162)],
    [COSE.blockHeader, bytesOf(headerBytes)],
  ]);
}

// Everything but the signatures follows from a few values: they are taken from where they must be, and what they make
// must be what was read. So there is one encoding, and no field that nobody looked at.
function quorumIn(array: CborValue, proofLabel: number): Quorum | null {
  if (array.kind !== "array" || array.items.length === 0 || array.items.length > MAX_VALIDATORS) return null;
  const messages: Sign1[] = [];
  const attestations: Attestation[] = [];
  const keys = new Set<string>();
  for (const item of array.items) {
    const message = item.kind === "bytes" ? decodeSign1(item.value, COSE_LIMITS) : null;
    const keyId = bytesIn(find(message?.protectedHeader, COSE.keyId));
    if (message === null || keyId?.length !== HASH_SIZE || keys.has(toHex(keyId))) return null;
    keys.add(toHex(keyId));
    messages.push(message);
    attestations.push({ keyId, signature: message.signature });
  }
  const quorum = firstOf(messages[0]!, attestations, proofLabel);
  if (quorum === null) return null;
  return equal(encodeCbor(arrayOfQuorum(quorum, proofLabel)), encodeCbor(array)) ? quorum : null;
}

function firstOf(message: Sign1, attestations: readonly Attestation[], proofLabel: number): Quorum | null {
  const header = bytesIn(find(message.protectedHeader, COSE.blockHeader));
  if (header === undefined || header.length > MAX_HEADER_BYTES || decodeHeader(header) === null) return null;
  const proofs = find(find(message.unprotected, COSE.dataStructureProofs), proofLabel);
  if (proofs?.kind !== "array" || proofs.items.length !== 1) return null;
  const proof = bytesIn(proofs.items[0]);
  if (proof === undefined) return null;
  const entry = find(message.unprotected, COSE.leaf);
  const leaf = bytesIn(entry) ?? null;
  if (entry !== undefined && (leaf === null || leaf.length === 0 || leaf.length > MAX_LEAF_BYTES)) return null;
  const epochChanges = changesIn(find(message.unprotected, COSE.epochChanges));
  return epochChanges === null ? null : { header, attestations, epochChanges, proof, leaf };
}

function changesIn(value: CborValue | undefined): EpochChange[] | null {
  if (value === undefined) return [];
  return value.kind === "array" && value.items.length > 0 ? epochChangesIn(value.items) : null;
}

/** Epoch changes, each in its encoding; null when one is not canonical. */
export function epochChangesIn(items: readonly CborValue[]): EpochChange[] | null {
  if (items.length > MAX_EPOCH_CHANGES) return null;
  const changes: EpochChange[] = [];
  for (const item of items) {
    const change = item.kind === "bytes" ? decodeEpochChange(item.value) : null;
    if (change === null) return null;
    changes.push(change);
  }
  return changes;
}

function arrayOfQuorum(quorum: Quorum, proofLabel: number): CborValue {
  const header = decodeHeader(quorum.header)!;
  return arrayOf(quorum.attestations.map(({ keyId, signature }, place) => bytesOf(encodeSign1({
    protectedBytes: encodeCbor(protectedHeader(keyId, header, quorum.header)),
    unprotected: unprotectedHeader(quorum, proofLabel, place === 0),
    payload: null,
    signature,
  }))));
}

function unprotectedHeader({ proof, leaf, epochChanges }: Quorum, proofLabel: number, isFirst: boolean): CborValue {
  const entries: (readonly [number, CborValue])[] =
    [[COSE.dataStructureProofs, mapOf([[proofLabel, arrayOf([bytesOf(proof)])]])]];
  if (isFirst && leaf !== null) entries.push([COSE.leaf, bytesOf(leaf)]);
  if (isFirst && epochChanges.length > 0) {
    entries.push([COSE.epochChanges, arrayOf(epochChanges.map((change) => bytesOf(encodeEpochChange(change))))]);
  }
  return mapOf(entries);
}

interface Proof {
  readonly first: bigint;
  readonly second: bigint;
  readonly path: readonly Uint8Array[];
}

function proofIn(bytes: Uint8Array, maxPath: number): Proof | null {
  const { value } = decodeCbor(bytes, COSE_LIMITS);
  if (value?.kind !== "array" || value.items.length !== 3) return null;
  const [first, second, hashes] = value.items as [CborValue, CborValue, CborValue];
  if (first.kind !== "integer" || second.kind !== "integer" || hashes.kind !== "array") return null;
  if (first.value < 0n || second.value < 0n || hashes.items.length > maxPath) return null;
  const path = hashes.items.map(bytesIn);
  if (!path.every((hash): hash is Uint8Array => hash?.length === HASH_SIZE)) return null;
  return { first: first.value, second: second.value, path };
}
