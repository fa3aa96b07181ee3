// The worker that verifies, with the vectors: what a page is told of a file of each form.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const answers = new Map();
globalThis.self = {
  postMessage(message) {
    if (!("progress" in message)) answers.get(message.id)(message);
  },
};
await load('import "./verify/worker";');

let last = 0;
function inWorker(task) {
  const id = ++last;
  return new Promise((resolve, reject) => {
    answers.set(id, ({ answer, failure }) => (failure === undefined ? resolve(answer) : reject(new Error(failure))));
    globalThis.self.onmessage({ data: { id, task } });
  });
}

const file = (name) => readFileSync(new URL(`../../../docs/spec/vectors/${name}`, import.meta.url));
const genesis = new Uint8Array(file("genesis.json"));
const portable = JSON.parse(file("portable-receipts.json")).files;
const portableFile = (name) => Buffer.from(portable.find((vector) => vector.case === name).file, "hex");
const verify = (receipt, subject = null) =>
  inWorker({ kind: "verify", genesis, receipt: new Blob([receipt]), subject: subject && new Blob([subject]) });

test("each form is told by its bytes, and proves the same kind of thing", async () => {
  for (const [form, bytes] of [
    ["json", file("receipt.json")], ["cose", portableFile("cose: of all validators")],
    ["tlog-proof", portableFile("tlog: in epoch 0")], ["statement", portableFile("statement: with its payload")],
  ]) {
    const verdict = await verify(bytes);
    assert.deepEqual([verdict.form, verdict.fault], [form, "NONE"]);
    assert.ok(verdict.proven.signers.length >= verdict.proven.quorum);
    assert.equal(verdict.statement !== null, form === "statement");
  }
});

test("what does not hold has its fault, and proves nothing", async () => {
  for (const { case: name, fault, file: hex } of portable.filter((vector) => vector.fault !== "NONE")) {
    const verdict = await verify(Buffer.from(hex, "hex"));
    assert.equal(verdict.fault, fault, name);
    assert.equal(verdict.proven, null, name);
    assert.equal(verdict.statement, null, name);
  }
});

test("a statement knows the file that it carries, and no other", async () => {
  const statement = portableFile("statement: with its payload");
  const { statement: { payload, isHash, contentType } } = await verify(statement);
  assert.deepEqual([payload, isHash, contentType], ["合同 contract", false, "text/plain"]);
  assert.equal((await verify(statement, "合同 contract")).subject.matches, true);
  assert.equal((await verify(statement, "another contract")).subject.matches, false);
});

test("a bundle needs no second file, and what was done to it is told", async () => {
  for (const { case: name, fault, bundle } of JSON.parse(file("disclosure-bundle.json")).bundles) {
    const verdict = await verify(JSON.stringify(bundle));
    assert.equal(verdict.form, "bundle", name);
    assert.equal(verdict.fault === "NONE", fault !== "RECEIPT_INVALID", name);
    if (fault === "RECEIPT_INVALID") continue;
    const expected = { NONE: "VALID", NO_FINGERPRINT_ANCHORED: fault, OTHER_DATA_SET: "FINGERPRINT_MISMATCH" }[fault];
    if (expected !== undefined) assert.equal(verdict.subject.verdict, expected, name);
    else assert.notEqual(verdict.subject.verdict, "VALID", name);
  }
});

test("a state proof that is none has a fault, and no exception", async () => {
  const nothing = new Uint8Array(0);
  const at = { header: nothing, certificate: nothing, epochChanges: [] };
  const state = { space: "timelines", key: nothing, value: null, proof: nothing, at };
  assert.deepEqual(await inWorker({ kind: "state", genesis, state }),
    { fault: "HEADER_MALFORMED", height: null, time: null });
});
