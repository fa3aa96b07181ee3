/** Receipts of evidence (docs/spec/receipt.md sections 1 and 2). */
import { decodeCertificate, headerHash, MAX_CERTIFICATE_BYTES, MAX_HEADER_BYTES, type BlockHeader, type ValidatorSet } from "./blocks.js";
import { attempt, type CanonicalReader } from "./canonical.js";
import { decodedDiffers } from "./decoded.js";
import { decodeLeaf, MAX_LEAF_BYTES, type EvidenceLeaf } from "./evidence.js";
import { isJsonFile } from "./files.js";
import type { Genesis } from "./genesis.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { MAX_SIZE, verifyInclusion } from "./log.js";
import {
  checkHeader, epochChangesOf, followEpochs, readEpochChanges, type HeaderProof, type ReceiptFault, type Refusal,
} from "./proof.js";

export const MAX_RECEIPT_BYTES = 67108864;
export const MAX_PATH = 64;

/** A receipt's exact parts. It claims nothing: `verifyReceipt` says whether it holds. */
export interface Receipt extends HeaderProof {
  readonly leaf: Uint8Array;
  readonly logIndex: bigint;
  readonly path: readonly Uint8Array[];
}

/** What a receipt proves. */
export interface ReceiptContent {
  readonly leaf: EvidenceLeaf;
  readonly logIndex: bigint;
  readonly header: BlockHeader;
  readonly headerHash: Uint8Array;
  readonly validators: ValidatorSet;
  readonly signers: Uint8Array;
}

export type ReceiptVerdict =
  | { readonly fault: "NONE"; readonly epochChange: null; readonly content: ReceiptContent }
  | { readonly fault: ReceiptFault; readonly epochChange: number | null; readonly content: null };

/** Decodes the binary form; null when it is not canonical. */
export function decodeReceipt(bytes: Uint8Array): Receipt | null {
  return bytes.length > MAX_RECEIPT_BYTES ? null : attempt(read, bytes);
}

function read(reader: CanonicalReader): Receipt {
  if (reader.uint(1) !== 1n) reader.refuse("BadValue", 1);
  const leaf = reader.requiredBytes(2, MAX_LEAF_BYTES);
  const logIndex = reader.uint(3, MAX_SIZE - 1n);
  const path: Uint8Array[] = [];
  while (reader.isNext(4)) {
    if (path.length === MAX_PATH) reader.refuse("TooLarge", 4);
    path.push(reader.hash(4));
  }
  return {
    leaf,
    logIndex,
    path,
    header: reader.requiredBytes(5, MAX_HEADER_BYTES),
    certificate: reader.requiredBytes(6, MAX_CERTIFICATE_BYTES),
    epochChanges: readEpochChanges(reader, 7),
  };
}

/** Reads a file in either form; the error is a sentence. */
export function parseReceipt(
  file: Uint8Array,
): { readonly receipt: Receipt; readonly error: null } | { readonly receipt: null; readonly error: string } {
  if (!isJsonFile(file)) {
    const receipt = decodeReceipt(file);
    return receipt === null ? { receipt, error: "the file is not a canonical receipt" } : { receipt, error: null };
  }
  try {
    return { receipt: receiptOf(new JsonFields(parseJson(file), "$")), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { receipt: null, error: error.message };
    throw error;
  }
}

/** Reads the JSON form; what is wrong is thrown as `NotJson`. */
export function receiptOf(root: JsonFields): Receipt {
  root.format("ledger-receipt/1");
  const claimed = root.has("decoded") ? root.take("decoded") : undefined;
  const receipt = {
    leaf: root.requiredHex("leaf", MAX_LEAF_BYTES),
    logIndex: root.uint("log_index", MAX_SIZE - 1n),
    path: root.fixedHexes("path", MAX_PATH, 32),
    header: root.requiredHex("header", MAX_HEADER_BYTES),
    certificate: root.requiredHex("certificate", MAX_CERTIFICATE_BYTES),
    epochChanges: epochChangesOf(root),
  };
  root.end();
  if (claimed !== undefined && decodedDiffers(claimed, receipt)) {
    root.fail("decoded", "does not say what the bytes say; remove the section or write the receipt anew");
  }
  return receipt;
}

/** Verifies a receipt file, binary or JSON, against a genesis document. Never throws for hostile input. */
export function verifyReceiptFile(file: Uint8Array, genesis: Genesis): ReceiptVerdict {
  const { receipt } = parseReceipt(file);
  return receipt === null ? refuse("MALFORMED") : verifyReceipt(receipt, genesis);
}

/** Verifies a receipt: the steps of docs/spec/receipt.md in their order; the first that fails is the fault. */
export function verifyReceipt(receipt: Receipt, genesis: Genesis): ReceiptVerdict {
  const { leaf, header, refusal } = checkEntry(receipt, genesis);
  if (refusal !== null) return { ...refusal, content: null };
  const chain = followEpochs(receipt, header, genesis);
  if (chain.refusal !== null) return { ...chain.refusal, content: null };
  return {
    fault: "NONE",
    epochChange: null,
    content: {
      leaf,
      logIndex: receipt.logIndex,
      header,
      headerHash: headerHash(receipt.header),
      validators: chain.validators,
      // The certificate holds by now, so that it can be decoded.
      signers: decodeCertificate(receipt.certificate)!.signers,
    },
  };
}

/** The first steps, which every form of receipt has: a leaf, and its place in the log under a header of the channel. */
export function checkEntry(
  entry: Pick<Receipt, "leaf" | "logIndex" | "path" | "header">, genesis: Genesis,
): Entry | { readonly leaf: null; readonly header: null; readonly refusal: Refusal } {
  const leaf = decodeLeaf(entry.leaf);
  if (leaf === null) return { leaf, header: null, refusal: { fault: "LEAF_MALFORMED", epochChange: null } };
  const { header, refusal } = checkHeader(entry.header, genesis, null);
  if (refusal !== null) return { leaf: null, header, refusal };
  const inclusion = verifyInclusion(leaf.hash, entry.logIndex, header.logSize, entry.path, header.logRoot);
  return inclusion === "VALID"
    ? { leaf, header, refusal: null }
    : { leaf: null, header: null, refusal: { fault: "INCLUSION_INVALID", epochChange: null } };
}

interface Entry {
  readonly leaf: EvidenceLeaf;
  readonly header: BlockHeader;
  readonly refusal: null;
}

/** The verdict on a receipt that does not hold. */
export function refuse(fault: ReceiptFault): ReceiptVerdict {
  return { fault, epochChange: null, content: null };
}
