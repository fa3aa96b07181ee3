// Runs scripts in the engine's binary on V8, with a host layer of its own that makes the same calls in the same order as the
// engine's. Prints for each script what it gave and the hash of the whole memory. Nothing here counts gas.
//
//   node --stack-size=60000 differential.mjs ENGINE.wasm PRELUDE.js MAXIMUM-PAGES FILE...
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [binary, preludeFile, maximum, ...files] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(binary));
const prelude = readFileSync(preludeFile, 'utf8');
const pageBytes = 65536;
const reserve = 8;
const stackBytes = 512 << 10;
const scratchBytes = 1024;
const firstPages = 82; // the binary asks for more; what it holds beyond is zero
const tag = { undefined: 3, exception: 6 };

class Guest {
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 256, maximum: 32768 });
    this.pages = firstPages;
    this.limit = Number(maximum) - reserve;
    this.x = new WebAssembly.Instance(module, { a: this.imports() }).exports;
  }

  imports() {
    const stop = () => { throw new Error('the guest stopped'); };
    const set = (address, value) => this.view().setInt32(address, value, true);
    return {
      a: this.memory, b: stop, q: stop, r: stop, g: stop, h: stop, s: stop,
      c: (file, vectors, count, written) => {
        let total = 0;
        for (let i = 0; i < count; i++) total += this.view().getInt32(vectors + 8 * i + 4, true);
        set(written, total);
        return 0;
      },
      d: () => 52, o: () => 70, e: () => 0, i: () => 0, j: () => 0, l: () => {}, t: () => {}, p: () => 0,
      f: (count, bytes) => { set(count, 0); set(bytes, 0); return 0; },
      k: (bytes) => {
        const pages = Math.ceil((bytes >>> 0) / pageBytes);
        if (pages <= this.pages) return 1;
        if (pages > this.limit) return 0;
        const missing = pages - this.memory.buffer.byteLength / pageBytes;
        if (missing > 0) this.memory.grow(missing);
        this.pages = pages;
        return 1;
      },
      m: (seconds, calendar) => { this.bytes().fill(0, calendar, calendar + 44); },
      n: (offset, daylight, standard, summer) => {
        set(offset, 0); set(daylight, 0); this.bytes()[standard] = 0; this.bytes()[summer] = 0;
      },
    };
  }

  bytes() { return new Uint8Array(this.memory.buffer); }

  view() { return new DataView(this.memory.buffer); }

  tag(value) { return this.view().getInt32(value + 4, true); }

  write(address, text) {
    const utf8 = Buffer.from(text);
    this.bytes().set(utf8, address);
    this.bytes()[address + utf8.length] = 0;
  }

  boot() {
    const { x } = this;
    x.u();
    this.runtime = x.K();
    x.D(this.runtime, stackBytes);
    this.context = x.N(this.runtime, 0);
    this.undefined = x.E();
    this.arguments = x.v(4 * 8);
    this.scratch = x.v(scratchBytes);
    const start = this.evaluate(prelude, 'prelude.js');
    this.write(this.scratch, 'host');
    const functions = this.call(start, x.Da(this.context, this.scratch, 0, 0, 1));
    const f = Array.from({ length: 12 }, (_, i) => x.ia(this.context, functions, i));
    [, this.harden, , , , , , this.watch, this.shown, this.describe] = f;
    this.call(this.harden);
  }

  evaluate(source, file) {
    const length = Buffer.byteLength(source);
    const buffer = this.x.v(length + 1);
    this.write(buffer, source);
    this.write(this.scratch, file);
    const value = this.x.pa(this.context, buffer, length, this.scratch, 0, 0);
    this.x.M(buffer);
    return value;
  }

  call(f, ...values) {
    values.forEach((value, i) => this.view().setInt32(this.arguments + 4 * i, value, true));
    return this.x.ma(this.context, f, this.undefined, values.length, this.arguments);
  }

  read(value) {
    const text = this.x.$(this.context, value);
    const length = this.view().getUint32(text - 12, true) & 0x7fffffff;
    const read = Buffer.from(this.bytes().slice(text, text + length)).toString();
    this.x.S(this.context, text);
    return read;
  }

  thrown(value) {
    const error = this.x.na(this.context, value);
    this.limit = Number(maximum);
    const [name, , message] = JSON.parse(this.read(this.call(this.describe, error)));
    return `${name}|${message}`;
  }

  run(script) {
    const completion = this.evaluate(script, 'script.js');
    if (this.tag(completion) === tag.exception) return this.thrown(completion);
    let value = this.call(this.watch, completion);
    if (this.tag(value) === tag.exception) return this.thrown(value);
    if (this.x.fa(this.runtime)) this.x.ga(this.runtime, -1, this.scratch);
    if (this.tag(value) === tag.undefined) value = this.call(this.shown);
    return this.tag(value) === tag.exception ? this.thrown(value) : this.read(value);
  }

  hash() {
    return createHash('sha256').update(this.bytes().subarray(0, this.pages * pageBytes)).digest('hex');
  }
}

for (const file of files) {
  const guest = new Guest();
  guest.boot();
  const text = guest.run(readFileSync(file, 'utf8'));
  const shown = Buffer.from(text).toString('hex');
  console.log(`${basename(file, '.js')} ${guest.pages} ${guest.hash()} ${shown}`);
}
