// Proofs that the log only grew: every vector, and files that are none.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as verify from "../dist/index.js";

const folder = new URL("../../../docs/spec/vectors/", import.meta.url);
const { proofs } = JSON.parse(readFileSync(new URL("consistency.json", folder), "utf8"));
const { genesis } = verify.parseGenesis(new Uint8Array(readFileSync(new URL("genesis.json", folder))));
const parse = (file) => verify.parseConsistency(verify.utf8(JSON.stringify(file)));

test("every proof gets its verdict", () => {
  assert.ok(proofs.length > 8);
  for (const { case: name, fault, epoch_change, file } of proofs) {
    const { proof, error } = parse(file);
    assert.equal(error, null, name);
    const verdict = verify.verifyLogConsistency(proof, genesis);
    assert.deepEqual([verdict.fault, verdict.epochChange], [fault, epoch_change], name);
  }
});

test("what holds says between which blocks", () => {
  const { earlier, later } = verify.verifyLogConsistency(parse(proofs[0].file).proof, genesis);
  assert.ok(earlier.height < later.height && earlier.logSize < later.logSize);
});

test("another layout is refused with the place", () => {
  for (const [pattern, change] of [
    [/format/, (f) => { f.format = "ledger-consistency/2"; }],
    [/path/, (f) => { f.path[0] = "00"; }],
    [/more/, (f) => { f.more = 1; }],
    [/earlier_header/, (f) => { delete f.earlier_header; }],
    [/certificate/, (f) => { f.certificate = ""; }],
  ]) {
    const copy = structuredClone(proofs[0].file);
    change(copy);
    const { proof, error } = parse(copy);
    assert.equal(proof, null);
    assert.match(error, pattern);
  }
});
