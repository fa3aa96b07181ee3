/** Cuts data into records by the rules of docs/spec/fingerprint.md section 1. Holds one record at most. */
import type { FingerprintParameters } from "./fingerprint.js";

export type SplitFault =
  | "QUOTE_IN_FIELD" | "TEXT_AFTER_QUOTE" | "UNTERMINATED_QUOTE" | "MISSING_HEADER" | "RECORD_TOO_LARGE";

const MAX_RECORD_BYTES = 1048576;
const MAX_TERMINATOR = 2;
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** The splitter of a rule. `accept` is shown bytes that are valid during the call only. */
export function splitterFor(parameters: FingerprintParameters, accept: (record: Uint8Array) => void): Splitter {
  switch (parameters.rule) {
    case "csv": return new CsvSplitter(accept, parameters.delimiter);
    case "lines": return new LineSplitter(accept);
    case "chunks": return new ChunkSplitter(accept, parameters.chunkSize);
  }
}

/** Where the pieces are cut has no influence on the records, nor on the fault that is found. */
export abstract class Splitter {
  #pending = new Uint8Array(256);
  #pendingLength = 0;
  #fault: SplitFault | null = null;
  records = 0;

  constructor(private readonly accept: (record: Uint8Array) => void) {}

  push(bytes: Uint8Array): SplitFault | null {
    let data = bytes;
    while (this.#fault === null && data.length > 0) {
      // No further than the largest record could reach, so that the fault does not depend on how the data is cut.
      const window = data.subarray(0, MAX_RECORD_BYTES + MAX_TERMINATOR - this.#pendingLength);
      const end = this.findEnd(window, this.#pendingLength);
      if (typeof end === "string") return (this.#fault = end);
      if (end < 0) {
        this.#keep(window);
        data = data.subarray(window.length);
        if (this.#pendingLength === MAX_RECORD_BYTES + MAX_TERMINATOR) this.#fault = "RECORD_TOO_LARGE";
        continue;
      }
      const last = window.subarray(0, end);
      data = data.subarray(end);
      if (this.#pendingLength === 0) {
        this.#emit(last, true);
        continue;
      }
      this.#keep(last);
      const length = this.#pendingLength;
      this.#pendingLength = 0;
      this.#emit(this.#pending.subarray(0, length), true);
    }
    return this.#fault;
  }

  complete(): SplitFault | null {
    if (this.#fault !== null || this.#pendingLength === 0) return this.#fault;
    this.#fault = this.faultAtEnd();
    if (this.#fault !== null) return this.#fault;
    const length = this.#pendingLength;
    this.#pendingLength = 0;
    this.#emit(this.#pending.subarray(0, length), false);
    return this.#fault;
  }

  /** The index after the record's last byte, line end included; -1 when it goes on; or what is wrong. */
  protected abstract findEnd(data: Uint8Array, pending: number): number | SplitFault;

  protected faultAtEnd(): SplitFault | null {
    return null;
  }

  /** What a complete record is without its line end. */
  protected withoutEnd(record: Uint8Array): Uint8Array {
    return record.subarray(0, record.length - (record.at(-2) === CR ? 2 : 1));
  }

  #emit(ended: Uint8Array, terminated: boolean): void {
    const record = terminated ? this.withoutEnd(ended) : ended;
    if (record.length > MAX_RECORD_BYTES) {
      this.#fault = "RECORD_TOO_LARGE";
      return;
    }
    this.accept(record);
    this.records++;
  }

  #keep(data: Uint8Array): void {
    const needed = this.#pendingLength + data.length;
    if (needed > this.#pending.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#pending.length));
      larger.set(this.#pending.subarray(0, this.#pendingLength));
      this.#pending = larger;
    }
    this.#pending.set(data, this.#pendingLength);
    this.#pendingLength = needed;
  }
}

class LineSplitter extends Splitter {
  protected override findEnd(data: Uint8Array): number {
    return data.indexOf(LF) + 1 || -1;
  }
}

class ChunkSplitter extends Splitter {
  constructor(accept: (record: Uint8Array) => void, private readonly size: number) {
    super(accept);
  }

  protected override findEnd(data: Uint8Array, pending: number): number {
    return pending + data.length >= this.size ? this.size - pending : -1;
  }

  protected override withoutEnd(record: Uint8Array): Uint8Array {
    return record;
  }
}

type CsvState = "field-start" | "plain" | "quoted" | "after-quote" | "after-quote-and-return";

class CsvSplitter extends Splitter {
  #state: CsvState = "field-start";

  constructor(accept: (record: Uint8Array) => void, private readonly delimiter: number) {
    super(accept);
  }

  protected override findEnd(data: Uint8Array): number | SplitFault {
    for (let i = 0; i < data.length; i++) {
      const byte = data[i]!;
      if (this.#state === "quoted") {
        if (byte === QUOTE) this.#state = "after-quote";
      } else if (byte === LF) {
        this.#state = "field-start";
        return i + 1;
      } else {
        const fault = this.#step(byte);
        if (fault !== null) return fault;
      }
    }
    return -1;
  }

  protected override faultAtEnd(): SplitFault | null {
    if (this.#state === "quoted") return "UNTERMINATED_QUOTE";
    return this.#state === "after-quote-and-return" ? "TEXT_AFTER_QUOTE" : null;
  }

  // A byte outside quotes that does not end the row.
  #step(byte: number): SplitFault | null {
    if (this.#state === "after-quote-and-return") return "TEXT_AFTER_QUOTE";
    if (byte === this.delimiter) {
      this.#state = "field-start";
    } else if (byte === QUOTE) {
      if (this.#state === "plain") return "QUOTE_IN_FIELD";
      this.#state = "quoted";
    } else if (this.#state === "after-quote") {
      if (byte !== CR) return "TEXT_AFTER_QUOTE";
      this.#state = "after-quote-and-return";
    } else {
      this.#state = "plain";
    }
    return null;
  }
}
