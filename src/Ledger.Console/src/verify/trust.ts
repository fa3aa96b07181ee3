/**
 * The genesis document that this browser trusts. It is the root of everything that is verified here, so it is never taken
 * from a node in silence: people compare the channel id, or bring the document themselves. Then it is remembered.
 */
import { fromUtf8, utf8 } from "@ledger/verify";
import { inWorker } from "./client";
import type { GenesisFacts } from "./protocol";

const STORED = "ledger.genesis";

export interface TrustedGenesis {
  readonly json: Uint8Array;
  readonly facts: GenesisFacts;
}

let trusted: TrustedGenesis | null = null;

/** The document that was trusted before, if there is one. */
export async function trustedGenesis(): Promise<TrustedGenesis | null> {
  if (trusted !== null) return trusted;
  const stored = localStorage.getItem(STORED);
  if (stored === null) return null;
  const json = utf8(stored);
  const { facts } = await inWorker({ kind: "genesis", genesis: json });
  trusted = facts === null ? null : { json, facts };
  return trusted;
}

/** Reads a document; the error is a sentence when it is none. */
export async function readGenesis(
  json: Uint8Array,
): Promise<{ readonly genesis: TrustedGenesis | null; readonly error: string | null }> {
  const { facts, error } = await inWorker({ kind: "genesis", genesis: json });
  return { genesis: facts === null ? null : { json, facts }, error };
}

/** Trusts a document from now on. */
export function trust(genesis: TrustedGenesis): void {
  trusted = genesis;
  const text = fromUtf8(genesis.json);
  if (text === null) return;
  try {
    localStorage.setItem(STORED, text);
  } catch {
    // Too large to be kept: it holds until the page is closed.
  }
}

export function forgetGenesis(): void {
  trusted = null;
  localStorage.removeItem(STORED);
}
