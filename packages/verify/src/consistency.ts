/** Proof that the log under one certified header is a prefix of that under a later one (docs/spec/receipt.md section 5). */
import { MAX_CERTIFICATE_BYTES, MAX_HEADER_BYTES, type BlockHeader } from "./blocks.js";
import type { Genesis } from "./genesis.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { verifyConsistency } from "./log.js";
import { epochChangesOf, verifyHeader, type HeaderProof, type ReceiptFault } from "./proof.js";
import { MAX_RECEIPT_BYTES } from "./receipt.js";

export const CONSISTENCY_FORMAT = "ledger-consistency/1";

const MAX_PATH = 128;
// In hexadecimal digits, with what JSON adds.
const MAX_TEXT = 2 * MAX_RECEIPT_BYTES + (8 << 20);

export interface LogConsistency {
  readonly earlier: Omit<HeaderProof, "epochChanges">;
  readonly later: HeaderProof;
  readonly path: readonly Uint8Array[];
}

export type ConsistencyVerdict =
  | {
    readonly fault: "NONE"; readonly epochChange: null; readonly earlier: BlockHeader; readonly later: BlockHeader;
  }
  | { readonly fault: ReceiptFault; readonly epochChange: number | null; readonly earlier: null; readonly later: null };

/** Reads a file; the error is a sentence. */
export function parseConsistency(
  file: Uint8Array,
): { readonly proof: LogConsistency; readonly error: null } | { readonly proof: null; readonly error: string } {
  try {
    if (file.length > MAX_TEXT) throw new NotJson("$: the text is too long");
    const root = new JsonFields(parseJson(file), "$");
    root.format(CONSISTENCY_FORMAT);
    const proof = {
      earlier: {
        header: root.requiredHex("earlier_header", MAX_HEADER_BYTES),
        certificate: root.requiredHex("earlier_certificate", MAX_CERTIFICATE_BYTES),
      },
      path: root.fixedHexes("path", MAX_PATH, 32),
      later: {
        header: root.requiredHex("header", MAX_HEADER_BYTES),
        certificate: root.requiredHex("certificate", MAX_CERTIFICATE_BYTES),
        epochChanges: epochChangesOf(root),
      },
    };
    root.end();
    return { proof, error: null };
  } catch (error) {
    if (error instanceof NotJson) return { proof: null, error: error.message };
    throw error;
  }
}

/** Verifies both headers from the genesis on, and then the path between their logs. */
export function verifyLogConsistency({ earlier, later, path }: LogConsistency, genesis: Genesis): ConsistencyVerdict {
  const after = verifyHeader(later, genesis);
  if (after.refusal !== null) return refuse(after.refusal);
  const before = verifyHeader({ ...earlier, epochChanges: later.epochChanges }, genesis, true);
  if (before.refusal !== null) return refuse(before.refusal);
  if (before.header.height > after.header.height) return refuse({ fault: "HEIGHT_NOT_INCREASING", epochChange: null });
  const { header: from } = before;
  const { header: to } = after;
  return verifyConsistency(from.logSize, to.logSize, path, from.logRoot, to.logRoot) === "VALID"
    ? { fault: "NONE", epochChange: null, earlier: from, later: to }
    : refuse({ fault: "INCLUSION_INVALID", epochChange: null });
}

function refuse({ fault, epochChange }: { fault: ReceiptFault; epochChange: number | null }): ConsistencyVerdict {
  return { fault, epochChange, earlier: null, later: null };
}
