// Proofs of the state tree: every vector, good and bad.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as verify from "../dist/index.js";

const file = JSON.parse(readFileSync(new URL("../../../docs/spec/vectors/state-tree.json", import.meta.url), "utf8"));
const hex = (text) => verify.fromHex(text);

test("paths and value hashes", () => {
  assert.ok(file.entries.length > 3);
  for (const { namespace, key, value, path, value_hash } of file.entries) {
    assert.equal(verify.toHex(verify.statePath(namespace, verify.utf8(key))), path);
    assert.equal(verify.toHex(verify.stateValueHash(verify.utf8(value))), value_hash);
  }
});

test("presence and absence, and whatever does not hold with its verdict", () => {
  const seen = new Set();
  for (const vector of file.proofs) {
    const proof = verify.decodeStateProof(hex(vector.proof));
    assert.notEqual(proof, null, vector.case);
    const valueHash = vector.value_hash ? hex(vector.value_hash) : null;
    const verdict = verify.verifyState(proof, hex(vector.root), hex(vector.path), valueHash);
    assert.equal(verdict, vector.verdict, vector.case);
    seen.add(verdict);
  }
  assert.ok(seen.size >= 6, [...seen].join());
});

test("proofs that are not canonical are refused", () => {
  assert.ok(file.malformed_proofs.length > 5);
  for (const { case: name, proof } of file.malformed_proofs) {
    assert.equal(verify.decodeStateProof(hex(proof)), null, name);
  }
});

test("no proof with a byte changed holds, and none throws", () => {
  const { proof, root, path, value_hash } = file.proofs.find((vector) => vector.verdict === "VALID" && vector.value_hash);
  const good = hex(proof);
  for (let i = 0; i < good.length; i++) {
    const copy = good.slice();
    copy[i] ^= 1 << (i % 8);
    const read = verify.decodeStateProof(copy);
    if (read === null) continue;
    assert.notEqual(verify.verifyState(read, hex(root), hex(path), hex(value_hash)), "VALID", `byte ${i}`);
  }
});
