/** Signed statements of SCITT, and the transparent ones that carry receipts (docs/spec/scitt.md). */
import { verifyAttested, type AttestedReceipt } from "./attested.js";
import { equal } from "./bytes.js";
import { bytesIn, bytesOf, encodeCbor, find, integerOf, mapOf, textIn, textOf, type CborValue } from "./cbor.js";
import { COSE, COSE_LIMITS, decodeSign1, encodeSign1, receiptsIn, sign1Digest, type Sign1 } from "./cose.js";
import { HASH_NAME, HASH_SIZE, keyId, sha256, SIGNATURE_SIZE, verifyDigestSignature } from "./crypto.js";
import type { Genesis } from "./genesis.js";
import { refuse, type ReceiptVerdict } from "./receipt.js";

export const STATEMENT_MEDIA_TYPE = "application/scitt-statement+cose";

const MAX_PAYLOAD = 1 << 20;
const LIMITS = { ...COSE_LIMITS, maxBytes: COSE_LIMITS.maxBytes + MAX_PAYLOAD };

/** A statement's parts. It claims nothing: `verifyStatement` says whether it holds. */
export interface SignedStatement {
  readonly issuer: string;
  readonly subject: string;
  /** The media type of the payload, or of what its hash is of. */
  readonly contentType: string;
  /** Whether the payload is the SHA-256 hash of something that is kept elsewhere. */
  readonly isHash: boolean;
  readonly payload: Uint8Array;
  readonly keyId: Uint8Array;
  /** Null when it is not transparent yet. */
  readonly receipts: AttestedReceipt | null;
  readonly message: Sign1;
}

/** Decodes a statement; null when it has not the layout of the format. */
export function decodeStatement(file: Uint8Array): SignedStatement | null {
  const message = decodeSign1(file, LIMITS);
  const parts = message === null ? null : partsOf(message);
  if (message === null || parts === null || message.unprotected.kind !== "map") return null;
  if (message.unprotected.entries.length === 0) return { ...parts, receipts: null, message };
  const array = find(message.unprotected, COSE.receipts);
  if (array === undefined || message.unprotected.entries.length !== 1) return null;
  const receipts = receiptsIn(array);
  return receipts === null ? null : { ...parts, receipts, message };
}

/** Verifies a transparent statement: the steps of docs/spec/scitt.md section 3. */
export function verifyStatement(statement: SignedStatement, genesis: Genesis): ReceiptVerdict {
  if (statement.receipts === null) return refuse("MALFORMED");
  const verdict = verifyAttested(statement.receipts, genesis);
  if (verdict.fault !== "NONE") return verdict;
  const { leaf } = verdict.content;
  const digest = digestOf(statement);
  const anchored = leaf.record.digests.some(({ algorithm, value, mediaType }) =>
    algorithm === HASH_NAME && mediaType === STATEMENT_MEDIA_TYPE && equal(value, digest));
  if (!anchored || statement.issuer !== leaf.member || statement.subject !== leaf.record.subject) {
    return refuse("LEAF_MALFORMED");
  }
  const key = genesis.members.flatMap((member) => member.keys).find(({ key: known }) =>
    equal(keyId(known), statement.keyId))?.key;
  const signed = sign1Digest(statement.message.protectedBytes, statement.payload);
  return equal(leaf.sender, statement.keyId) && key !== undefined
    && verifyDigestSignature(key, signed, statement.message.signature)
    ? verdict
    : refuse("CERTIFICATE_SIGNATURE_INVALID");
}

/** What the record that anchors it carries: the hash of the statement without receipts. */
function digestOf({ message }: SignedStatement): Uint8Array {
  return sha256(encodeSign1({ ...message, unprotected: mapOf([]) }));
}

// As with receipts: what the values that are looked for make must be what was read.
function partsOf({ protectedHeader, protectedBytes, payload, signature }: Sign1) {
  const isHash = find(protectedHeader, COSE.payloadHashAlgorithm) !== undefined;
  const claims = find(protectedHeader, COSE.cwtClaims);
  const id = bytesIn(find(protectedHeader, COSE.keyId));
  const issuer = textIn(find(claims, COSE.issuer));
  const subject = textIn(find(claims, COSE.subject));
  const contentType = textIn(find(protectedHeader, isHash ? COSE.preimageContentType : COSE.contentType));
  if (id?.length !== HASH_SIZE || !issuer || !subject || !contentType) return null;
  if (payload === null || payload.length === 0 || payload.length > MAX_PAYLOAD) return null;
  if ((isHash && payload.length !== HASH_SIZE) || signature.length !== SIGNATURE_SIZE) return null;
  const entries: (readonly [number, CborValue])[] = [
    [COSE.algorithm, integerOf(COSE.es256k)],
    [COSE.keyId, bytesOf(id)],
    [COSE.cwtClaims, mapOf([[COSE.issuer, textOf(issuer)], [COSE.subject, textOf(subject)]])],
    [isHash ? COSE.preimageContentType : COSE.contentType, textOf(contentType)],
  ];
  if (isHash) entries.push([COSE.payloadHashAlgorithm, integerOf(COSE.sha256)]);
  if (!equal(encodeCbor(mapOf(entries)), protectedBytes)) return null;
  return { issuer, subject, contentType, isHash, payload, keyId: id };
}
