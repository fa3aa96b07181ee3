/** Who the page calls as: a token from a link, or a key that makes tokens. The key never leaves the page's memory. */
import { mint, type Identity } from "./token";

const STORED = "ledger.token";
const RENEW_BEFORE_MS = 60_000;

let identity: Identity | null = null;
let token: string | null = null;
let expires = 0;
const listeners = new Set<() => void>();

/** Takes a token out of the address (`#token=…`), which is cleaned at once so that it is in no history and no screenshot. */
export function takeTokenFromAddress(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    sessionStorage.setItem(STORED, given);
  }
  const stored = given ?? sessionStorage.getItem(STORED);
  if (stored !== null) use(stored);
}

/** Whether a token is at hand, and whose. */
export function signedInAs(): string | null {
  if (identity !== null) return identity.member;
  if (token === null || expires <= Date.now()) return null;
  return claimsOf(token)?.iss ?? null;
}

/** Signs in with a key: tokens are made as they are needed. */
export function signIn(as: Identity): void {
  identity = as;
  token = null;
  expires = 0;
  changed();
}

export function signOut(): void {
  identity = null;
  token = null;
  expires = 0;
  sessionStorage.removeItem(STORED);
  changed();
}

/** A token for the next call; null when there is none to send. */
export async function bearer(): Promise<string | null> {
  if (identity !== null && expires - RENEW_BEFORE_MS < Date.now()) {
    const made = await mint(identity, location.origin);
    ({ token, expires } = made);
  }
  return token !== null && expires > Date.now() ? token : null;
}

/** Calls back whenever somebody signs in or out. Returns how to end that. */
export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function use(given: string): void {
  const claims = claimsOf(given);
  if (claims === null) {
    sessionStorage.removeItem(STORED);
    return;
  }
  token = given;
  expires = claims.exp * 1000;
  changed();
}

function changed(): void {
  for (const listener of listeners) listener();
}

function claimsOf(jwt: string): { readonly iss: string; readonly exp: number } | null {
  try {
    const payload = jwt.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(payload));
    if (typeof claims !== "object" || claims === null) return null;
    const { iss, exp } = claims as Record<string, unknown>;
    return typeof iss === "string" && typeof exp === "number" ? { iss, exp } : null;
  } catch {
    return null;
  }
}
