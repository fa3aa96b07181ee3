// CBOR, and receipts in other standards' forms: every vector, and hostile input of every kind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as verify from "../dist/index.js";

const folder = new URL("../../../docs/spec/vectors/", import.meta.url);
const bytes = (name) => new Uint8Array(readFileSync(new URL(name, folder)));
const vectors = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const hex = (text) => verify.fromHex(text);
const { genesis } = verify.parseGenesis(bytes("genesis.json"));
const { files } = vectors("portable-receipts.json");
const fileOf = (name) => hex(files.find((vector) => vector.case === name).file);

function diagnostic(value) {
  switch (value.kind) {
    case "integer": case "simple": return String(value.value);
    case "bytes": return `h'${verify.toHex(value.value)}'`;
    case "text": return `"${value.value}"`;
    case "array": return `[${value.items.map(diagnostic).join(", ")}]`;
    case "map": return `{${value.entries.map((entry) => entry.map(diagnostic).join(": ")).join(", ")}}`;
    default: return `${value.tag}(${diagnostic(value.item)})`;
  }
}

test("CBOR that is read, and written the same", () => {
  const { appendix_a: good } = vectors("cbor.json");
  assert.ok(good.length > 40);
  for (const { cbor, is } of good) {
    const { value, fault } = verify.decodeCbor(hex(cbor));
    assert.equal(fault, null, cbor);
    assert.equal(diagnostic(value), is.replaceAll("\\\\", "\\"), cbor);
    assert.equal(verify.toHex(verify.encodeCbor(value)), cbor);
  }
});

test("CBOR that is refused, with its fault and where it is", () => {
  const { appendix_a_refused: known, refused } = vectors("cbor.json");
  assert.ok(known.length > 10 && refused.length > 10);
  for (const vector of [...known, ...refused]) {
    const { value, fault, offset } = verify.decodeCbor(hex(vector.cbor));
    assert.deepEqual({ value, fault, offset }, { value: null, fault: vector.fault, offset: vector.offset }, vector.cbor);
  }
});

test("CBOR beyond a limit, and lengths that claim more than there is, take no memory", () => {
  const limits = { maxBytes: 8, maxItems: 4, maxDepth: 3 };
  for (const [cbor, fault] of [
    ["000000000000000000", "TOO_LARGE"], ["8400000000", "TOO_MANY"], ["81818100", "TOO_DEEP"], ["83000000", null],
    ["9b0000ffffffffffff", "TOO_LARGE"], ["9affffffff00", "TRUNCATED"], ["baffffffff0000", "TRUNCATED"],
    ["7affffffff", "TRUNCATED"], ["5affffffff", "TRUNCATED"],
  ]) assert.equal(verify.decodeCbor(hex(cbor), limits).fault, fault, cbor);
});

test("receipts in other standards' forms", () => {
  assert.ok(files.length > 50);
  for (const { case: name, fault, file } of files) {
    assert.equal(verify.verifyAnyFile(hex(file), genesis).fault, fault, name);
  }
});

test("all forms of one receipt prove the same", () => {
  const verdicts = ["cose: in epoch 2, after two epoch changes", "tlog: in epoch 2, after two epoch changes"]
    .map((name) => verify.verifyAnyFile(fileOf(name), genesis).content);
  const [cose, tlog] = verdicts.map(({ leaf, logIndex, headerHash, validators, signers }) =>
    ({ id: leaf.id, logIndex, header: verify.toHex(headerHash), validators, signers: verify.signersOf(signers) }));
  assert.deepEqual(cose, tlog);
  assert.ok(cose.signers.length >= verify.quorumOf(cose.validators.validators.length));
});

test("a statement says who stated what", () => {
  const { any } = verify.parseAnyReceipt(fileOf("statement: with its payload"));
  assert.equal(any.form, "statement");
  assert.equal(any.statement.contentType, "text/plain");
  assert.equal(any.statement.isHash, false);
  assert.ok(any.statement.payload.length > 0);
});

// Each of the three forms once; the whole of every file, a byte at a time.
test("no file with a byte changed, left out or added holds, and none throws", () => {
  const faults = new Set();
  for (const name of ["cose: in epoch 0", "tlog: in epoch 0", "statement: with its payload"]) {
    const good = fileOf(name);
    for (let i = 0; i < good.length; i++) {
      const copy = good.slice();
      copy[i] ^= 1 << (i % 8);
      const { fault } = verify.verifyAnyFile(copy, genesis);
      assert.notEqual(fault, "NONE", `${name}, byte ${i}`);
      faults.add(fault);
      // A proof in text that ends with a line before its end is one with fewer signatures.
      if (i % 16 === 0) faults.add(verify.verifyAnyFile(good.subarray(0, i), genesis).fault);
    }
    assert.equal(verify.verifyAnyFile(Uint8Array.of(...good, 0x0a), genesis).fault, "MALFORMED");
  }
  assert.ok(!faults.has("NONE") && faults.size >= 5, [...faults].join());
});

test("a text of megabytes is refused, not choked on", () => {
  const line = "A".repeat(32 << 20);
  const proof = verify.utf8(`c2sp.org/tlog-proof@v1\nextra ${line}\nindex 0\n\n`);
  assert.equal(verify.verifyAnyFile(proof, genesis).fault, "MALFORMED");
});

test("disclosure bundles", () => {
  const file = vectors("disclosure-bundle.json");
  const { genesis: root } = verify.decodeGenesis(hex(file.genesis));
  assert.ok(file.bundles.length > 5);
  for (const vector of file.bundles) {
    const { bundle, error } = verify.parseBundle(verify.utf8(JSON.stringify(vector.bundle)));
    assert.equal(error, null, vector.case);
    const verdict = verify.verifyBundle(bundle, root);
    assert.equal(verdict.fault, vector.fault, vector.case);
    assert.equal(verdict.disclosure?.verdict === "VALID", vector.fault === "NONE");
  }
});

test("a bundle with a property too many, or base64 with stray bits, is refused", () => {
  const { bundle } = vectors("disclosure-bundle.json").bundles[0];
  for (const change of [
    (b) => { b.more = 1; },
    (b) => { delete b.receipt; },
    (b) => { b.disclosure.format = "ledger-disclosure/2"; },
    (b) => { b.disclosure.records[0].data = "MR=="; },
    (b) => { b.disclosure.records[0].data = "MQ"; },
  ]) {
    const copy = structuredClone(bundle);
    change(copy);
    assert.equal(verify.parseBundle(verify.utf8(JSON.stringify(copy))).bundle, null);
  }
});
