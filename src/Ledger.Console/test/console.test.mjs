import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { en, zh, openKeyFile, mint, audienceOf, parse, href, layOut, amountText, catalogue } = await load(`
  export { en } from "./i18n/en"; export { zh } from "./i18n/zh";
  export { openKeyFile } from "./identity/key-file"; export { mint, audienceOf } from "./identity/token";
  export { parse, href } from "./router"; export { layOut } from "./timeline/layout";
  export { amountText } from "./money"; export { default as catalogue } from "catalogue:data";
`);
const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../../docs/spec/vectors/${name}`, import.meta.url), "utf8"));
const utf8 = (text) => new TextEncoder().encode(text);

test("both languages have the same messages with the same values in them", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const key of Object.keys(en)) {
    assert.deepEqual(names(zh[key]), names(en[key]), key);
    assert.notEqual(zh[key].trim(), "", key);
  }
});

test("every message that the code asks for is there, and every message is asked for", () => {
  const source = allSource(new URL("../src/", import.meta.url));
  for (const key of Object.keys(en)) {
    const family = key.slice(0, key.lastIndexOf(".") + 1);
    const asked = source.includes(`"${key}"`) || source.includes(`\`${family}\${`);
    assert.ok(asked, `${key} is never shown`);
  }
});

test("the catalogue has every type with both names, a stage and a lane", () => {
  const page = readFileSync(new URL("../../../docs/spec/evidence.md", import.meta.url), "utf8");
  assert.equal(catalogue.types.length, [...page.matchAll(/^### `/gm)].length);
  const stages = new Set(catalogue.stages.map((stage) => stage.code));
  for (const type of catalogue.types) {
    assert.ok(stages.has(type.code.split(".")[0]), type.code);
    assert.match(type.zh, /\p{Script=Han}/u);
    assert.ok(["before", "during", "after"].includes(type.lane));
  }
});

test("identity files of the vectors are opened, and refused with their reason", async () => {
  const { key_files, refused_key_files } = vectors("crypto.json");
  for (const { comment, passphrase, secret_key, file } of key_files) {
    const { key, fault } = await openKeyFile(utf8(JSON.stringify(file, null, 2)), passphrase);
    assert.equal(fault, null, comment);
    assert.equal(Buffer.from(key.secret).toString("hex"), secret_key, comment);
  }
  for (const { comment, passphrase, file, reason } of refused_key_files) {
    const text = typeof file === "string" ? file : JSON.stringify(file, null, 2);
    const { key, fault } = await openKeyFile(utf8(text), passphrase);
    assert.equal(key, null, comment);
    assert.equal(fault, reason, comment);
  }
});

test("a token has the form of docs/spec/callers.md and Node's own crypto accepts it", async () => {
  const { createECDH, createPublicKey, verify } = await import("node:crypto");
  const secret = new Uint8Array(32).fill(7);
  const identity = { member: "org-a", keyId: "ab".repeat(32), channel: "cd".repeat(32), secret };
  const { token, expires } = await mint(identity, "http://Node-A.example", 1_767_225_600_123);
  const [header, claims, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  assert.deepEqual(read(header), { alg: "ES256K", typ: "ledger+jwt", kid: identity.keyId });
  const { jti, ...rest } = read(claims);
  assert.match(jti, /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    iss: "org-a", sub: identity.keyId, aud: "http://node-a.example:80", iat: 1_767_225_600, exp: 1_767_225_900,
    channel: identity.channel,
  });
  assert.equal(expires, 1_767_225_900_000);
  const ecdh = createECDH("secp256k1");
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  const key = createPublicKey({ format: "jwk", key: {
    kty: "EC", crv: "secp256k1", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url"),
  } });
  const signed = Buffer.from(`${header}.${claims}`);
  assert.ok(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")));
});

test("origins are written with their port", () => {
  assert.equal(audienceOf("https://node.example"), "https://node.example:443");
  assert.equal(audienceOf("http://127.0.0.1:7200"), "http://127.0.0.1:7200");
});

test("addresses lead back to what they were made of", () => {
  for (const subject of ["order-1", "a/b", "商品 #7?&%", "x".repeat(256)]) {
    const { section, rest } = parse(href("subjects", subject), "");
    assert.deepEqual([section, rest], ["subjects", subject]);
  }
  assert.equal(parse("/nowhere", "").section, null);
  assert.equal(parse("/subjects/%zz", "").section, null);
  assert.equal(parse("/", "").section, "");
});

test("few records are drawn one by one, many are counted together, and none is lost", () => {
  const entries = (count) => Array.from({ length: count }, (_, i) => ({
    id: `${i}`, sequence: i + 1, time: 1000 * i, type: "t", lane: ["before", "during", "after"][i % 3], action: "a",
    actor: "b", member: `org-${i % 12}`,
  }));
  const few = layOut(entries(60));
  assert.equal(few.dots.length, 60);
  assert.equal(few.bins.length, 0);
  const many = layOut(entries(100_000));
  assert.equal(many.dots.length, 0);
  assert.ok(many.bins.length <= 240);
  assert.equal(many.bins.reduce((sum, bin) => sum + bin.count, 0), 100_000);
  assert.equal(many.parties.length, 12);
  for (const bin of many.bins) assert.ok(bin.x >= 0 && bin.x + bin.width <= 1000 && bin.y >= 0);
  assert.equal(layOut(entries(1)).dots.length, 1);
});

test("amounts are shown exactly", () => {
  assert.equal(amountText("99000", "CNY"), "CNY 990.00");
  assert.equal(amountText("123456789012345678901", "CNY"), "CNY 1,234,567,890,123,456,789.01");
  assert.equal(amountText("-5", "CNY"), "CNY -0.05");
  assert.equal(amountText("1200", "JPY"), "JPY 1,200");
  // As the standard contract has them: one that is missing here would be shown a hundred times too small.
  const contract = readFileSync(
    new URL("../../Ledger.Contracts/Standard/settlement/1-accounts.js", import.meta.url), "utf8");
  const digits = [.../MINOR_DIGITS = \{([^}]*)\}/.exec(contract)[1].matchAll(/(\w+): (\d)/g)];
  assert.ok(digits.length > 8);
  for (const [, currency, count] of digits) {
    assert.equal(amountText("1000", currency), count === "0" ? `${currency} 1,000` : `${currency} 1.000`);
  }
});

function allSource(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/i18n[\\/]?$/.test(entry.parentPath))
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8")).join("\n");
}
