// A ledger in memory that runs contracts in Node: the author's fast loop, without gas and without a sandbox. The tests of
// record run in the real engine (tests/Ledger.Contracts.Tests/Standard); both run the same test files.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { checkRecord } from "./catalogue.mjs";
import { checkSchema } from "./schema.mjs";

const standard = dirname(dirname(fileURLToPath(import.meta.url)));
const clone = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const asModule = async (name, text) => {
  const folder = mkdtempSync(join(tmpdir(), "ledger-contract-"));
  try {
    writeFileSync(join(folder, `${name}.mjs`), text);
    return await import(join(folder, `${name}.mjs`));
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const fail = (code, message = "") => {
  throw Object.assign(new Error(message), { code });
};

const round = (numerator, denominator, rounding) => {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = { down: false, up: twice > 0n, halfUp: twice >= denominator }[rounding]
    ?? (twice > denominator || (twice === denominator && quotient % 2n === 1n));
  return up ? quotient + 1n : quotient;
};
const amountOf = (amount) => {
  if (typeof amount !== "bigint" && !/^(0|[1-9][0-9]*)$/.test(amount)) fail("BAD_AMOUNT", String(amount));
  return BigInt(amount) < 0n ? fail("BAD_AMOUNT", String(amount)) : BigInt(amount);
};
globalThis.Money = {
  of: amountOf,
  sum: (amounts) => amounts.reduce((sum, a) => sum + amountOf(a), 0n),
  parse(text, scale) {
    const match = /^([0-9]+)(?:\.([0-9]+))?$/.exec(text);
    if (!match || (match[2] ?? "").length > scale) fail("BAD_AMOUNT", text);
    return BigInt(match[1] + (match[2] ?? "").padEnd(scale, "0"));
  },
  format(amount, scale) {
    const text = amountOf(amount).toString().padStart(scale + 1, "0");
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
  },
  multiply: (amount, numerator, denominator, rounding) =>
    round(amountOf(amount) * BigInt(numerator), BigInt(denominator), rounding),
  split(amount, ratios) {
    const total = amountOf(amount);
    const whole = ratios.reduce((sum, r) => sum + BigInt(r), 0n);
    const parts = ratios.map((r) => (total * BigInt(r)) / whole);
    let left = total - parts.reduce((sum, p) => sum + p, 0n);
    const order = ratios.map((r, i) => [(total * BigInt(r)) % whole, i]).sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? 1 : -1));
    for (const [, i] of order) {
      if (left === 0n) break;
      parts[i] += 1n;
      left -= 1n;
    }
    return parts;
  },
};

/** The source of a standard contract: its parts, in order. */
export function sourceOf(contract) {
  const folder = join(standard, contract);
  return readdirSync(folder).filter((f) => f.endsWith(".js")).sort().map((f) => readFileSync(join(folder, f), "utf8")).join("\n");
}

/** A record as it is read back: short forms of attributes spelled out. */
const spelledOut = (record, contract) => clone({
  digests: [], links: [], ...record, actor: `contract/${contract}`,
  attributes: Object.fromEntries(Object.entries(record.attributes ?? {}).map(([name, value]) => [name,
    typeof value === "string" ? { text: value } : typeof value === "boolean" ? { boolean: value }
      : typeof value === "number" ? { integer: value } : value])),
});

const modules = new Map();

class MemoryLedger {
  members = new Map();
  contracts = new Map();
  state = new Map();
  evidence = [];
  scheduled = [];
  now = Date.parse("2026-03-01T08:00:00Z");
  count = 0;

  constructor(files) {
    this.files = files;
  }

  send(operation, args) {
    return clone(this[`do_${operation}`](clone(args))) ?? null;
  }

  do_member({ id, roles }) {
    this.members.set(id, { id, name: id, roles: roles.sort() });
  }

  do_now() {
    return this.now;
  }

  do_file({ name }) {
    return JSON.parse(readFileSync(join(this.files, name), "utf8"));
  }

  do_snapshot() {
    const text = [...this.state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}\n`).join("");
    return createHash("sha256").update(text).digest("hex");
  }

  do_anchor({ as, record }) {
    const id = this.nextId();
    checkRecord(record, this.members.get(as).roles, fail);
    this.store([{ id, member: as, record: { ...spelledOut(record, ""), actor: as } }]);
    return id;
  }

  do_deploy({ as, contract, args, name }) {
    if (this.contracts.has(name)) throw new Error(`${name} is deployed already`);
    this.contracts.set(name, { owner: as, code: modules.get(contract) });
    const outcome = this.execute(as, name, "init", args);
    for (const [fn, rule] of Object.entries(modules.get(contract).module.schedule ?? {})) {
      this.scheduled.push({ contract: name, fn, args: {}, every: rule.every, time: this.nextTime(rule, this.now) });
    }
    return outcome;
  }

  do_call({ as, contract, fn, args }) {
    this.now += 1000;
    return this.execute(as, contract, fn, args);
  }

  do_query({ as, contract, fn, args }) {
    return this.guard(() => this.enter({ member: as, query: true, txId: "0".repeat(64) }, contract, ["queries", fn], args));
  }

  do_advance({ milliseconds }) {
    const end = this.now + milliseconds;
    const outcomes = [];
    for (;;) {
      const due = this.scheduled.filter((s) => s.time <= end).sort((a, b) => a.time - b.time)[0];
      if (!due) break;
      this.scheduled.splice(this.scheduled.indexOf(due), 1);
      this.now = Math.max(this.now, due.time);
      if (due.every) this.scheduled.push({ ...due, time: due.time + 86_400_000 });
      outcomes.push(this.execute(null, due.contract, due.fn, { ...due.args, ...(due.every && { due: due.time }) }));
      if (outcomes.length > 1000) throw new Error("too many scheduled calls");
    }
    this.now = end;
    return outcomes;
  }

  nextTime(rule, from) {
    const [hours, minutes] = (rule.at ?? "00:00").split(":").map(Number);
    const at = new Date(from).setUTCHours(hours, minutes, 0, 0);
    return at > from ? at : at + 86_400_000;
  }

  nextId() {
    this.count += 1;
    return createHash("sha256").update(String(this.count)).digest("hex");
  }

  store(records) {
    for (const entry of records) {
      const sequence = this.evidence.filter((e) => e.record.subject === entry.record.subject).length + 1;
      this.evidence.push({ ...entry, index: this.evidence.length, key: "0".repeat(64), sequence, time: this.now });
    }
  }

  /** Checks records against leaf hashes, no more: the tree is the real engine's affair. The digest is a file's. */
  verify({ first, header, records, leaf_hashes: leaves, fingerprint }) {
    const { digest } = this.do_file({ name: "trip.digest.json" });
    const anchored = this.evidence.find((e) => e.record.digests?.some((d) => d.value === digest)) ?? null;
    const text = (data) => Buffer.from(data, "base64").toString();
    const wrong = records.findIndex(({ salt, data }, i) => leaves[i] !== createHash("sha256")
      .update(Buffer.concat([Buffer.from([0, fingerprint.salt_size]), Buffer.from(salt, "hex"), Buffer.from(data, "base64")])).digest("hex"));
    const valid = anchored !== null && wrong < 0;
    return {
      valid, code: !anchored ? "NotAnchored" : wrong < 0 ? "Valid" : "RecordMismatch", record: valid || !anchored ? null : first + wrong,
      evidence: anchored && { id: anchored.id, subject: anchored.record.subject, member: anchored.member, time: anchored.time },
      first, total: fingerprint.records, header: valid ? text(header.data) : null,
      records: valid ? records.map((r) => text(r.data)) : null,
    };
  }

  guard(body) {
    try {
      return { status: "returned", code: "", message: "", value: body() ?? null, events: [], records: [] };
    } catch (e) {
      return { status: "failed", code: e.code ?? e.name, message: e.code ? e.message : e.stack, value: null, events: [], records: [] };
    }
  }

  execute(member, contract, fn, args) {
    const before = new Map(this.state);
    const scheduled = [...this.scheduled];
    const tx = { member, txId: this.nextId(), events: [], records: [], running: [] };
    const outcome = this.guard(() => this.enter(tx, contract, [fn], args));
    if (outcome.status === "returned") {
      outcome.events = tx.events;
      outcome.records = tx.records.map((r) => r.record);
      this.store(tx.records);
    } else {
      this.state = before;
      this.scheduled = scheduled;
    }
    return outcome;
  }

  enter(tx, contract, path, args, by) {
    const { owner, code } = this.contracts.get(contract) ?? fail("NOT_FOUND", `no contract ${contract}`);
    const { module, schema } = code;
    const fn = path.reduce((from, name) => from?.[name], module) ?? fail("NO_SUCH_FUNCTION", path.join("."));
    const shape = (path.length === 2 ? schema.queries : schema.functions)[path.at(-1)];
    if (!shape) fail("NO_SUCH_FUNCTION", `${path.join(".")} is not in the schema`);
    checkSchema(shape.arguments, args, "arguments", (m) => fail("BAD_ARGUMENTS", m));
    const result = clone(fn(this.context(tx, contract, owner, by), clone(args)));
    checkSchema(shape.result, result ?? null, "result", (m) => fail("BAD_RESULT", m));
    return result;
  }

  context(tx, contract, owner, by) {
    const ledger = this;
    const origin = tx.member && { kind: "member", member: tx.member, key: "0".repeat(64), roles: this.members.get(tx.member).roles, attributes: {} };
    const prefix = `${contract}\n`;
    const readOnly = () => tx.query && fail("READ_ONLY", "a query writes nothing");
    return {
      caller: by ? { kind: "contract", contract: by } : origin ?? (tx.query ? null : { kind: "schedule" }),
      origin, txId: tx.txId, height: this.count, time: this.now, contract, version: 1, upgrade: null,
      gasLeft: () => 1e9,
      fail,
      emit(name, payload) {
        readOnly();
        checkSchema(ledger.contracts.get(contract).code.schema.events[name] ?? fail("NO_SUCH_EVENT", name), payload, name, (m) => fail("BAD_EVENT", m));
        tx.events.push({ contract, name, payload: clone(payload) });
      },
      call: (other, fn, args) => ledger.enter(tx, other, [fn], args, contract),
      query: (other, fn, args) => ledger.enter({ ...tx, query: true }, other, ["queries", fn], args, contract),
      state: {
        get: (key) => { const text = ledger.state.get(prefix + key); return text === undefined ? undefined : JSON.parse(text); },
        put: (key, value) => { readOnly(); if (value === null) fail("NOT_JSON", key); ledger.state.set(prefix + key, JSON.stringify(value)); },
        delete: (key) => { readOnly(); ledger.state.delete(prefix + key); },
        scan(start, { limit = 100, after } = {}) {
          const keys = [...ledger.state.keys()].filter((k) => k.startsWith(prefix + start))
            .map((k) => k.slice(prefix.length)).filter((k) => after === undefined || k > after).sort();
          const entries = keys.slice(0, limit).map((key) => ({ key, value: JSON.parse(ledger.state.get(prefix + key)) }));
          return { entries, next: keys.length > limit ? entries.at(-1).key : null };
        },
      },
      evidence: {
        get: (id) => ledger.evidence.find((e) => e.id === id) ?? null,
        byDigest: (value) => ledger.evidence.filter((e) => e.record.digests?.some((d) => d.value === value)),
        timeline: (subject, { after = 0, limit = 100 } = {}) =>
          ledger.evidence.filter((e) => e.record.subject === subject && e.sequence > after).slice(0, limit),
        append(record) {
          readOnly();
          const roles = [...(origin?.roles ?? []), ...ledger.members.get(owner).roles];
          checkRecord(record, roles, fail);
          const id = tx.records.length === 0 ? tx.txId : `${tx.txId}.${tx.records.length}`;
          tx.records.push({ id, member: tx.member ?? owner, record: spelledOut(record, contract) });
          return id;
        },
      },
      fingerprint: { verify: (disclosure) => ledger.verify(disclosure) },
      members: {
        get: (id) => ledger.members.get(id) ?? null,
        role: (id, role) => ledger.members.get(id)?.roles.includes(role) ?? false,
      },
      schedule: {
        at(time, fn, args) { ledger.scheduled.push({ contract, fn, args, time }); return ledger.nextId(); },
        cancel: () => true,
      },
      crypto: { sha256: (text) => createHash("sha256").update(text).digest("hex") },
    };
  }
}

/** Runs the tests of a contract under node:test. */
export async function runTests(contract, file, uses = []) {
  for (const name of [contract, ...uses]) {
    if (modules.has(name)) continue;
    const schema = join(standard, name, "schema.json");
    modules.set(name, { module: await asModule(name, sourceOf(name)), schema: existsSync(schema) ? JSON.parse(readFileSync(schema, "utf8")) : {} });
  }
  const kit = readFileSync(join(standard, "..", "Authoring", "kit.js"), "utf8");
  const { tests, makeKit } = await asModule(`${contract}.test`, `${readFileSync(file, "utf8")}\n${kit}\nexport { makeKit };`);
  for (const [name, body] of Object.entries(tests)) {
    test(`${contract}: ${name}`, () => {
      const ledger = new MemoryLedger(dirname(file));
      body(makeKit((operation, args) => ledger.send(operation, args)));
    });
  }
}
