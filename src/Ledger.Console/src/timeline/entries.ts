/** A subject's timeline as far as it is loaded: small entries, and whether their chain of hashes holds. */
import { decodeLeaf, equal, toHex } from "@ledger/verify";
import type { Evidence } from "../api/types";
import { laneOf, type Lane } from "../catalogue";

/** What a row and the picture need: a hundred thousand of them stay small. */
export interface Entry {
  readonly id: string;
  readonly sequence: number;
  readonly time: number;
  readonly type: string;
  readonly lane: Lane;
  readonly action: string;
  readonly actor: string;
  readonly member: string;
}

/** Collects entries, oldest first, and checks that each names the hash of the one before. */
export class TimelineEntries {
  readonly entries: Entry[] = [];
  /** The first place at which the chain does not hold; null while it does. */
  brokenAt: number | null = null;
  #last: Uint8Array | null = null;

  constructor(private readonly subject: string) {}

  /** Takes a page. What is shown comes from the leaves' bytes, whose hashes are chained, and not from what the node says. */
  add(page: readonly Evidence[]): void {
    for (const evidence of page) {
      const leaf = decodeLeaf(bytesOf(evidence.leafBytes));
      const sequence = this.entries.length + 1;
      if (leaf === null) {
        this.brokenAt ??= sequence;
        continue;
      }
      const follows = leaf.previous === null ? this.#last === null : this.#last !== null && equal(leaf.previous, this.#last);
      const fits = follows && leaf.subjectSequence === BigInt(sequence) && leaf.record.subject === this.subject;
      if (!fits) this.brokenAt ??= sequence;
      this.#last = leaf.hash;
      this.entries.push({
        id: leaf.id,
        sequence,
        time: leaf.time,
        type: leaf.record.type,
        lane: laneOf(leaf.record.type),
        action: leaf.record.action,
        actor: leaf.record.actor,
        member: leaf.member,
      });
    }
  }

  /** The newest leaf's hash, which the next must name. */
  get head(): string | null {
    return this.#last === null ? null : toHex(this.#last);
  }
}

function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
