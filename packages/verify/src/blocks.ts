/** Headers, validator sets and quorum certificates (docs/spec/block.md, certificate.md). */
import { equal } from "./bytes.js";
import { attempt, CanonicalReader, MAX_TIME } from "./canonical.js";
import { isPublicKey, KEY_SIZE, SIGNATURE_SIZE, taggedHash, verifySignature } from "./crypto.js";
import { toHex } from "./bytes.js";

export const MAX_HEADER_BYTES = 512;
export const MAX_CERTIFICATE_BYTES = 16704;
export const MAX_VALIDATORS_BYTES = 163840;
export const MAX_VALIDATORS = 256;

export interface BlockHeader {
  readonly channel: Uint8Array;
  readonly height: bigint;
  readonly previous: Uint8Array;
  readonly time: number;
  readonly transactionCount: number;
  readonly transactionRoot: Uint8Array;
  readonly resultRoot: Uint8Array;
  readonly logSize: bigint;
  readonly logRoot: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly epoch: bigint;
  readonly proposer: number;
  readonly nextValidators: Uint8Array | null;
}

export interface Validator {
  readonly member: string;
  readonly key: Uint8Array;
  readonly address: string;
}

export interface ValidatorSet {
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  readonly hash: Uint8Array;
}

export interface Certificate {
  readonly headerHash: Uint8Array;
  readonly signers: Uint8Array;
  readonly signatures: Uint8Array;
}

export type CertificateFault =
  | "CERTIFICATE_MALFORMED" | "CERTIFICATE_OTHER_HEADER" | "CERTIFICATE_BITMAP_LENGTH"
  | "CERTIFICATE_FOREIGN_VALIDATOR" | "CERTIFICATE_SIGNATURE_COUNT" | "CERTIFICATE_BELOW_QUORUM"
  | "CERTIFICATE_SIGNATURE_INVALID";

export function headerHash(header: Uint8Array): Uint8Array {
  return taggedHash("ledger/header/1", header);
}

/** Decodes a header; null when it is not canonical. */
export function decodeHeader(bytes: Uint8Array): BlockHeader | null {
  return attempt((reader) => {
    if (reader.uint(1, 1n) !== 1n) reader.refuse("BadValue", 1);
    return {
      channel: reader.hash(2),
      height: reader.uint(3),
      previous: reader.hash(4),
      time: Number(reader.uint(5, MAX_TIME)),
      transactionCount: reader.small(6, 0xffff_ffff),
      transactionRoot: reader.hash(7),
      resultRoot: reader.hash(8),
      logSize: reader.uint(9),
      logRoot: reader.hash(10),
      stateRoot: reader.hash(11),
      epoch: reader.uint(12),
      proposer: reader.small(13, MAX_VALIDATORS - 1),
      nextValidators: reader.optionalHash(14),
    };
  }, bytes);
}

/** Decodes a set of validators; null when it is not canonical, or a key is none or stands twice. */
export function decodeValidators(bytes: Uint8Array): ValidatorSet | null {
  return attempt((reader) => {
    const epoch = reader.uint(1);
    const validators = reader.messages(2, 1024, MAX_VALIDATORS, readValidator);
    if (validators.length === 0) reader.refuse("MissingField", 2);
    if (!validators.every((validator) => isPublicKey(validator.key))) reader.refuse("BadValue", 2);
    if (new Set(validators.map((validator) => toHex(validator.key))).size !== validators.length) {
      reader.refuse("BadValue", 2);
    }
    return { epoch, validators, hash: taggedHash("ledger/validator-set/1", bytes) };
  }, bytes);
}

function readValidator(reader: CanonicalReader): Validator {
  return {
    member: reader.requiredText(1, 256),
    key: reader.fixed(2, KEY_SIZE),
    address: reader.text(3, 256),
  };
}

/** Decodes a certificate; null when it is not canonical. */
export function decodeCertificate(bytes: Uint8Array): Certificate | null {
  return attempt((reader) => ({
    headerHash: reader.hash(1),
    signers: reader.bytes(2, MAX_VALIDATORS / 8),
    signatures: reader.bytes(3, MAX_VALIDATORS * SIGNATURE_SIZE),
  }), bytes);
}

/** How many of `n` validators a certificate needs. */
export function quorumOf(n: number): number {
  const faulty = Math.floor((n - 1) / 3);
  return Math.ceil((n + faulty + 1) / 2);
}

/** The indices that a bitmap names, in ascending order. */
export function signersOf(bitmap: Uint8Array): number[] {
  const signers: number[] = [];
  bitmap.forEach((byte, place) => {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) signers.push(8 * place + bit);
  });
  return signers;
}

/** Whether a quorum of a set certifies a header: the first step of docs/spec/certificate.md that fails, or null. */
export function findCertificateFault(
  bytes: Uint8Array, header: Uint8Array, set: ValidatorSet,
): CertificateFault | null {
  const certificate = decodeCertificate(bytes);
  if (certificate === null) return "CERTIFICATE_MALFORMED";
  if (!equal(certificate.headerHash, headerHash(header))) return "CERTIFICATE_OTHER_HEADER";
  const n = set.validators.length;
  if (certificate.signers.length !== Math.ceil(n / 8)) return "CERTIFICATE_BITMAP_LENGTH";
  const signers = signersOf(certificate.signers);
  if (signers.some((signer) => signer >= n)) return "CERTIFICATE_FOREIGN_VALIDATOR";
  if (certificate.signatures.length !== SIGNATURE_SIZE * signers.length) return "CERTIFICATE_SIGNATURE_COUNT";
  if (signers.length < quorumOf(n)) return "CERTIFICATE_BELOW_QUORUM";
  const valid = signers.every((signer, place) => verifySignature(
    set.validators[signer]!.key,
    "ledger/checkpoint/1",
    certificate.headerHash,
    certificate.signatures.subarray(SIGNATURE_SIZE * place, SIGNATURE_SIZE * (place + 1)),
  ));
  return valid ? null : "CERTIFICATE_SIGNATURE_INVALID";
}
