/** Tokens that callers make for themselves: a JWT signed with ES256K by a member's key. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { toHex, utf8 } from "@ledger/verify";

export interface Identity {
  readonly member: string;
  readonly keyId: string;
  readonly channel: string;
  readonly secret: Uint8Array;
}

const LIFETIME_S = 300;

/** A token for one origin, valid for five minutes. */
export async function mint(
  identity: Identity, origin: string, now = Date.now(),
): Promise<{ readonly token: string; readonly expires: number }> {
  const issued = Math.floor(now / 1000);
  const header = { alg: "ES256K", typ: "ledger+jwt", kid: identity.keyId };
  const claims = {
    iss: identity.member,
    sub: identity.keyId,
    aud: audienceOf(origin),
    iat: issued,
    exp: issued + LIFETIME_S,
    jti: toHex(crypto.getRandomValues(new Uint8Array(16))),
    channel: identity.channel,
  };
  const signed = `${base64Url(utf8(JSON.stringify(header)))}.${base64Url(utf8(JSON.stringify(claims)))}`;
  // The curve's library hashes with SHA-256 and keeps s in the lower half, as ES256K and the ledger ask.
  const signature = secp256k1.sign(utf8(signed), identity.secret);
  return { token: `${signed}.${base64Url(signature)}`, expires: (issued + LIFETIME_S) * 1000 };
}

/** An origin as tokens name it: in lower case, with its port always written. */
export function audienceOf(origin: string): string {
  const url = new URL(origin);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return `${url.protocol}//${url.hostname}:${port}`;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
