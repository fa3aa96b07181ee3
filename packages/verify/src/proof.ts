/** From the genesis document to a header: what receipts of evidence and of results have in common. */
import { equal } from "./bytes.js";
import {
  decodeHeader, decodeValidators, findCertificateFault, MAX_CERTIFICATE_BYTES, MAX_HEADER_BYTES, MAX_VALIDATORS_BYTES,
  type BlockHeader, type CertificateFault, type ValidatorSet,
} from "./blocks.js";
import { attempt, CanonicalWriter, type CanonicalReader } from "./canonical.js";
import type { Genesis } from "./genesis.js";
import type { JsonFields } from "./json-fields.js";

export const MAX_EPOCH_CHANGES = 4096;

export type ReceiptFault =
  | "MALFORMED" | "LEAF_MALFORMED" | "HEADER_MALFORMED" | "WRONG_CHANNEL" | "INCLUSION_INVALID"
  | "EPOCH_CHANGE_MISSING" | "EPOCH_CHANGE_SURPLUS" | "EPOCH_OUT_OF_ORDER" | "HEIGHT_NOT_INCREASING"
  | "EPOCH_NOT_ENDED" | "VALIDATORS_MALFORMED" | "VALIDATORS_MISMATCH" | "VALIDATORS_WRONG_EPOCH" | CertificateFault;

/** Why a receipt does not hold. */
export interface Refusal {
  readonly fault: ReceiptFault;
  /** Which epoch change is at fault, from 0; null when it is the receipt itself. */
  readonly epochChange: number | null;
}

export interface EpochChange {
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
  readonly validators: Uint8Array;
}

export interface HeaderProof {
  readonly header: Uint8Array;
  readonly certificate: Uint8Array;
  readonly epochChanges: readonly EpochChange[];
}

/** A header of the channel, or why it is none. */
export function checkHeader(
  bytes: Uint8Array, genesis: Genesis, epochChange: number | null,
): { readonly header: BlockHeader; readonly refusal: null } | { readonly header: null; readonly refusal: Refusal } {
  const header = decodeHeader(bytes);
  if (header === null) return { header: null, refusal: { fault: "HEADER_MALFORMED", epochChange } };
  return equal(header.channel, genesis.channel)
    ? { header, refusal: null }
    : { header: null, refusal: { fault: "WRONG_CHANNEL", epochChange } };
}

/**
 * Steps 5 to 8 of docs/spec/receipt.md: from the genesis document through the epochs to the header's certificate.
 * Returns the validators that certified it.
 */
export function followEpochs(
  proof: HeaderProof, header: BlockHeader, genesis: Genesis,
): { readonly validators: ValidatorSet; readonly refusal: null } | { readonly refusal: Refusal } {
  const chain = followChanges(proof.epochChanges, header, genesis);
  if (chain.refusal !== null) return chain;
  const fault = findCertificateFault(proof.certificate, proof.header, chain.validators);
  return fault === null ? chain : refuse(fault, null);
}

/**
 * A header from the genesis document on: steps 3 and 5 to 8. With `prefix` the epoch changes may go on beyond the header's
 * epoch, as those of a later header do.
 */
export function verifyHeader(
  proof: HeaderProof, genesis: Genesis, prefix = false,
): { readonly header: BlockHeader; readonly validators: ValidatorSet; readonly refusal: null } | {
  readonly header: null; readonly refusal: Refusal;
} {
  const { header, refusal } = checkHeader(proof.header, genesis, null);
  if (refusal !== null) return { header: null, refusal };
  const most = prefix && header.epoch < proof.epochChanges.length ? Number(header.epoch) : proof.epochChanges.length;
  const chain = followEpochs({ ...proof, epochChanges: proof.epochChanges.slice(0, most) }, header, genesis);
  return chain.refusal !== null
    ? { header: null, refusal: chain.refusal }
    : { header, validators: chain.validators, refusal: null };
}

/** Steps 5 to 7: from the genesis document through the epochs to the validators of the header's. */
export function followChanges(
  epochChanges: readonly EpochChange[], header: BlockHeader, genesis: Genesis,
): { readonly validators: ValidatorSet; readonly refusal: null } | { readonly refusal: Refusal } {
  const count = BigInt(epochChanges.length);
  if (count !== header.epoch) {
    return refuse(count < header.epoch ? "EPOCH_CHANGE_MISSING" : "EPOCH_CHANGE_SURPLUS", null);
  }
  let validators = genesis.validators;
  let height = -1n;
  for (const [place, change] of epochChanges.entries()) {
    const next = followChange(change, place, height, validators, genesis);
    if (next.refusal !== null) return next;
    ({ validators, height } = next);
  }
  return header.height <= height ? refuse("HEIGHT_NOT_INCREASING", null) : { validators, refusal: null };
}

function followChange(
  change: EpochChange, place: number, below: bigint, validators: ValidatorSet, genesis: Genesis,
): { readonly validators: ValidatorSet; readonly height: bigint; readonly refusal: null } | { readonly refusal: Refusal } {
  const { header, refusal } = checkHeader(change.header, genesis, place);
  if (refusal !== null) return { refusal };
  if (header.epoch !== BigInt(place)) return refuse("EPOCH_OUT_OF_ORDER", place);
  if (header.height <= below) return refuse("HEIGHT_NOT_INCREASING", place);
  if (header.nextValidators === null) return refuse("EPOCH_NOT_ENDED", place);
  const next = decodeValidators(change.validators);
  if (next === null) return refuse("VALIDATORS_MALFORMED", place);
  if (!equal(next.hash, header.nextValidators)) return refuse("VALIDATORS_MISMATCH", place);
  if (next.epoch !== BigInt(place + 1)) return refuse("VALIDATORS_WRONG_EPOCH", place);
  const fault = findCertificateFault(change.certificate, change.header, validators);
  return fault === null ? { validators: next, height: header.height, refusal: null } : refuse(fault, place);
}

function refuse(fault: ReceiptFault, epochChange: number | null): { readonly refusal: Refusal } {
  return { refusal: { fault, epochChange } };
}

export function readEpochChanges(reader: CanonicalReader, field: number): EpochChange[] {
  const most = MAX_HEADER_BYTES + MAX_CERTIFICATE_BYTES + MAX_VALIDATORS_BYTES + 64;
  return reader.messages(field, most, MAX_EPOCH_CHANGES, readEpochChange);
}

/** Decodes an epoch change that stands alone; null when it is not canonical. */
export function decodeEpochChange(bytes: Uint8Array): EpochChange | null {
  return attempt(readEpochChange, bytes);
}

export function encodeEpochChange({ header, certificate, validators }: EpochChange): Uint8Array {
  return new CanonicalWriter().bytes(1, header).bytes(2, certificate).bytes(3, validators).done();
}

function readEpochChange(change: CanonicalReader): EpochChange {
  return {
    header: change.requiredBytes(1, MAX_HEADER_BYTES),
    certificate: change.requiredBytes(2, MAX_CERTIFICATE_BYTES),
    validators: change.requiredBytes(3, MAX_VALIDATORS_BYTES),
  };
}

export function epochChangesOf(root: JsonFields): EpochChange[] {
  return root.objects("epoch_changes", MAX_EPOCH_CHANGES).map((json) => {
    const change = {
      header: json.requiredHex("header", MAX_HEADER_BYTES),
      certificate: json.requiredHex("certificate", MAX_CERTIFICATE_BYTES),
      validators: json.requiredHex("validators", MAX_VALIDATORS_BYTES),
    };
    json.end();
    return change;
  });
}
