/** Values of the state, fetched with their proofs and checked here against the genesis document that this browser trusts. */
import type { EpochChange } from "@ledger/verify";
import { api } from "../api/client";
import type { EpochPage, StateAnswer } from "../api/types";
import { inWorker } from "./client";
import type { StateCheck } from "./protocol";
import { trustedGenesis } from "./trust";

export interface CheckedState {
  /** Null when the key has no value. */
  readonly value: Uint8Array | null;
  /** Null when this browser trusts no genesis document yet: then the value is the node's word. */
  readonly check: StateCheck | null;
}

/** A key's value and whether it is proven. */
export async function checkedState(space: string, key: Uint8Array, signal?: AbortSignal): Promise<CheckedState> {
  const answer = await api.state(space, key, signal);
  const value = answer.present ? bytesOf(answer.valueBytes ?? "") : null;
  const root = await trustedGenesis();
  if (root === null) return { value, check: null };
  const at = {
    header: bytesOf(answer.header.headerBytes),
    certificate: bytesOf(answer.header.certificateBytes ?? ""),
    epochChanges: await epochChanges(answer, signal),
  };
  const state = { space, key, value, proof: bytesOf(answer.proofBytes), at };
  return { value, check: await inWorker({ kind: "state", genesis: root.json, state }) };
}

// How many there must be says the header, which the worker checks.
async function epochChanges({ header: { epoch } }: StateAnswer, signal?: AbortSignal): Promise<EpochChange[]> {
  const changes: EpochChange[] = [];
  while (changes.length < epoch) {
    const page: EpochPage = await api.epochs(changes.length, signal);
    if (page.epochEnds.length === 0) break;
    changes.push(...page.epochEnds.map(({ header, nextValidatorsBytes }) => ({
      header: bytesOf(header.headerBytes),
      certificate: bytesOf(header.certificateBytes ?? ""),
      validators: bytesOf(nextValidatorsBytes),
    })));
  }
  return changes.slice(0, epoch);
}

/** The bytes of base64 as the API writes it. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
