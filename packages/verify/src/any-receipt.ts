/** Receipts of evidence in files of any form: JSON, binary, COSE receipts, transparent statement, tlog-proof. */
import { verifyAttested, type AttestedReceipt } from "./attested.js";
import { decodeCoseReceipts } from "./cose.js";
import { isJsonFile } from "./files.js";
import type { Genesis } from "./genesis.js";
import { isTlogProof, parseTlogProof } from "./note.js";
import { parseReceipt, refuse, verifyReceipt, type Receipt, type ReceiptVerdict } from "./receipt.js";
import { decodeStatement, verifyStatement, type SignedStatement } from "./statement.js";

/** A file's receipt, by its form. It claims nothing before `verifyAny`. */
export type AnyReceipt =
  | { readonly form: "json" | "binary"; readonly receipt: Receipt }
  | { readonly form: "cose" | "tlog-proof"; readonly receipt: AttestedReceipt }
  | { readonly form: "statement"; readonly statement: SignedStatement };

const TAGGED_SIGN1 = 0xd2;

/** Reads a file by its first byte; the error is a sentence. */
export function parseAnyReceipt(
  file: Uint8Array,
): { readonly any: AnyReceipt; readonly error: null } | { readonly any: null; readonly error: string } {
  const first = file[0];
  if (first !== undefined && first >> 5 === 4) {
    const receipt = decodeCoseReceipts(file);
    return receipt === null ? none("the file is not COSE receipts of this ledger") : some({ form: "cose", receipt });
  }
  if (first === TAGGED_SIGN1) {
    const statement = decodeStatement(file);
    if (statement === null) return none("the file is not a signed statement of this ledger");
    return statement.receipts === null
      ? none("the signed statement carries no receipts: it is not transparent yet")
      : some({ form: "statement", statement });
  }
  if (isTlogProof(file)) {
    const receipt = parseTlogProof(file);
    return receipt === null ? none("the file is not a tlog-proof of this ledger") : some({ form: "tlog-proof", receipt });
  }
  const { receipt, error } = parseReceipt(file);
  return receipt === null ? none(error) : some({ form: isJsonFile(file) ? "json" : "binary", receipt });
}

/** Verifies a receipt, and the statement that it is of if there is one. */
export function verifyAny(any: AnyReceipt, genesis: Genesis): ReceiptVerdict {
  switch (any.form) {
    case "statement": return verifyStatement(any.statement, genesis);
    case "cose": case "tlog-proof": return verifyAttested(any.receipt, genesis);
    default: return verifyReceipt(any.receipt, genesis);
  }
}

/** Verifies a file of any form against a genesis document. Never throws for hostile input. */
export function verifyAnyFile(file: Uint8Array, genesis: Genesis): ReceiptVerdict {
  const { any } = parseAnyReceipt(file);
  return any === null ? refuse("MALFORMED") : verifyAny(any, genesis);
}

function some(any: AnyReceipt): { readonly any: AnyReceipt; readonly error: null } {
  return { any, error: null };
}

function none(error: string): { readonly any: null; readonly error: string } {
  return { any: null, error };
}
