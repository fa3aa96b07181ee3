/** The section `decoded` of a receipt in JSON: what the bytes say, for people. */
import { toHex } from "./bytes.js";
import { decodeCertificate, decodeHeader, signersOf } from "./blocks.js";
import { decodeLeaf, timeText } from "./evidence.js";
import { JsonNumber, type JsonValue } from "./json.js";
import type { Receipt } from "./receipt.js";

type Plain = string | bigint | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/** Whether a claimed section says something else than the bytes do, or cannot be compared with them. */
export function decodedDiffers(claimed: JsonValue, receipt: Receipt): boolean {
  const actual = decodedOf(receipt);
  return actual === null || !saysTheSame(claimed, actual);
}

function decodedOf(receipt: Receipt): Plain | null {
  const leaf = decodeLeaf(receipt.leaf);
  const header = decodeHeader(receipt.header);
  const certificate = decodeCertificate(receipt.certificate);
  if (leaf === null || header === null || certificate === null) return null;
  const { record } = leaf;
  return {
    evidence: {
      id: leaf.id,
      type: record.type,
      subject: record.subject,
      actor: record.actor,
      action: record.action,
      role: record.role,
      occurred_at: record.occurredAt === 0 ? undefined : timeText(record.occurredAt),
      digests: record.digests.map((digest) => ({
        algorithm: digest.algorithm,
        value: toHex(digest.value),
        media_type: digest.mediaType === "" ? undefined : digest.mediaType,
      })),
      attributes: record.attributes.map(({ key, kind, value }) => ({ key, kind, value })),
      links: record.links,
    },
    anchored: {
      time: timeText(leaf.time),
      member: leaf.member,
      sender: toHex(leaf.sender),
      subject_sequence: leaf.subjectSequence,
      previous: leaf.previous === null ? undefined : toHex(leaf.previous),
      co_signers: leaf.coSigners.length === 0
        ? undefined
        : leaf.coSigners.map(({ member, keyId }) => ({ member, key: toHex(keyId) })),
    },
    block: {
      channel: toHex(header.channel),
      height: header.height,
      time: timeText(header.time),
      epoch: header.epoch,
      log_size: header.logSize,
      signers: signersOf(certificate.signers).map(BigInt),
    },
  };
}

function saysTheSame(claimed: JsonValue | undefined, actual: Plain): boolean {
  if (typeof actual === "string") return claimed === actual;
  if (typeof actual === "bigint") return claimed instanceof JsonNumber && claimed.text === String(actual);
  if (Array.isArray(actual)) {
    return Array.isArray(claimed) && claimed.length === actual.length
      && actual.every((item: Plain, i) => saysTheSame(claimed[i], item));
  }
  const present = Object.entries(actual).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  return claimed instanceof Map && claimed.size === present.length
    && present.every(([name, value]) => saysTheSame(claimed.get(name), value));
}
