/** What tests of contracts are given. They run in the real engine, each on a ledger of its own: `ledger contract test`. */

export interface Outcome {
  readonly status: "returned" | "failed" | "refused" | "outofgas" | "outofmemory" | "toodeep" | "trapped";
  readonly code: string;
  readonly message: string;
  readonly value: any;
  readonly gas: number;
  readonly events: readonly { readonly contract: string; readonly name: string; readonly payload: any }[];
  /** The records of evidence that it appended. */
  readonly records: readonly any[];
}

export interface TestKit {
  /** Makes a member with these roles. */
  member(id: string, ...roles: string[]): void;
  /**
   * Deploys the project's contract or a standard one, by name, and under another name if one is given. The contract
   * `relay` is always there: its function `pass` calls `{ contract, fn, args }`, as a contract that nobody should trust.
   */
  deploy(as: string, contract: string, args: object, name?: string): Outcome;
  /** Deploys, and gives the outcome whatever it is. */
  tryDeploy(as: string, contract: string, args: object, name?: string): Outcome;
  /** Calls a function as a member. Each call is a transaction in a block of its own, a second after the last one. */
  call(as: string, contract: string, fn: string, args?: object): Outcome;
  /** Calls a function that must return, and gives its value. */
  run(as: string, contract: string, fn: string, args?: object): any;
  /** Calls a function that must be refused with this code, and must change nothing. */
  refused(code: string, as: string, contract: string, fn: string, args?: object): Outcome;
  /** Asks a query, as a member or as nobody. */
  query(contract: string, query: string, args?: object, as?: string | null): any;
  /** Anchors a record of evidence as a member, and gives its id. */
  anchor(as: string, record: object): string;
  /** Moves the clock on and makes the scheduled calls that fall due; gives their outcomes. */
  advance(milliseconds: number): readonly Outcome[];
  /** The consensus time. */
  now(): number;
  /** A digest of all state. */
  snapshot(): string;
  /** A JSON file of the test folder. */
  file(name: string): any;
  /** The outcome itself when it returned; fails the test otherwise. */
  returned(outcome: Outcome, what: string): Outcome;
  ok(value: unknown, message?: string): void;
  /** Compares as JSON, BigInt included, whatever the order of members. */
  equal(actual: unknown, expected: unknown, message?: string): void;
  /** Whole numbers below a bound from a seed: the same history on every machine. */
  random(seed: number): { (bound: number): number; of<T>(list: readonly T[]): T };
}

/** `export const tests`: each name is a sentence that holds. */
export type Tests = { readonly [sentence: string]: (t: TestKit) => void };
