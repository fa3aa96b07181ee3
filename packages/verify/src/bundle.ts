/** Disclosure bundles: a disclosure and the receipt of its fingerprint in one file (docs/spec/fingerprint.md section 8). */
import { HASH_SIZE } from "./crypto.js";
import { disclosureOf, verifyDisclosure, type Disclosure, type DisclosureVerdict } from "./disclosure.js";
import type { EvidenceRecord } from "./evidence.js";
import type { Genesis } from "./genesis.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";
import { receiptOf, verifyReceipt, type Receipt, type ReceiptVerdict } from "./receipt.js";

export const BUNDLE_FORMAT = "ledger-disclosure-bundle/1";
export const MAX_BUNDLE_BYTES = 192 << 20;

const FINGERPRINT = "ledger-fingerprint/1";

export interface DisclosureBundle {
  readonly disclosure: Disclosure;
  readonly receipt: Receipt;
}

export interface BundleVerdict {
  readonly fault: "NONE" | "RECEIPT_INVALID" | "NO_FINGERPRINT_ANCHORED" | "OTHER_DATA_SET" | "RECORDS_INVALID";
  readonly receipt: ReceiptVerdict;
  /** Null when the disclosure was not looked at. */
  readonly disclosure: DisclosureVerdict | null;
}

/** Reads a bundle from JSON; the error is a sentence. */
export function parseBundle(
  file: Uint8Array,
): { readonly bundle: DisclosureBundle; readonly error: null } | { readonly bundle: null; readonly error: string } {
  try {
    if (file.length > MAX_BUNDLE_BYTES) throw new NotJson("$: the text is too long");
    const root = new JsonFields(parseJson(file), "$");
    root.format(BUNDLE_FORMAT);
    const bundle = { disclosure: disclosureOf(root.object("disclosure")), receipt: receiptOf(root.object("receipt")) };
    root.end();
    return { bundle, error: null };
  } catch (error) {
    if (error instanceof NotJson) return { bundle: null, error: error.message };
    throw error;
  }
}

/** Verifies everything: the receipt from the genesis on, that it anchored this data set, and every record shown. */
export function verifyBundle({ disclosure, receipt }: DisclosureBundle, genesis: Genesis): BundleVerdict {
  const held = verifyReceipt(receipt, genesis);
  if (held.fault !== "NONE") return { fault: "RECEIPT_INVALID", receipt: held, disclosure: null };
  const shown = verifyShown(disclosure, held.content.leaf.record);
  return { fault: shown === null ? "NO_FINGERPRINT_ANCHORED" : faultOf(shown), receipt: held, disclosure: shown };
}

/** Verifies a disclosure against the record that a receipt proves; null when the record anchors no fingerprint. */
export function verifyShown(disclosure: Disclosure, record: EvidenceRecord): DisclosureVerdict | null {
  let verdict: DisclosureVerdict | null = null;
  for (const digest of record.digests) {
    if (digest.algorithm !== FINGERPRINT || digest.value.length !== HASH_SIZE) continue;
    const found = verifyDisclosure(disclosure, digest.value);
    // A record may anchor several fingerprints; the disclosure is of one of them.
    if (verdict === null || found.verdict !== "FINGERPRINT_MISMATCH") verdict = found;
  }
  return verdict;
}

function faultOf({ verdict }: DisclosureVerdict): BundleVerdict["fault"] {
  if (verdict === "VALID") return "NONE";
  return verdict === "FINGERPRINT_MISMATCH" ? "OTHER_DATA_SET" : "RECORDS_INVALID";
}
