#!/usr/bin/env node
// ledger-verify GENESIS.json RECEIPT [FILE]   the verdict on a receipt in any form, and whether it is about the file
// ledger-verify GENESIS.json BUNDLE           the verdict on a disclosure bundle
// ledger-verify GENESIS.json --vectors        receipts in hexadecimal, one a line, from standard input: a verdict a line
//
// A verdict is the fault, and where an epoch change is at fault a space and its place. Exit status 0 when all hold.
import { createReadStream, readFileSync } from "node:fs";
import {
  digestStream, equal, formatOf, fromHex, parseBundle, parseGenesis, timeText, toHex, verifyAnyFile, verifyBundle,
  verifyResultReceiptFile,
} from "../dist/index.js";

const [genesisPath, receiptPath, filePath] = process.argv.slice(2);
if (receiptPath === undefined) {
  console.error("usage: ledger-verify GENESIS.json (RECEIPT [FILE] | --vectors)");
  process.exit(2);
}
const { genesis, error } = parseGenesis(new Uint8Array(readFileSync(genesisPath)));
if (genesis === null) {
  console.error(`${genesisPath}: ${error}`);
  process.exit(2);
}

const line = ({ fault, epochChange }) => (epochChange === null ? fault : `${fault} ${epochChange}`);
process.exitCode = receiptPath === "--vectors" ? vectors() : await receipt();

function vectors() {
  const receipts = readFileSync(0, "utf8").split("\n").slice(0, -1);
  const verdicts = receipts.map((hex) => verifyAnyFile(fromHex(hex), genesis));
  for (const verdict of verdicts) console.log(line(verdict));
  return verdicts.every((verdict) => verdict.fault === "NONE") ? 0 : 1;
}

async function receipt() {
  const bytes = new Uint8Array(readFileSync(receiptPath));
  if (formatOf(bytes)?.startsWith("ledger-disclosure-bundle/")) return bundle(bytes);
  const ofResult = formatOf(bytes)?.startsWith("ledger-result-receipt/") ?? false;
  const verdict = ofResult ? verifyResultReceiptFile(bytes, genesis) : verifyAnyFile(bytes, genesis);
  console.log(line(verdict));
  if (verdict.fault !== "NONE" || ofResult) return verdict.fault === "NONE" ? 0 : 1;
  const { leaf } = verdict.content;
  console.log(`${leaf.record.type} on ${leaf.record.subject}, anchored by ${leaf.member} at ${timeText(leaf.time)}`);
  return filePath === undefined ? 0 : await file(leaf);
}

function bundle(bytes) {
  const { bundle: read, error: refused } = parseBundle(bytes);
  if (read === null) {
    console.log(`MALFORMED\n${refused}`);
    return 1;
  }
  const { fault, disclosure } = verifyBundle(read, genesis);
  console.log(fault);
  if (disclosure !== null && disclosure.verdict !== "VALID") {
    console.log(disclosure.record === null ? disclosure.verdict : `${disclosure.verdict} ${disclosure.record}`);
  }
  return fault === "NONE" ? 0 : 1;
}

async function file(leaf) {
  const digest = await digestStream(createReadStream(filePath));
  const matches = leaf.record.digests.some((d) => d.algorithm === "sha-256" && equal(d.value, digest));
  console.log(`${filePath}: sha-256 ${toHex(digest)} ${matches ? "is" : "is NOT"} anchored by this receipt`);
  return matches ? 0 : 1;
}
