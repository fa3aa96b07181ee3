/** The suite secp256k1-sha256 of docs/spec/crypto.md, as far as a verifier needs it. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concat, utf8 } from "./bytes.js";

export const HASH_SIZE = 32;
export const KEY_SIZE = 33;
export const SIGNATURE_SIZE = 64;
export const SUITE = "secp256k1-sha256";
export const HASH_NAME = "sha-256";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const NO_BYTES = new Uint8Array(0);

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** HMAC-SHA-256. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(nobleSha256, key, message);
}

/** `tag || 0x00`: what every tagged hash, signature and salt begins with. */
export function tagBytes(tag: string): Uint8Array {
  return concat(utf8(tag), LEAF);
}

/** `H(tag || 0x00 || data)`. */
export function taggedHash(tag: string, ...data: readonly Uint8Array[]): Uint8Array {
  return sha256(tagBytes(tag), ...data);
}

/** The hash of a leaf of a tree of RFC 9162. */
export function leafHash(...data: readonly Uint8Array[]): Uint8Array {
  return sha256(LEAF, ...data);
}

/** The hash of an inner node of a tree of RFC 9162. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** The root of a tree without leaves. */
export function emptyRoot(): Uint8Array {
  return sha256(NO_BYTES);
}

/** Whether bytes are a compressed public key: a point of the curve in its one encoding. */
export function isPublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== KEY_SIZE || (bytes[0] !== 2 && bytes[0] !== 3)) return false;
  return secp256k1.utils.isValidPublicKey(bytes, true);
}

/** The id of a key. */
export function keyId(publicKey: Uint8Array): Uint8Array {
  return taggedHash("ledger/key/1", publicKey);
}

/**
 * Whether a signature (r || s, 64 bytes, s in the lower half) is a key's over a message under a tag. Never throws for
 * hostile input, and never normalises.
 */
export function verifySignature(
  publicKey: Uint8Array, tag: string, message: Uint8Array, signature: Uint8Array,
): boolean {
  return verifyDigestSignature(publicKey, taggedHash(tag, message), signature);
}

/** Whether a signature holds over a digest that another standard prescribes: COSE, signed notes. */
export function verifyDigestSignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_SIZE || !isPublicKey(publicKey)) return false;
  try {
    return secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true, format: "compact" });
  } catch {
    return false;
  }
}

/** A SHA-256 that is fed in pieces: constant memory for data of any size. */
export class RunningSha256 {
  readonly #hash = nobleSha256.create();

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }
}
