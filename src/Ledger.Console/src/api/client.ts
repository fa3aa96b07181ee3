/** Calls of the node that serves this page. The caller's token, if there is one, goes with every call. */
import type * as Api from "./types";
import { toHex } from "@ledger/verify";
import { bearer } from "../identity/session";

/** An answer that is none: what the node said, or that there is no node. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly reason: string, detail: string) {
    super(detail);
  }
}

const BASE = "/v1";

/** An answer's bytes, whatever they are. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = await bearer();
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(BASE + path, { ...init, headers, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "NO_NODE", "");
  }
  if (response.ok) return response;
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Api.Problem;
    return new ApiError(response.status, String(problem.reason), String(problem.detail));
  } catch {
    return new ApiError(response.status, `HTTP_${response.status}`, response.statusText);
  }
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await call(path, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  return (await response.json()) as T;
}

function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] != null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

export interface EvidenceQuery {
  readonly subject?: string;
  readonly digest?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly order?: "oldest" | "newest";
  readonly limit?: number;
  readonly cursor?: string | null;
}

const part = encodeURIComponent;

export const api = {
  status: (signal?: AbortSignal) => get<Api.Status>("/status", signal),
  members: (signal?: AbortSignal) => get<Api.MemberPage>("/members", signal),
  blocks: (before: number | null, limit: number, signal?: AbortSignal) =>
    get<Api.BlockPage>(`/blocks${query({ before, limit })}`, signal),
  block: (height: number, signal?: AbortSignal) => get<Api.Block>(`/blocks/${height}?transactions=true`, signal),
  evidence: (by: EvidenceQuery, signal?: AbortSignal) =>
    get<Api.EvidencePage>(`/evidence${query({ ...by })}`, signal),
  record: (id: string, signal?: AbortSignal) => get<Api.Evidence>(`/evidence/${part(id)}`, signal),
  receipt: async (id: string) => bytesOf(await call(`/evidence/${part(id)}/receipt`, JSON_ANSWER)),
  transaction: (id: string, signal?: AbortSignal) => get<Api.TransactionOutcome>(`/transactions/${part(id)}`, signal),
  resultReceipt: async (id: string) => bytesOf(await call(`/transactions/${part(id)}/result-receipt`, JSON_ANSWER)),
  contracts: (cursor: string | null, signal?: AbortSignal) =>
    get<Api.ContractPage>(`/contracts${query({ cursor, limit: 100 })}`, signal),
  contract: (name: string, version: number | null, signal?: AbortSignal) =>
    get<Api.ContractDetails>(`/contracts/${part(name)}${query({ version })}`, signal),
  ask: async (name: string, fn: string, argument: string, signal?: AbortSignal): Promise<Api.QueryAnswer> => {
    const response = await call(`/contracts/${part(name)}/queries/${part(fn)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: argument,
      ...(signal ? { signal } : {}),
    });
    return (await response.json()) as Api.QueryAnswer;
  },
  state: (space: string, key: Uint8Array, signal?: AbortSignal) =>
    get<Api.StateAnswer>(`/state/${part(space)}/0x${toHex(key)}`, signal),
  epochs: (from: number, signal?: AbortSignal) => get<Api.EpochPage>(`/epochs${query({ from })}`, signal),
  genesis: async () => bytesOf(await call("/genesis", JSON_ANSWER)),
  faults: (cursor: string | null, signal?: AbortSignal) =>
    get<Api.FaultPage>(`/faults${query({ cursor })}`, signal),
  auditReport: (signal?: AbortSignal) => get<Api.AuditReport>("/audit/report", signal),
};

const JSON_ANSWER: RequestInit = { headers: { Accept: "application/json" } };

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
