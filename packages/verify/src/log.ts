/** Proofs of the log tree, as docs/spec/log-tree.md and section 5 of docs/spec/fingerprint.md define them. */
import { concat, equal } from "./bytes.js";
import { emptyRoot, nodeHash } from "./crypto.js";

export const MAX_SIZE = 1n << 62n;

export type LogVerdict =
  | "VALID" | "SIZE_TOO_LARGE" | "INDEX_OUT_OF_RANGE" | "SIZES_REVERSED" | "PATH_TOO_LONG" | "PATH_TOO_SHORT"
  | "FIRST_ROOT_MISMATCH" | "ROOT_MISMATCH";

/** Whether a leaf stands at an index of the tree of `size` leaves with this root. */
export function verifyInclusion(
  leaf: Uint8Array, index: bigint, size: bigint, path: readonly Uint8Array[], root: Uint8Array,
): LogVerdict {
  if (size > MAX_SIZE) return "SIZE_TOO_LARGE";
  if (index >= size) return "INDEX_OUT_OF_RANGE";
  let fn = index;
  let sn = size - 1n;
  let computed = leaf;
  for (const hash of path) {
    if (sn === 0n) return "PATH_TOO_LONG";
    if ((fn & 1n) === 1n || fn === sn) {
      computed = nodeHash(hash, computed);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      computed = nodeHash(computed, hash);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) return "PATH_TOO_SHORT";
  return equal(computed, root) ? "VALID" : "ROOT_MISMATCH";
}

/** Whether the tree of `from` leaves is a prefix of the tree of `to` leaves. */
export function verifyConsistency(
  from: bigint, to: bigint, path: readonly Uint8Array[], fromRoot: Uint8Array, toRoot: Uint8Array,
): LogVerdict {
  if (to > MAX_SIZE) return "SIZE_TOO_LARGE";
  if (from > to) return "SIZES_REVERSED";
  if (from === 0n || from === to) {
    if (path.length > 0) return "PATH_TOO_LONG";
    if (from === 0n && !equal(fromRoot, emptyRoot())) return "FIRST_ROOT_MISMATCH";
    return from === to && !equal(fromRoot, toRoot) ? "ROOT_MISMATCH" : "VALID";
  }
  if (path.length === 0) return "PATH_TOO_SHORT";
  const hashes = (from & (from - 1n)) === 0n ? [fromRoot, ...path] : path;
  let fn = from - 1n;
  let sn = to - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let first = hashes[0]!;
  let second = first;
  for (const hash of hashes.slice(1)) {
    if (sn === 0n) return "PATH_TOO_LONG";
    if ((fn & 1n) === 1n || fn === sn) {
      first = nodeHash(hash, first);
      second = nodeHash(hash, second);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      second = nodeHash(second, hash);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) return "PATH_TOO_SHORT";
  if (!equal(first, fromRoot)) return "FIRST_ROOT_MISMATCH";
  return equal(second, toRoot) ? "VALID" : "ROOT_MISMATCH";
}

/** Whether leaf hashes stand one after the other from `first` in the tree of `size` leaves with this root. */
export function verifyRange(
  first: bigint, leaves: readonly Uint8Array[], size: bigint, proof: readonly Uint8Array[], root: Uint8Array,
): LogVerdict {
  if (size > MAX_SIZE) return "SIZE_TOO_LARGE";
  const count = BigInt(leaves.length);
  if (count === 0n || first + count > size) return "INDEX_OUT_OF_RANGE";
  const needed = subtreesOutside(0n, size, first, first + count);
  if (proof.length < needed) return "PATH_TOO_SHORT";
  if (proof.length > needed) return "PATH_TOO_LONG";
  const walk: RangeWalk = { first, end: first + count, leaves, proof, taken: 0 };
  return equal(rangeRoot(walk, 0n, size), root) ? "VALID" : "ROOT_MISMATCH";
}

interface RangeWalk {
  readonly first: bigint;
  readonly end: bigint;
  readonly leaves: readonly Uint8Array[];
  readonly proof: readonly Uint8Array[];
  taken: number;
}

/** The largest power of two smaller than `size`, which is above 1: where RFC 9162 splits. */
function split(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}

// Both recursions go at most 62 deep, the height of the tree.
function subtreesOutside(start: bigint, size: bigint, first: bigint, end: bigint): number {
  if (start + size <= first || start >= end) return 1;
  if (start >= first && start + size <= end) return 0;
  const left = split(size);
  return subtreesOutside(start, left, first, end) + subtreesOutside(start + left, size - left, first, end);
}

function rangeRoot(walk: RangeWalk, start: bigint, size: bigint): Uint8Array {
  if (start + size <= walk.first || start >= walk.end) return walk.proof[walk.taken++]!;
  if (size === 1n) return walk.leaves[Number(start - walk.first)]!;
  const left = split(size);
  const leftRoot = rangeRoot(walk, start, left);
  return nodeHash(leftRoot, rangeRoot(walk, start + left, size - left));
}

/** The root of a growing tree, from the roots of its complete subtrees: at most 53 hashes, whatever its size. */
export class LogFrontier {
  #size = 0;
  readonly #roots: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    let node = leaf;
    // Not with shifts: a size beyond 2^31 is no 32-bit integer.
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) node = nodeHash(this.#roots.pop()!, node);
    this.#roots.push(node);
    this.#size++;
  }

  root(): Uint8Array {
    if (this.#roots.length === 0) return emptyRoot();
    return this.#roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), this.#roots.at(-1)!);
  }
}

/** Cuts 32-byte hashes out of one byte string. */
export function unpackHashes(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * (i + 1)));
}

/** The reverse of `unpackHashes`. */
export function packHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return concat(...hashes);
}
