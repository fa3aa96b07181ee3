/** Receipts of results (docs/spec/receipt.md section 4). */
import { MAX_CERTIFICATE_BYTES, MAX_HEADER_BYTES, type BlockHeader, type ValidatorSet } from "./blocks.js";
import { attempt, type CanonicalReader } from "./canonical.js";
import { leafHash } from "./crypto.js";
import { isJsonFile } from "./files.js";
import type { Genesis } from "./genesis.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { verifyInclusion } from "./log.js";
import {
  checkHeader, epochChangesOf, followEpochs, readEpochChanges, type HeaderProof, type ReceiptFault,
} from "./proof.js";
import { MAX_RECEIPT_BYTES } from "./receipt.js";

const MAX_RESULTS = 65536;
const MAX_RESULT_BYTES = 1048704;
const MAX_OUTCOME_BYTES = 1048576;
const MAX_PATH = 16;
const MAX_GAS = (1n << 63n) - 1n;
const CONTRACT_FAILED = 23;
const MAX_REFUSAL = 24;
const RETURNED = 1;

export interface ResultReceipt extends HeaderProof {
  readonly result: Uint8Array;
  readonly position: number;
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

export interface ContractOutcome {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly gasUsed: bigint;
  /** JSON in UTF-8; empty unless it returned. */
  readonly value: Uint8Array;
  readonly events: readonly { readonly contract: string; readonly name: string; readonly payload: Uint8Array }[];
  readonly records: readonly Uint8Array[];
}

export interface TransactionResult {
  readonly transactionId: Uint8Array;
  /** The number of docs/spec/reasons.md; 0 when it took effect. */
  readonly refusal: number;
  readonly firstLeaf: bigint;
  readonly leafCount: number;
  readonly outcome: ContractOutcome | null;
}

export type ResultVerdict =
  | {
    readonly fault: "NONE"; readonly epochChange: null; readonly result: TransactionResult;
    readonly header: BlockHeader; readonly validators: ValidatorSet;
  }
  | { readonly fault: ReceiptFault; readonly epochChange: number | null; readonly result: null };

/** Decodes the binary form; null when it is not canonical or its position is none. */
export function decodeResultReceipt(bytes: Uint8Array): ResultReceipt | null {
  return bytes.length > MAX_RECEIPT_BYTES ? null : attempt(read, bytes);
}

function read(reader: CanonicalReader): ResultReceipt {
  if (reader.uint(1) !== 1n) reader.refuse("BadValue", 1);
  const result = reader.requiredBytes(2, MAX_RESULT_BYTES);
  const position = reader.small(3, MAX_RESULTS - 1);
  const count = reader.small(4, MAX_RESULTS);
  if (position >= count) reader.refuse("BadValue", 4);
  const path: Uint8Array[] = [];
  while (reader.isNext(5)) {
    if (path.length === MAX_PATH) reader.refuse("TooLarge", 5);
    path.push(reader.hash(5));
  }
  return {
    result,
    position,
    count,
    path,
    header: reader.requiredBytes(6, MAX_HEADER_BYTES),
    certificate: reader.requiredBytes(7, MAX_CERTIFICATE_BYTES),
    epochChanges: readEpochChanges(reader, 8),
  };
}

/** Reads a file in either form; the error is a sentence. */
export function parseResultReceipt(
  file: Uint8Array,
): { readonly receipt: ResultReceipt; readonly error: null } | { readonly receipt: null; readonly error: string } {
  if (!isJsonFile(file)) {
    const receipt = decodeResultReceipt(file);
    return receipt === null ? { receipt, error: "the file is not a canonical receipt" } : { receipt, error: null };
  }
  try {
    return { receipt: receiptOf(new JsonFields(parseJson(file), "$")), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { receipt: null, error: error.message };
    throw error;
  }
}

function receiptOf(root: JsonFields): ResultReceipt {
  root.format("ledger-result-receipt/1");
  const receipt = {
    result: root.requiredHex("result", MAX_RESULT_BYTES),
    position: root.small("position", MAX_RESULTS - 1),
    count: root.small("count", MAX_RESULTS),
    path: root.fixedHexes("path", MAX_PATH, 32),
    header: root.requiredHex("header", MAX_HEADER_BYTES),
    certificate: root.requiredHex("certificate", MAX_CERTIFICATE_BYTES),
    epochChanges: epochChangesOf(root),
  };
  root.end();
  if (receipt.position >= receipt.count) root.fail("position", "must be below count");
  return receipt;
}

/** Decodes a result; null when it is not canonical or contradicts its outcome. */
export function decodeResult(bytes: Uint8Array): TransactionResult | null {
  return attempt((reader) => {
    const transactionId = reader.hash(1);
    const refusal = reader.small(2, MAX_REFUSAL);
    const firstLeaf = reader.uint(3);
    const leafCount = reader.small(4, 0xffff_ffff);
    const outcomeBytes = reader.bytes(5, MAX_OUTCOME_BYTES);
    const outcome = outcomeBytes.length === 0 ? null : attempt(readOutcome, outcomeBytes);
    if (outcome === null) {
      if (outcomeBytes.length > 0 || refusal === CONTRACT_FAILED) reader.refuse("BadValue", 5);
    } else if (
      refusal !== (outcome.status === RETURNED ? 0 : CONTRACT_FAILED) || leafCount !== outcome.records.length
    ) {
      reader.refuse("BadValue", 5);
    }
    return { transactionId, refusal, firstLeaf, leafCount, outcome };
  }, bytes);
}

function readOutcome(reader: CanonicalReader): ContractOutcome {
  const outcome = {
    status: reader.small(1, 7),
    code: reader.text(2, 64),
    message: reader.text(3, 1024),
    gasUsed: reader.uint(4, MAX_GAS),
    value: reader.bytes(5, 65536),
    events: reader.messages(6, 16384 + 256, 256, (event) => ({
      contract: event.requiredText(1, 64),
      name: event.requiredText(2, 64),
      payload: event.bytes(3, 16384),
    })),
    records: reader.repeated(7, 16384, 100),
  };
  const returned = outcome.status === RETURNED;
  if (outcome.status === 0) reader.refuse("MissingField", 1);
  if (returned === (outcome.value.length === 0)) reader.refuse("BadValue", 5);
  if (!returned && outcome.events.length + outcome.records.length > 0) reader.refuse("BadValue", 6);
  return outcome;
}

/** Verifies a file, binary or JSON. Never throws for hostile input. */
export function verifyResultReceiptFile(file: Uint8Array, genesis: Genesis): ResultVerdict {
  const { receipt } = parseResultReceipt(file);
  return receipt === null ? refuse("MALFORMED") : verifyResultReceipt(receipt, genesis);
}

/** Verifies a receipt of a result; the first step that fails is the fault. */
export function verifyResultReceipt(receipt: ResultReceipt, genesis: Genesis): ResultVerdict {
  const result = decodeResult(receipt.result);
  if (result === null) return refuse("LEAF_MALFORMED");
  const { header, refusal } = checkHeader(receipt.header, genesis, null);
  if (refusal !== null) return { ...refusal, result: null };
  const chain = followEpochs(receipt, header, genesis);
  if (chain.refusal !== null) return { ...chain.refusal, result: null };
  const inclusion = verifyInclusion(
    leafHash(receipt.result), BigInt(receipt.position), BigInt(receipt.count), receipt.path, header.resultRoot);
  if (inclusion !== "VALID") return refuse("INCLUSION_INVALID");
  return { fault: "NONE", epochChange: null, result, header, validators: chain.validators };
}

function refuse(fault: ReceiptFault): ResultVerdict {
  return { fault, epochChange: null, result: null };
}
