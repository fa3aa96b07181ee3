/**
 * Receipts in which a quorum of validators vouch for the header by signatures in the form of another standard, instead of
 * by a quorum certificate (docs/spec/cose-receipt.md section 2, docs/spec/tlog-proof.md section 3).
 */
import { equal, toHex } from "./bytes.js";
import { headerHash, quorumOf, type BlockHeader, type ValidatorSet } from "./blocks.js";
import { coseDigest } from "./cose.js";
import { keyId, verifyDigestSignature } from "./crypto.js";
import type { Genesis } from "./genesis.js";
import { noteDigest } from "./note.js";
import { followChanges, type EpochChange, type ReceiptFault } from "./proof.js";
import { checkEntry, refuse, type ReceiptVerdict } from "./receipt.js";

export interface Attestation {
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A receipt's exact parts. It claims nothing: `verifyAttested` says whether it holds. */
export interface AttestedReceipt {
  readonly form: "cose" | "note";
  readonly leaf: Uint8Array;
  readonly logIndex: bigint;
  readonly path: readonly Uint8Array[];
  readonly header: Uint8Array;
  /** No key twice. */
  readonly attestations: readonly Attestation[];
  readonly epochChanges: readonly EpochChange[];
}

/** Verifies a receipt: the steps of the specification in their order; the first that fails is the fault. */
export function verifyAttested(receipt: AttestedReceipt, genesis: Genesis): ReceiptVerdict {
  const entry = checkEntry(receipt, genesis);
  if (entry.refusal !== null) return { ...entry.refusal, content: null };
  const { leaf, header } = entry;
  const chain = followChanges(receipt.epochChanges, header, genesis);
  if (chain.refusal !== null) return { ...chain.refusal, content: null };
  const { validators } = chain;
  const places = receipt.attestations.map((attestation) => placeOf(attestation, validators));
  const fault = attestationFault(receipt, header, validators, places);
  if (fault !== null) return refuse(fault);
  return {
    fault: "NONE",
    epochChange: null,
    content: {
      leaf,
      logIndex: receipt.logIndex,
      header,
      headerHash: headerHash(receipt.header),
      validators,
      signers: bitmapOf(places, validators.validators.length),
    },
  };
}

function placeOf(attestation: Attestation, { validators }: ValidatorSet): number {
  return validators.findIndex(({ key }) => equal(keyId(key), attestation.keyId));
}

function attestationFault(
  receipt: AttestedReceipt, header: BlockHeader, { validators }: ValidatorSet, places: readonly number[],
): ReceiptFault | null {
  if (new Set(receipt.attestations.map((attestation) => toHex(attestation.keyId))).size !== places.length) {
    return "MALFORMED";
  }
  if (places.includes(-1)) return "CERTIFICATE_FOREIGN_VALIDATOR";
  if (places.length < quorumOf(validators.length)) return "CERTIFICATE_BELOW_QUORUM";
  const digestOf = receipt.form === "cose" ? coseDigest : noteDigest;
  const hold = receipt.attestations.every((attestation, i) => verifyDigestSignature(
    validators[places[i]!]!.key, digestOf(attestation.keyId, header, receipt.header), attestation.signature));
  return hold ? null : "CERTIFICATE_SIGNATURE_INVALID";
}

function bitmapOf(places: readonly number[], n: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(n / 8));
  for (const place of places) bitmap[place >> 3]! |= 1 << (place & 7);
  return bitmap;
}
