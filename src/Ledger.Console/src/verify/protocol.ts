/** What the page and its worker say to each other. */
import type { ProvenState } from "@ledger/verify";
import type { Digest } from "../api/types";

export type Task =
  | { readonly kind: "verify"; readonly genesis: Uint8Array; readonly receipt: Blob; readonly subject: Blob | null }
  | { readonly kind: "digest"; readonly file: Blob }
  | { readonly kind: "genesis"; readonly genesis: Uint8Array }
  | { readonly kind: "state"; readonly genesis: Uint8Array; readonly state: ProvenState }
  | { readonly kind: "open-key"; readonly file: Blob; readonly passphrase: string };

export interface GenesisFacts {
  readonly channel: string;
  readonly channelName: string;
  readonly consortium: string;
  readonly members: readonly { readonly id: string; readonly name: string; readonly keyIds: readonly string[] }[];
}

export interface Proven {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly action: string;
  readonly role: string;
  readonly occurredAt: number;
  readonly member: string;
  readonly coSigners: readonly string[];
  readonly time: number;
  readonly height: string;
  readonly logIndex: string;
  readonly epoch: string;
  readonly sequence: string;
  readonly signers: readonly string[];
  readonly quorum: number;
  readonly validators: number;
  readonly digests: readonly Digest[];
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

export interface ProvenResult {
  readonly transactionId: string;
  readonly refusal: number;
  readonly leafCount: number;
  readonly height: string;
  readonly time: number;
  readonly status: number | null;
  readonly value: string | null;
}

/** What a transparent statement says of itself, beside the record that anchors it. */
export interface ProvenStatement {
  readonly issuer: string;
  readonly subject: string;
  readonly contentType: string;
  /** Whether the payload is the hash of something that is kept elsewhere. */
  readonly isHash: boolean;
  readonly size: number;
  /** The payload: its text when it is a short one, else its beginning in hexadecimal digits. */
  readonly payload: string;
}

/** Whether what lies beside the receipt is what the receipt is about. */
export type SubjectVerdict =
  | { readonly kind: "file"; readonly digest: string; readonly matches: boolean; readonly size: number }
  | {
    readonly kind: "disclosure"; readonly verdict: string; readonly record: number | null; readonly first: number;
    readonly shown: number; readonly total: number; readonly header: string | null; readonly rows: readonly string[];
  }
  | { readonly kind: "unreadable"; readonly detail: string };

export interface Verdict {
  /** Which kind of file it was: `json`, `binary`, `cose`, `tlog-proof`, `statement`, `bundle`, `result`; null when none. */
  readonly form: string | null;
  readonly fault: string;
  readonly detail: string | null;
  readonly epochChange: number | null;
  readonly proven: Proven | null;
  readonly result: ProvenResult | null;
  readonly statement: ProvenStatement | null;
  readonly subject: SubjectVerdict | null;
  readonly milliseconds: number;
}

/** What the check of a state proof came to: the block under whose state root it holds, or why it does not. */
export type StateCheck =
  | { readonly fault: null; readonly height: string; readonly time: number }
  | { readonly fault: string; readonly height: null; readonly time: null };

export interface Opened {
  readonly fault: string | null;
  readonly secret: Uint8Array | null;
  readonly keyId: string;
}

export interface Answers {
  readonly verify: Verdict;
  readonly digest: string;
  readonly state: StateCheck;
  readonly genesis: { readonly facts: GenesisFacts | null; readonly error: string | null };
  readonly "open-key": Opened;
}

export type FromWorker =
  | { readonly id: number; readonly progress: number }
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly failure: string };
