/** What `/v1` answers with (docs/spec/rest.md), as far as the console shows it. Absent values are left out or null. */

export interface Validator {
  readonly index?: number | null;
  readonly member: string;
  readonly key: string;
  readonly keyId: string;
  readonly address: string;
}

export interface Peer {
  readonly validatorIndex: number;
  readonly member: string;
  readonly address: string;
  readonly connected: boolean;
  readonly roundTripUs?: number | null;
  readonly certifiedHeight?: number | null;
  readonly clockOffsetMs?: number | null;
}

export interface Status {
  readonly softwareVersion: string;
  readonly channelName: string;
  readonly channel: string;
  readonly role: string;
  readonly member?: string | null;
  readonly validatorIndex?: number | null;
  readonly height: number;
  readonly certifiedHeight: number;
  readonly certifiedTime: string;
  readonly epoch: number;
  readonly view: number;
  readonly primary: number;
  readonly logSize: number;
  readonly poolTransactions: number;
  readonly time: string;
  readonly ready: boolean;
  readonly notReadyReason?: string | null;
  readonly clockOffsetMs?: number | null;
  readonly faultsTolerated: number;
  readonly quorum: number;
  readonly validators: readonly Validator[];
  readonly peers: readonly Peer[];
  readonly observers: readonly {
    readonly member: string; readonly address?: string | null; readonly connected: boolean;
    readonly roundTripUs?: number | null;
  }[];
}

export interface Block {
  readonly height: number;
  readonly hash: string;
  readonly time: string;
  readonly previous: string;
  readonly epoch: number;
  readonly proposer: number;
  readonly transactionCount: number;
  readonly transactionRoot: string;
  readonly resultRoot: string;
  readonly logSize: number;
  readonly logRoot: string;
  readonly stateRoot: string;
  readonly nextValidators?: string | null;
  readonly signers?: readonly number[] | null;
  readonly headerBytes: string;
  readonly certificateBytes?: string | null;
  readonly transactions?: readonly Transaction[] | null;
  readonly nextPosition?: number | null;
}

export interface BlockPage {
  readonly blocks: readonly Block[];
  readonly certifiedHeight: number;
  readonly nextBefore?: number | null;
}

export interface Digest {
  readonly algorithm: string;
  readonly value: string;
  readonly mediaType?: string | null;
}

export interface Attribute {
  readonly key: string;
  readonly kind: string;
  readonly value: string;
}

export interface EvidenceRecord {
  readonly id?: string | null;
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly action: string;
  readonly role: string;
  readonly occurredAt?: string | null;
  readonly digests: readonly Digest[];
  readonly attributes: readonly Attribute[];
  readonly links: readonly string[];
}

export interface Evidence extends EvidenceRecord {
  readonly id: string;
  readonly logIndex: number;
  readonly height: number;
  readonly time: string;
  readonly subjectSequence: number;
  readonly previous?: string | null;
  readonly member: string;
  readonly sender: string;
  readonly coSigners?: readonly { readonly member: string; readonly key: string }[] | null;
  readonly leafHash: string;
  readonly leafBytes: string;
}

export interface EvidencePage {
  readonly evidence: readonly Evidence[];
  readonly nextCursor?: string | null;
}

export interface ContractEvent {
  readonly contract: string;
  readonly name: string;
  readonly payload?: unknown;
}

export interface Outcome {
  readonly status: string;
  readonly code?: string | null;
  readonly message?: string | null;
  readonly gasUsed: number;
  readonly value?: unknown;
  readonly events: readonly ContractEvent[];
  readonly records: readonly EvidenceRecord[];
}

export interface Transaction {
  readonly position: number;
  readonly id: string;
  readonly kind: string;
  readonly sender?: string | null;
  readonly validUntil?: string | null;
  readonly records?: readonly EvidenceRecord[] | null;
  readonly contract?: {
    readonly action: string; readonly contract: string; readonly function?: string | null; readonly arguments?: unknown;
    readonly gasLimit?: number | null; readonly spend?: string | null;
  } | null;
  readonly result: {
    readonly succeeded: boolean; readonly reason?: string | null; readonly firstLogIndex?: number | null;
    readonly recordCount?: number | null; readonly outcome?: Outcome | null;
  };
}

export interface TransactionOutcome {
  readonly transactionId: string;
  readonly state: string;
  readonly height?: number | null;
  readonly position?: number | null;
  readonly time?: string | null;
  readonly reason?: string | null;
  readonly firstLogIndex?: number | null;
  readonly recordCount?: number | null;
  readonly outcome?: Outcome | null;
}

export interface Contract {
  readonly name: string;
  readonly version: number;
  readonly owner: string;
  readonly state: string;
  readonly engine: string;
  readonly sourceHash: string;
  readonly schemaHash: string;
  readonly imageHash: string;
  readonly height: number;
  readonly builtAt: string;
}

export interface ContractPage {
  readonly asOfHeight: number;
  readonly contracts: readonly Contract[];
  readonly nextCursor?: string | null;
}

export interface ContractDetails {
  readonly asOfHeight: number;
  readonly contract: Contract;
  readonly source?: { readonly version: number; readonly source: string; readonly schema?: unknown } | null;
}

export interface QueryAnswer {
  readonly height: number;
  readonly time: string;
  readonly outcome: Outcome;
}

export interface ContractEventsPage {
  readonly height: number;
  readonly time: string;
  readonly events: readonly {
    readonly transactionId: string; readonly position: number; readonly index: number; readonly contract: string;
    readonly name: string; readonly payload?: unknown;
  }[];
}

export interface StateAnswer {
  readonly namespace: string;
  readonly keyBytes: string;
  readonly present: boolean;
  readonly valueBytes?: string | null;
  readonly proofBytes: string;
  readonly header: Block;
}

export interface EpochPage {
  readonly epoch: number;
  readonly epochEnds: readonly { readonly header: Block; readonly nextValidatorsBytes: string }[];
  readonly nextFrom?: number | null;
}

export interface FaultPage {
  readonly faults: readonly Fault[];
  readonly nextCursor?: string | null;
}

export interface Fault {
  readonly kind: string;
  readonly epoch: number;
  readonly culpritKey: string;
  readonly proof: unknown;
  readonly proofBytes: string;
}

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

export interface AuditReport {
  readonly auditor: string;
  readonly madeAt: string;
  readonly firstHeight: number;
  readonly lastHeight: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly refusedTransactions: number;
  readonly records: number;
  readonly recordsByType: readonly NamedCount[];
  readonly recordsByMember: readonly NamedCount[];
  readonly changesOfProposer: number;
  readonly totals: {
    readonly headersLinked: number; readonly certificates: number; readonly certificateSignatures: number;
    readonly transactionSignatures: number; readonly roots: number; readonly blocksExecuted: number;
  };
  readonly validators: readonly {
    readonly validatorIndex: number; readonly member: string; readonly address: string; readonly signedBlocks: number;
    readonly proposedBlocks: number; readonly comparedHeight: number; readonly certifiedHeight: number;
    readonly lastHeard?: string | null; readonly clockOffsetMs: number; readonly faults: number;
  }[];
  readonly faults: readonly Fault[];
  readonly findings: readonly {
    readonly kind: string; readonly validatorIndex: number; readonly height: number; readonly time: string;
    readonly detail: string;
  }[];
  readonly problems: readonly string[];
  readonly truncated: boolean;
}

export interface MemberPage {
  readonly members: readonly {
    readonly id: string; readonly name: string; readonly roles: readonly string[];
    readonly keys: readonly { readonly keyId: string; readonly key: string; readonly label: string }[];
  }[];
  readonly nextCursor?: string | null;
}

/** RFC 9457, with the reason of docs/spec/reasons.md. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly retryAfterMs?: number | null;
}
