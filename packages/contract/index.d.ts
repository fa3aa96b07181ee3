/**
 * The contract API of Ledger. A contract is an ES module:
 *
 * ```ts
 * import type { Context, Queries, Schedule } from "@ledger/contract";
 *
 * export function init(ctx: Context, args: { currency: string }): void { ctx.state.put("currency", args.currency); }
 * export function transfer(ctx: Context, args: { to: string; amount: string }): { left: string } { … }
 * export const queries = { balanceOf(ctx, args) { … } } satisfies Queries;
 * export const schedule = { settle: { every: "P1D", at: "02:00" } } satisfies Schedule;
 * ```
 *
 * A call sees nothing of an earlier call but what is in the state: module variables start anew each time. What it wrote, emitted
 * and appended takes effect when it returns, and not at all when it throws. Every number that crosses the border of a contract
 * (arguments, results, events, state) is a safe integer; every other number travels as a decimal string, money above all.
 */

/** What JSON can say. `undefined` members are left out; BigInt is refused: write amounts with `String(amount)`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Milliseconds = number;

/** An amount in minor units: BigInt, or a decimal string without sign, leading zero, point or exponent. */
export type Amount = bigint | string;

/** A member of the consortium that signed the transaction. */
export interface MemberCaller {
  readonly kind: "member";
  /** The member's id. */
  readonly member: string;
  /** Id of the key that signed, 64 hexadecimal digits. */
  readonly key: string;
  /** The member's roles at this block, in ascending order. */
  readonly roles: readonly string[];
  /** What else the ledger knows of the member and the key. */
  readonly attributes: MemberAttributes;
}

export interface MemberAttributes {
  /** The name that people read. */
  readonly name: string;
  /** What the member calls the key: `admin`, `client`, …. */
  readonly keyLabel: string;
}

/** Another contract, by `ctx.call` or `ctx.query`. Whose transaction it is stands in `ctx.origin`. */
export interface ContractCaller {
  readonly kind: "contract";
  /** Its name. */
  readonly contract: string;
}

/** The schedule: the call fell due. */
export interface ScheduleCaller {
  readonly kind: "schedule";
}

export type Caller = MemberCaller | ContractCaller | ScheduleCaller;

/** What a contract is given with every call. Frozen; the same on every node. */
export interface Context {
  /** Who calls this contract: check it before anything else. Null in a query that nobody signed. */
  readonly caller: Caller | null;
  /** The member whose transaction this is, however deep the calls; null in scheduled calls and in queries that nobody signed. */
  readonly origin: MemberCaller | null;
  /** Id of the transaction, or of the scheduled call; 64 hexadecimal digits. All zeros in queries. */
  readonly txId: string;
  /** The block. */
  readonly height: number;
  /** The block's consensus time. `Date.now()` gives the same. */
  readonly time: Milliseconds;
  /** This contract's name. */
  readonly contract: string;
  /** This contract's version, from 1. */
  readonly version: number;
  /** In `migrate`: the version before, and the arguments of the upgrade. Null otherwise. */
  readonly upgrade: { readonly fromVersion: number; readonly args: Json } | null;
  /** Gas left in the transaction. */
  gasLeft(): number;
  /**
   * Ends the call with an error; everything that the call did is undone. Sugar for a throw: whoever called can catch it.
   * @param code A word for programs, such as `INSUFFICIENT_FUNDS`: letters, digits and `_`, at most 64.
   */
  fail(code: string, message?: string): never;
  /**
   * Emits an event, which subscribers get when the transaction takes effect.
   * @param name Declared under `events` in the contract's schema, which the payload is checked against.
   */
  emit(name: string, payload: Json): void;
  /**
   * Calls a function of another contract within this transaction. When it throws and you catch that, what it did is undone and what
   * you did stays. Gas and depth are shared. A contract that is already running cannot be called again (`REENTRANT`).
   */
  call<R extends Json = Json>(contract: string, fn: string, args: Json): R;
  /** Asks a query of another contract. It reads the state as this transaction has left it so far. */
  query<R extends Json = Json>(contract: string, query: string, args: Json): R;
  readonly state: State;
  readonly evidence: Evidence;
  readonly fingerprint: Fingerprints;
  readonly members: Members;
  readonly accounts: Accounts;
  readonly schedule: Scheduler;
  readonly crypto: Crypto;
}

/** This contract's own state: keys are text of 1 to 256 bytes of UTF-8 in byte order, values JSON of at most 64 KiB. */
export interface State {
  /** The value, or undefined when there is none. */
  get<T extends Json = Json>(key: string): T | undefined;
  put(key: string, value: Json): void;
  /** Deletes a key; nothing happens when it is not there. */
  delete(key: string): void;
  /** Entries whose keys begin with `prefix`, in ascending byte order of UTF-8. */
  scan<T extends Json = Json>(prefix: string, options?: ScanOptions): ScanPage<T>;
}

export interface ScanOptions {
  /** Most entries, 1 to 1000. Default 100. A page also ends after 1 MiB. */
  readonly limit?: number;
  /** Only keys after this one: the `next` of the page before. */
  readonly after?: string;
}

export interface ScanPage<T extends Json = Json> {
  readonly entries: readonly { readonly key: string; readonly value: T }[];
  /** Where the next page begins (after this key); null when this page is the last. */
  readonly next: string | null;
}

/** The evidence of the channel, as it was before this transaction. */
export interface Evidence {
  /** A record by its id (`<64 hex>` or `<64 hex>.<place>`); null when there is none. */
  get(id: string): EvidenceEntry | null;
  /** Records with this digest value (hexadecimal), oldest first. */
  byDigest(value: string, options?: { readonly from?: number; readonly limit?: number }): readonly EvidenceEntry[];
  /** A subject's records whose sequence is above `after`, oldest first. */
  timeline(subject: string, options?: { readonly after?: number; readonly limit?: number }): readonly EvidenceEntry[];
  /**
   * Appends a record when the transaction takes effect, and gives the id that it will have. The record meets the rules of its type;
   * its role must be held by the member whose transaction this is or by the contract's owner. Its actor is always
   * `contract/<name>`.
   */
  append(record: NewEvidence): string;
}

export type AttributeValue =
  | { readonly text: string }
  | { readonly integer: number | string }
  | { readonly decimal: string }
  | { readonly boolean: boolean }
  | { readonly time: Milliseconds }
  | { readonly bytes: string };

export interface EvidenceDigest {
  /** `sha-256`, `sm3`, `ledger-fingerprint/1`, …. */
  readonly algorithm: string;
  /** Hexadecimal. */
  readonly value: string;
  readonly mediaType?: string;
}

export interface NewEvidence {
  /** A type of the evidence catalogue, such as `trade.payment`. */
  readonly type: string;
  /** The business key whose timeline it belongs to. */
  readonly subject: string;
  readonly action: string;
  readonly role: string;
  readonly occurredAt?: Milliseconds;
  readonly digests?: readonly EvidenceDigest[];
  /** By key. A bare string, boolean or integer is short for `{ text }`, `{ boolean }`, `{ integer }`. */
  readonly attributes?: { readonly [key: string]: AttributeValue | string | boolean | number };
  /** Ids of the evidence that it builds on. */
  readonly links?: readonly string[];
}

export interface EvidenceRecord {
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly action: string;
  readonly role: string;
  /** Null when the sender did not say. */
  readonly occurredAt: Milliseconds | null;
  readonly digests: readonly EvidenceDigest[];
  readonly attributes: { readonly [key: string]: AttributeValue };
  readonly links: readonly string[];
}

export interface EvidenceEntry {
  readonly id: string;
  /** Place in the channel's log. */
  readonly index: number;
  /** The member that sent it. */
  readonly member: string;
  /** The key that signed it. */
  readonly key: string;
  /** Place in its subject's timeline, from 1. */
  readonly sequence: number;
  /** Consensus time of its block. */
  readonly time: Milliseconds;
  readonly record: EvidenceRecord;
}

export interface Fingerprints {
  /**
   * Checks a disclosure (the JSON file of `ledger disclose`, parsed) against the fingerprint that was anchored for it: the oldest record of
   * type `fingerprint.data` with its digest, or the one that is named. Bad disclosures are an answer, not an error.
   */
  verify(disclosure: Json, options?: { readonly evidence?: string; readonly subject?: string }): Disclosure;
}

export interface Disclosure {
  readonly valid: boolean;
  /** `Valid`, or what is wrong: `NotAnchored`, `Malformed`, `RecordMismatch`, …. */
  readonly code: string;
  /** The record at fault, where one is. */
  readonly record: number | null;
  /** Where the fingerprint is anchored; null when it is not. */
  readonly evidence: { readonly id: string; readonly subject: string; readonly member: string; readonly time: Milliseconds } | null;
  /** Index of the first record that is shown. */
  readonly first: number;
  /** Records of the whole data set. */
  readonly total: number;
  /** The header row of CSV data; null otherwise. Only when valid. */
  readonly header: string | null;
  /** The records that are shown, when valid and text. */
  readonly records: readonly string[] | null;
}

export interface Members {
  /** A member; null when there is none. */
  get(id: string): { readonly id: string; readonly name: string; readonly roles: readonly string[] } | null;
  /** Whether a member holds a role; false when there is no such member. */
  role(id: string, role: string): boolean;
}

/**
 * Accounts: `member/<id>` and `contract/<name>`, each with a balance for every currency (3 to 12 of A-Z and 0-9, beginning with a letter).
 * Money is conserved: the sum over all accounts changes by issue and burn alone.
 */
export interface Accounts {
  balance(account: string, currency: string): bigint;
  /**
   * Moves money from this contract's account, or from the sender's (`from: "member/<ctx.origin.member>"`) up to what the
   * transaction allows contracts to spend.
   */
  transfer(transfer: { readonly from?: string; readonly to: string; readonly currency: string; readonly amount: Amount }): void;
  /** Makes money. Only in a contract whose owner holds the role `treasury`. */
  issue(issue: { readonly to: string; readonly currency: string; readonly amount: Amount }): void;
  /** Destroys money of this contract's own account. Only in a contract whose owner holds the role `treasury`. */
  burn(burn: { readonly currency: string; readonly amount: Amount }): void;
}

export interface Scheduler {
  /**
   * Calls an exported function of this contract in the first block whose time is at or after `time`. It is called with
   * `ctx.caller.kind === "schedule"`. Gives an id to cancel it by.
   */
  at(time: Milliseconds, fn: string, args: Json): string;
  /** Whether it was still to come. */
  cancel(id: string): boolean;
}

export interface Crypto {
  /** SHA-256 of the text's UTF-8, in hexadecimal. */
  sha256(text: string): string;
  /**
   * Whether `signature` (128 hexadecimal digits) is the channel suite's signature by `publicKey` (66 hexadecimal digits) over the
   * text's UTF-8 for the purpose `ledger/contract-message/1`.
   */
  verify(publicKey: string, text: string, signature: string): boolean;
}

/** `export const queries`: read-only functions that any node answers for free. A write in one throws `READ_ONLY`. */
export type Queries = { readonly [name: string]: (ctx: Context, args: never) => Json | void };

/** `export const schedule`: exported functions that are called again and again by consensus time, UTC. */
export type Schedule = { readonly [fn: string]: Recurrence };

export interface Recurrence {
  /** ISO 8601: whole months (`P1M`), weeks (`P1W`, from Monday), days (`P1D`), hours (`PT6H`) or minutes (`PT15M`). At least a minute. */
  readonly every: string;
  /** `HH:MM`; for months, weeks and days. Default `00:00`. */
  readonly at?: string;
  /** Day of the month, 1 to 28; for months. Default 1. */
  readonly on?: number;
}

/** What a repeating call is given. */
export interface Due {
  /** The time that it was due at; the block's own time is `ctx.time`. */
  readonly due: Milliseconds;
}

export type Rounding = "down" | "up" | "halfUp" | "halfEven";

/** Arithmetic of money in BigInt minor units. Nothing rounds unless it is said how. */
export interface MoneyHelper {
  /** Minor units from a decimal string: `parse("12.30", 2)` is `1230n`. More digits than `scale` are refused. */
  parse(text: string, scale: number): bigint;
  /** A decimal string with `scale` digits after the point. */
  format(amount: Amount, scale: number): string;
  /** Minor units from an amount as it travels; refuses everything else, negative amounts included. */
  of(amount: Amount): bigint;
  /** `amount * numerator / denominator`, rounded as said. */
  multiply(amount: Amount, numerator: bigint | number, denominator: bigint | number, rounding: Rounding): bigint;
  /**
   * Splits by ratios with the largest-remainder method: the parts always add up to the amount; of equal remainders the earlier part
   * gets the unit.
   */
  split(amount: Amount, ratios: readonly (bigint | number)[]): bigint[];
  sum(amounts: readonly Amount[]): bigint;
}

declare global {
  const Money: MoneyHelper;
}
