/** A subject's timeline as far as it is loaded: small entries, and whether their chain of hashes holds. */
import { decodeLeaf, equal, type TimelineHead } from "@ledger/verify";
import type { Evidence } from "../api/types";
import { laneOf, type Lane } from "../catalogue";
import { bytesOf } from "../verify/state";

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
  // One for each entry: 32 bytes.
  readonly #hashes: Uint8Array[] = [];

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
      this.#hashes.push(leaf.hash);
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

  /** Whether these entries, all the way, end where a proven head says that the subject's records end. */
  endsAt({ sequence, leafHash }: TimelineHead): boolean {
    const hash = this.#hashes[Number(sequence) - 1];
    return this.brokenAt === null && hash !== undefined && equal(hash, leafHash);
  }
}
