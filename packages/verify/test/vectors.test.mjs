// Every vector of docs/spec/vectors that a verifier can judge, valid and broken.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as verify from "../dist/index.js";

const folder = new URL("../../../docs/spec/vectors/", import.meta.url);
const bytes = (name) => new Uint8Array(readFileSync(new URL(name, folder)));
// Integers beyond 2^53 as text: JSON.parse would round them.
const vectors = (name) =>
  JSON.parse(readFileSync(new URL(name, folder), "utf8").replace(/: ?(\d{16,})(?=[,\s}])/g, `: "$1"`));
const hex = (text) => verify.fromHex(text);
const text = (value) => verify.toHex(value);
const { genesis } = verify.parseGenesis(bytes("genesis.json"));

function each(list, name, check) {
  assert.ok(list.length > 0);
  for (const [i, vector] of list.entries()) {
    try {
      check(vector, i);
    } catch (error) {
      error.message = `${vector[name] ?? i}: ${error.message}`;
      throw error;
    }
  }
}

test("the genesis document has its channel id", () => {
  assert.equal(text(genesis.channel), vectors("receipts.json").channel);
});

test("receipts", () => {
  each(vectors("receipts.json").receipts, "case", (vector) => {
    const verdict = verify.verifyReceiptFile(hex(vector.receipt), genesis);
    assert.equal(verdict.fault, vector.fault);
    assert.equal(verdict.epochChange, vector.epoch_change);
  });
});

test("the JSON form of a receipt, and what it proves", () => {
  const { decoded } = vectors("receipt.json");
  const { fault, content } = verify.verifyReceiptFile(bytes("receipt.json"), genesis);
  assert.equal(fault, "NONE");
  assert.equal(content.leaf.id, decoded.evidence.id);
  assert.equal(content.leaf.record.subject, decoded.evidence.subject);
  assert.equal(verify.timeText(content.leaf.time), decoded.anchored.time);
  assert.deepEqual(verify.signersOf(content.signers), decoded.block.signers);
});

test("a JSON receipt whose decoded section says something else is refused", () => {
  const file = vectors("receipt.json");
  for (const change of [
    (d) => { d.evidence.subject = "order-2"; },
    (d) => { d.anchored.subject_sequence = 4; },
    (d) => { d.block.signers.pop(); },
    (d) => { d.block.more = 1; },
    (d) => { delete d.anchored.previous; },
  ]) {
    const copy = structuredClone(file);
    change(copy.decoded);
    const { receipt, error } = verify.parseReceipt(verify.utf8(JSON.stringify(copy)));
    assert.equal(receipt, null);
    assert.match(error, /decoded/);
  }
  const without = structuredClone(file);
  delete without.decoded;
  assert.equal(verify.verifyReceiptFile(verify.utf8(JSON.stringify(without)), genesis).fault, "NONE");
});

test("a property twice, an unknown one, and a number that is none are refused", () => {
  const file = new TextDecoder().decode(bytes("receipt.json"));
  for (const broken of [
    file.replace('"log_index"', '"log_index": 4, "log_index"'),
    file.replace('"log_index"', '"index": 4, "log_index"'),
    file.replace('"log_index": 4', '"log_index": 4.0'),
    file.replace('"log_index": 4', '"log_index": 18446744073709551616'),
    `${file}x`,
  ]) {
    assert.notEqual(broken, file);
    assert.equal(verify.verifyReceiptFile(verify.utf8(broken), genesis).fault, "MALFORMED");
  }
});

test("receipts of results", () => {
  const file = vectors("contracts.json");
  const { genesis: other, error } = verify.decodeGenesis(hex(file.genesis));
  assert.equal(error, null);
  assert.equal(text(other.channel), file.channel);
  each(file.receipts, "name", (vector) => {
    assert.equal(verify.verifyResultReceiptFile(hex(vector.receipt), other).fault, vector.fault);
  });
});

test("signatures and public keys", () => {
  const file = vectors("crypto.json");
  const holds = (v) => verify.verifySignature(hex(v.public_key), v.tag, hex(v.message), hex(v.signature));
  each(file.signatures, "comment", (vector) => assert.equal(holds(vector), true));
  each(file.refused_signatures, "comment", (vector) => assert.equal(holds(vector), false));
  each(file.keys, "comment", (vector) => {
    assert.equal(verify.isPublicKey(hex(vector.public_key)), true);
    assert.equal(text(verify.keyId(hex(vector.public_key))), vector.key_id);
  });
  each(file.refused_public_keys, "comment", (vector) => {
    assert.equal(verify.isPublicKey(hex(vector.public_key)), false);
  });
});

test("inclusion and consistency", () => {
  const file = vectors("log-tree.json");
  each(file.inclusion, "case", (v) => assert.equal(
    verify.verifyInclusion(hex(v.leaf_hash), BigInt(v.index), BigInt(v.size), v.path.map(hex), hex(v.root)),
    v.verdict));
  each(file.consistency, "case", (v) => assert.equal(
    verify.verifyConsistency(BigInt(v.from), BigInt(v.to), v.path.map(hex), hex(v.from_root), hex(v.to_root)),
    v.verdict));
});

function parametersOf(json) {
  return {
    rule: json.rule,
    saltSize: json.salt_size,
    chunkSize: json.chunk_size ?? 0,
    delimiter: json.delimiter?.charCodeAt(0) ?? 0,
  };
}

test("fingerprints of data sets, cut at every place", () => {
  each(vectors("fingerprint.json").data_sets, "case", (vector) => {
    const data = hex(vector.data);
    const { fingerprint: read } = verify.parseFingerprint(verify.utf8(JSON.stringify(vector.json)));
    assert.equal(text(verify.encodeFingerprint(read)), vector.fingerprint);
    for (let cut = 0; cut <= data.length; cut++) {
      const builder = new verify.FingerprintBuilder(parametersOf(vector.json), hex(vector.secret));
      builder.push(data.subarray(0, cut));
      builder.push(data.subarray(cut));
      const { fingerprint } = builder.complete();
      assert.equal(text(verify.fingerprintDigest(fingerprint)), vector.digest, `cut at ${cut}`);
      (vector.salts ?? []).forEach((salt, i) => assert.equal(text(builder.salt(i)), salt));
    }
  });
});

test("CSV that is not well-formed", () => {
  each(vectors("fingerprint.json").malformed_csv, "fault", (vector) => {
    const parameters = { rule: "csv", saltSize: 16, chunkSize: 0, delimiter: 0x2c };
    const builder = new verify.FingerprintBuilder(parameters, new Uint8Array(32));
    builder.push(hex(vector.data));
    assert.equal(builder.complete().fault, vector.fault);
    assert.equal(builder.recordsSeen, vector.records_before);
  });
});

test("disclosures", () => {
  each(vectors("fingerprint.json").disclosures, "case", (vector) => {
    const disclosure = verify.decodeDisclosure(hex(vector.disclosure));
    const { verdict, record } = verify.verifyDisclosure(disclosure, hex(vector.digest));
    assert.equal(verdict, vector.verdict);
    assert.equal(record, vector.record ?? null);
  });
});

test("the digest of a stream is that of its bytes", async () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const written = (async () => {
    for (const piece of ["evi", "", "dence"]) await writer.write(verify.utf8(piece));
    await writer.close();
  })();
  const seen = [];
  const digest = await verify.digestStream(verify.pieces(readable), (read) => seen.push(read));
  await written;
  assert.equal(text(digest), "ee8250fb76e094b34b471f13a73dbbe51d1ae142e9df59d7c0d31ec20f0a0a8e");
  assert.deepEqual(seen, [3, 3, 8]);
});

test("no mutation of a receipt holds, and none throws", () => {
  const good = hex(vectors("receipts.json").receipts.find((v) => v.fault === "NONE").receipt);
  const faults = new Set();
  for (let i = 0; i < good.length; i += 3) {
    const copy = good.slice();
    copy[i] ^= 1 << (i % 8);
    const { fault } = verify.verifyReceiptFile(copy, genesis);
    assert.notEqual(fault, "NONE", `byte ${i}`);
    faults.add(fault);
  }
  assert.ok(faults.size >= 8, [...faults].join());
});

test("who reads everything is part of the channel id", () => {
  const file = vectors("genesis.json");
  const channelOf = (reading) => {
    const parameters = { ...file.parameters, ...(reading && { reading }) };
    const { genesis: read, error } = verify.parseGenesis(verify.utf8(JSON.stringify({ ...file, parameters })));
    return read === null ? error : text(read.channel);
  };
  const channels = [undefined, { roles: ["auditor"] }, { roles: ["auditor", "regulator"] }].map(channelOf);
  assert.equal(new Set(channels).size, 3);
  for (const channel of channels) assert.match(channel, /^[0-9a-f]{64}$/);
  for (const roles of [[], ["regulator", "auditor"], ["auditor", "auditor"], [""]]) {
    assert.match(channelOf({ roles }), /roles/);
  }
});

test("genesis documents that contradict themselves are refused", () => {
  const file = vectors("genesis.json");
  for (const [pattern, change] of [
    [/suite/, (g) => { g.suite = "sm2-sm3"; }],
    [/window/, (g) => { g.parameters.window = 3; }],
    [/members/, (g) => { g.members.reverse(); }],
    [/key/, (g) => { g.validators[1].key = g.validators[0].key; }],
    [/member/, (g) => { g.validators[1].member = "stranger"; }],
    [/surplus/, (g) => { g.surplus = 1; }],
    [/created/, (g) => { g.created = "2026-02-30T00:00:00.000Z"; }],
    [/observers/, (g) => { g.observers = []; }],
    [/max_block_bytes/, (g) => { g.parameters.max_block_bytes = 4096; }],
  ]) {
    const copy = structuredClone(file);
    change(copy);
    const { genesis: none, error } = verify.parseGenesis(verify.utf8(JSON.stringify(copy)));
    assert.equal(none, null);
    assert.match(error, pattern);
  }
});
