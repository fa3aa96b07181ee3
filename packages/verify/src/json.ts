/**
 * Strict JSON: every property once, integers exact, well-formed Unicode, a bounded depth. `JSON.parse` keeps the last of
 * two equal properties and rounds integers beyond 2^53, so that two readers could read two things in one file.
 */
import { fromUtf8 } from "./bytes.js";

/** A number in its spelling. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type JsonObject = Map<string, JsonValue>;
export type JsonValue = string | boolean | null | JsonNumber | JsonValue[] | JsonObject;

/** The text is not what the format asks for; the message names the place. Thrown and caught inside this package. */
export class NotJson extends Error {}

const MAX_DEPTH = 8;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const ESCAPES: Readonly<Record<string, string>> =
  { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Parses a whole text. */
export function parseJson(bytes: Uint8Array): JsonValue {
  const text = fromUtf8(bytes);
  if (text === null) throw new NotJson("$: not UTF-8");
  return new Parser(text).parse();
}

class Parser {
  #at = 0;

  constructor(private readonly text: string) {}

  parse(): JsonValue {
    const value = this.#value(0);
    this.#space();
    if (this.#at !== this.text.length) this.#fail();
    return value;
  }

  #value(depth: number): JsonValue {
    this.#space();
    const next = this.text[this.#at];
    if (next === '"') return this.#string();
    if (next === "{" || next === "[") {
      if (depth === MAX_DEPTH) this.#fail();
      this.#at++;
      return next === "{" ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (!this.text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.text) ?? this.#fail();
    this.#at += match[0].length;
    return new JsonNumber(match[0]);
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    if (this.#skip("}")) return object;
    do {
      this.#space();
      if (this.text[this.#at] !== '"') this.#fail();
      const name = this.#string();
      if (!this.#skip(":") || object.has(name)) this.#fail();
      object.set(name, this.#value(depth));
    } while (this.#skip(","));
    if (!this.#skip("}")) this.#fail();
    return object;
  }

  #array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    if (this.#skip("]")) return array;
    do array.push(this.#value(depth));
    while (this.#skip(","));
    if (!this.#skip("]")) this.#fail();
    return array;
  }

  #string(): string {
    this.#at++;
    let value = "";
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(this.text)![0];
      value += plain;
      this.#at += plain.length;
      const next = this.text[this.#at++];
      if (next === '"') break;
      if (next !== "\\") this.#fail();
      value += this.#escape();
    }
    if (LONE_SURROGATE.test(value)) this.#fail();
    return value;
  }

  #escape(): string {
    const kind = this.text[this.#at++] ?? this.#fail();
    if (kind !== "u") return ESCAPES[kind] ?? this.#fail();
    const digits = this.text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #skip(mark: string): boolean {
    this.#space();
    if (this.text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (" \t\r\n".includes(this.text[this.#at] ?? "x")) this.#at++;
  }

  #fail(): never {
    throw new NotJson(`$: not well-formed at character ${this.#at}`);
  }
}
