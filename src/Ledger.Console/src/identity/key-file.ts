/** Identity files (docs/spec/crypto.md, "Key files"). A browser on plain HTTP has no WebCrypto, so none is used. */
import { gcm } from "@noble/ciphers/aes.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expand } from "@noble/hashes/hkdf.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { equal, fromHex, fromUtf8, keyId, toHex, utf8 } from "@ledger/verify";

export type KeyFileFault =
  | "TooLarge" | "Malformed" | "UnknownFormat" | "UnknownSuite" | "BadField" | "UnknownProtection"
  | "PassphraseRequired" | "WrongPassphrase" | "Tampered" | "BadSecret" | "KeyMismatch";

export interface Key {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly keyId: string;
}

export type KeyFileResult =
  | { readonly key: Key; readonly fault: null }
  | { readonly key: null; readonly fault: KeyFileFault };

const SUITE = "secp256k1-sha256";

/** Opens an identity file. */
export async function openKeyFile(file: Uint8Array, passphrase: string): Promise<KeyFileResult> {
  try {
    return { key: await open(file, passphrase), fault: null };
  } catch (error) {
    if (error instanceof Refused) return { key: null, fault: error.fault };
    throw error;
  }
}

class Refused extends Error {
  constructor(readonly fault: KeyFileFault) {
    super(fault);
  }
}

async function open(file: Uint8Array, passphrase: string): Promise<Key> {
  if (file.length > 4096) throw new Refused("TooLarge");
  const fields = objectOf(file);
  if (fields["format"] !== "ledger-key/1") throw new Refused("UnknownFormat");
  if (fields["suite"] !== SUITE) throw new Refused("UnknownSuite");
  const isProtected = "protection" in fields;
  const expected = ["format", "suite", "public_key", "key_id", isProtected ? "protection" : "secret"];
  onlyFields(fields, expected);
  const publicKey = hexField(fields, "public_key", 33);
  const id = hexField(fields, "key_id", 32);
  const secret = isProtected
    ? await unseal(fields["protection"], publicKey, passphrase)
    : hexField(fields, "secret", 32);
  if (!secp256k1.utils.isValidSecretKey(secret)) throw new Refused("BadSecret");
  if (!equal(secp256k1.getPublicKey(secret, true), publicKey) || !equal(keyId(publicKey), id)) {
    throw new Refused("KeyMismatch");
  }
  return { secret, publicKey, keyId: toHex(id) };
}

async function unseal(value: unknown, publicKey: Uint8Array, passphrase: string): Promise<Uint8Array> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused("BadField");
  const fields = value as Record<string, unknown>;
  const iterations = fields["iterations"];
  if (fields["kdf"] !== "pbkdf2-hmac-sha256" || fields["cipher"] !== "aes-256-gcm"
    || typeof iterations !== "number" || !Number.isInteger(iterations)
    || iterations < 100_000 || iterations > 10_000_000) {
    throw new Refused("UnknownProtection");
  }
  onlyFields(fields, ["kdf", "iterations", "salt", "check", "cipher", "nonce", "sealed"]);
  const salt = hexField(fields, "salt", 16);
  const check = hexField(fields, "check", 16);
  const nonce = hexField(fields, "nonce", 12);
  const sealed = hexField(fields, "sealed", 48);
  if (passphrase === "") throw new Refused("PassphraseRequired");
  const master = await pbkdf2Async(sha256, utf8(passphrase), salt, { c: iterations, dkLen: 32, asyncTick: 50 });
  const derived = (purpose: string, length: number) => expand(sha256, master, utf8(`ledger-key/1 ${purpose}`), length);
  if (!equal(derived("check", 16), check)) throw new Refused("WrongPassphrase");
  const context = utf8(`ledger-key/1\0${SUITE}\0`);
  const additional = new Uint8Array([...context, ...publicKey]);
  try {
    return gcm(derived("seal", 32), nonce, additional).decrypt(sealed);
  } catch {
    throw new Refused("Tampered");
  }
}

function objectOf(file: Uint8Array): Record<string, unknown> {
  const text = fromUtf8(file);
  // Escapes are not part of the format: without them a name that stands twice shows as text.
  if (text === null || text.includes("\\")) throw new Refused("Malformed");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused("Malformed");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refused("Malformed");
  const names = [...text.matchAll(/"([^"]*)"\s*:/g)].map((match) => match[1]);
  if (new Set(names).size !== names.length) throw new Refused("Malformed");
  return value as Record<string, unknown>;
}

function onlyFields(fields: Record<string, unknown>, expected: readonly string[]): void {
  if (Object.keys(fields).length !== expected.length || expected.some((name) => !(name in fields))) {
    throw new Refused("BadField");
  }
}

function hexField(fields: Record<string, unknown>, name: string, length: number): Uint8Array {
  const value = fields[name];
  const bytes = typeof value === "string" ? fromHex(value.toLowerCase()) : null;
  if (bytes === null || bytes.length !== length) throw new Refused("BadField");
  return bytes;
}
