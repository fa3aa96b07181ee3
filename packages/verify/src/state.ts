/** Proofs of the state tree (docs/spec/state-tree.md): a key's value under a certified header, or its absence. */
import { concat, equal, utf8 } from "./bytes.js";
import type { BlockHeader } from "./blocks.js";
import { attempt } from "./canonical.js";
import { HASH_SIZE, sha256, taggedHash } from "./crypto.js";
import type { Genesis } from "./genesis.js";
import { unpackHashes } from "./log.js";
import { verifyHeader, type HeaderProof, type ReceiptFault } from "./proof.js";

const MAX_DEPTH = 256;
const EMPTY = new Uint8Array(HASH_SIZE);

export interface StateProof {
  readonly depth: number;
  /** From the root's child on; null where a sibling is empty. */
  readonly siblings: readonly (Uint8Array | null)[];
  readonly leaf: { readonly path: Uint8Array; readonly valueHash: Uint8Array } | null;
}

export type StateVerdict =
  | "VALID" | "TOO_DEEP" | "KEY_ABSENT" | "VALUE_MISMATCH" | "KEY_PRESENT" | "NEIGHBOUR_ELSEWHERE" | "ROOT_MISMATCH";

/** A value that a node gave, with everything that proves it. */
export interface ProvenState {
  readonly space: string;
  readonly key: Uint8Array;
  /** Null when the key is said to be absent. */
  readonly value: Uint8Array | null;
  readonly proof: Uint8Array;
  readonly at: HeaderProof;
}

/** The path of a key: which way leads to it from the root. */
export function statePath(space: string, key: Uint8Array): Uint8Array {
  const name = utf8(space);
  return taggedHash("ledger/state-key/1", Uint8Array.of(name.length), name, key);
}

/** The hash of a value, which the tree holds. */
export function stateValueHash(value: Uint8Array): Uint8Array {
  return taggedHash("ledger/state-value/1", value);
}

/** Decodes a proof; null when it is not canonical. */
export function decodeStateProof(bytes: Uint8Array): StateProof | null {
  return attempt((reader) => {
    const depth = reader.small(1, MAX_DEPTH);
    const bitmap = reader.bytes(2, MAX_DEPTH / 8);
    const hashes = reader.bytes(3, MAX_DEPTH * HASH_SIZE);
    if (bitmap.length !== Math.ceil(depth / 8)) reader.refuse("WrongLength", 2);
    if (hashes.length % HASH_SIZE !== 0) reader.refuse("WrongLength", 3);
    const given = unpackHashes(hashes);
    if (given.some((hash) => equal(hash, EMPTY))) reader.refuse("BadValue", 3);
    let taken = 0;
    const siblings = Array.from({ length: depth }, (_, i) => (bitAt(bitmap, i) ? given[taken++] ?? null : null));
    for (let i = depth; i < 8 * bitmap.length; i++) if (bitAt(bitmap, i)) reader.refuse("BadValue", 2);
    let set = 0;
    for (let i = 0; i < depth; i++) if (bitAt(bitmap, i)) set++;
    if (set !== given.length) reader.refuse("WrongLength", 3);
    const path = reader.optionalHash(4);
    const valueHash = reader.optionalHash(5);
    if ((path === null) !== (valueHash === null)) reader.refuse("MissingField", path === null ? 4 : 5);
    return { depth, siblings, leaf: path === null || valueHash === null ? null : { path, valueHash } };
  }, bytes);
}

/** Whether a key has a value under a root; or, without a value hash, whether it has none. */
export function verifyState(
  proof: StateProof, root: Uint8Array, path: Uint8Array, valueHash: Uint8Array | null,
): StateVerdict {
  const fault = valueHash === null ? absenceFault(proof, path) : presenceFault(proof, path, valueHash);
  if (fault !== null) return fault;
  let node = proof.leaf === null ? EMPTY : sha256(Uint8Array.of(0), proof.leaf.path, proof.leaf.valueHash);
  for (let i = proof.depth - 1; i >= 0; i--) {
    const sibling = proof.siblings[i] ?? EMPTY;
    node = bitAt(path, i)
      ? sha256(Uint8Array.of(1), concat(sibling, node))
      : sha256(Uint8Array.of(1), concat(node, sibling));
  }
  return equal(node, root) ? "VALID" : "ROOT_MISMATCH";
}

/**
 * Verifies what a node says of a key, from the genesis document on: the header it was proven under, or the first fault,
 * which is one of receipts or one of state proofs.
 */
export function verifyProvenState(
  state: ProvenState, genesis: Genesis,
): { readonly fault: null; readonly header: BlockHeader } | {
  readonly fault: ReceiptFault | Exclude<StateVerdict, "VALID">; readonly header: null;
} {
  const { header, refusal } = verifyHeader(state.at, genesis);
  if (refusal !== null) return { fault: refusal.fault, header: null };
  const proof = decodeStateProof(state.proof);
  if (proof === null) return { fault: "MALFORMED", header: null };
  const path = statePath(state.space, state.key);
  const verdict = verifyState(proof, header.stateRoot, path, state.value === null ? null : stateValueHash(state.value));
  return verdict === "VALID" ? { fault: null, header } : { fault: verdict, header: null };
}

export interface TimelineHead {
  readonly sequence: bigint;
  readonly leafHash: Uint8Array;
  readonly logIndex: bigint;
}

/** Decodes the newest entry of a subject, its value in the namespace `timelines`; null when it is not canonical. */
export function decodeTimelineHead(bytes: Uint8Array): TimelineHead | null {
  return attempt((reader) => {
    const sequence = reader.uint(1);
    if (sequence === 0n) reader.refuse("MissingField", 1);
    return { sequence, leafHash: reader.hash(2), logIndex: reader.uint(3) };
  }, bytes);
}

function presenceFault({ leaf }: StateProof, path: Uint8Array, valueHash: Uint8Array): StateVerdict | null {
  if (leaf === null || !equal(leaf.path, path)) return "KEY_ABSENT";
  return equal(leaf.valueHash, valueHash) ? null : "VALUE_MISMATCH";
}

function absenceFault({ leaf, depth }: StateProof, path: Uint8Array): StateVerdict | null {
  if (leaf === null) return null;
  if (equal(leaf.path, path)) return "KEY_PRESENT";
  for (let i = 0; i < depth; i++) if (bitAt(leaf.path, i) !== bitAt(path, i)) return "NEIGHBOUR_ELSEWHERE";
  return null;
}

function bitAt(bytes: Uint8Array, i: number): boolean {
  return ((bytes[i >> 3]! >> (7 - (i & 7))) & 1) === 1;
}
