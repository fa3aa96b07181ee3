/** Verifies in a thread of its own, so that the page stays fluid. It asks nobody: no call in here leaves the machine. */
import {
  digestStream, equal, formatOf, fromUtf8, keyId, parseDisclosure, parseGenesis, parseReceipt,
  parseResultReceipt, pieces, quorumOf, signersOf, toHex, verifyDisclosure, verifyReceipt, verifyResultReceipt,
  type EvidenceRecord, type Genesis, type ReceiptContent,
} from "@ledger/verify";
import { openKeyFile } from "../identity/key-file";
import type {
  Answers, FromWorker, GenesisFacts, Opened, Proven, ProvenResult, SubjectVerdict, Task, Verdict,
} from "./protocol";

const MAX_RECEIPT = 136 << 20;
const MAX_DISCLOSURE = 128 << 20;
const ROWS_SHOWN = 20;
const FINGERPRINT = "ledger-fingerprint/1";

const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data }: MessageEvent<{ readonly id: number; readonly task: Task }>) => {
  const { id, task } = data;
  const send = (message: FromWorker) => scope.postMessage(message);
  try {
    send({ id, answer: await run(task, (progress) => send({ id, progress })) });
  } catch (error) {
    send({ id, failure: error instanceof Error ? error.message : String(error) });
  }
};

type Progress = (fraction: number) => void;

async function run(task: Task, progress: Progress): Promise<Answers[keyof Answers]> {
  switch (task.kind) {
    case "verify": return verify(task.genesis, task.receipt, task.subject, progress);
    case "digest": return toHex(await digestOf(task.file, progress));
    case "genesis": return genesisFacts(task.genesis);
    case "open-key": return openKey(task.file, task.passphrase);
  }
}

async function verify(json: Uint8Array, file: Blob, subject: Blob | null, progress: Progress): Promise<Verdict> {
  const start = performance.now();
  const { genesis, error } = parseGenesis(json);
  if (genesis === null) throw new Error(error);
  const verdict = file.size > MAX_RECEIPT
    ? { ...refused("MALFORMED", "the file is too large for a receipt"), record: null }
    : check(await bytesOf(file), genesis);
  const { record, ...rest } = verdict;
  const about = record !== null && subject !== null ? await subjectOf(record, subject, progress) : null;
  return { ...rest, subject: about, milliseconds: Math.round(performance.now() - start) };
}

type Checked = Omit<Verdict, "subject" | "milliseconds"> & { readonly record: EvidenceRecord | null };

function check(bytes: Uint8Array, genesis: Genesis): Checked {
  if (formatOf(bytes)?.startsWith("ledger-result-receipt/")) return checkResult(bytes, genesis);
  const { receipt, error } = parseReceipt(bytes);
  if (receipt === null) return { ...refused("MALFORMED", error), record: null };
  const { fault, epochChange, content } = verifyReceipt(receipt, genesis);
  if (content === null) return { ...refused(fault, null), epochChange, record: null };
  return { ...refused("NONE", null), proven: provenOf(content), record: content.leaf.record };
}

function checkResult(bytes: Uint8Array, genesis: Genesis): Checked {
  const { receipt, error } = parseResultReceipt(bytes);
  if (receipt === null) return { ...refused("MALFORMED", error), record: null };
  const verdict = verifyResultReceipt(receipt, genesis);
  if (verdict.result === null) return { ...refused(verdict.fault, null), epochChange: verdict.epochChange, record: null };
  const { result, header } = verdict;
  const proven: ProvenResult = {
    transactionId: toHex(result.transactionId),
    refusal: result.refusal,
    leafCount: result.leafCount,
    height: String(header.height),
    time: header.time,
    status: result.outcome?.status ?? null,
    value: result.outcome === null ? null : fromUtf8(result.outcome.value),
  };
  return { ...refused("NONE", null), result: proven, record: null };
}

function refused(fault: string, detail: string | null) {
  return { fault, detail, epochChange: null, proven: null, result: null };
}

function provenOf({ leaf, logIndex, header, validators, signers }: ReceiptContent): Proven {
  const { record } = leaf;
  return {
    id: leaf.id,
    type: record.type,
    subject: record.subject,
    actor: record.actor,
    action: record.action,
    role: record.role,
    occurredAt: record.occurredAt,
    member: leaf.member,
    time: leaf.time,
    height: String(header.height),
    logIndex: String(logIndex),
    epoch: String(header.epoch),
    sequence: String(leaf.subjectSequence),
    signers: signersOf(signers).map((place) => validators.validators[place]!.member),
    quorum: quorumOf(validators.validators.length),
    validators: validators.validators.length,
    digests: record.digests.map(({ algorithm, value, mediaType }) => ({ algorithm, value: toHex(value), mediaType })),
    attributes: record.attributes.map(({ key, value }) => ({ key, value })),
  };
}

async function subjectOf(record: EvidenceRecord, subject: Blob, progress: Progress): Promise<SubjectVerdict> {
  const head = new Uint8Array(await subject.slice(0, 256).arrayBuffer());
  const anchored = record.digests.find((digest) => digest.algorithm === FINGERPRINT);
  if (anchored !== undefined && formatOf(head) === "ledger-disclosure/1") {
    if (subject.size > MAX_DISCLOSURE) return { kind: "unreadable", detail: "the disclosure is too large" };
    const { disclosure, error } = parseDisclosure(await bytesOf(subject));
    if (disclosure === null) return { kind: "unreadable", detail: error };
    const { verdict, record: named } = verifyDisclosure(disclosure, anchored.value);
    const text = (data: Uint8Array) => fromUtf8(data) ?? toHex(data);
    return {
      kind: "disclosure",
      verdict,
      record: named,
      first: disclosure.first,
      shown: disclosure.records.length,
      total: disclosure.fingerprint.records,
      header: disclosure.header === null ? null : text(disclosure.header.data),
      rows: disclosure.records.slice(0, ROWS_SHOWN).map(({ data }) => text(data)),
    };
  }
  const digest = await digestOf(subject, progress);
  const matches = record.digests.some(({ algorithm, value }) => algorithm === "sha-256" && equal(value, digest));
  return { kind: "file", digest: toHex(digest), matches, size: subject.size };
}

function digestOf(file: Blob, progress: Progress): Promise<Uint8Array> {
  let told = 0;
  return digestStream(pieces(file.stream()), (read) => {
    if (read - told < file.size / 100) return;
    told = read;
    progress(read / file.size);
  });
}

function genesisFacts(json: Uint8Array): Answers["genesis"] {
  const { genesis, error } = parseGenesis(json);
  if (genesis === null) return { facts: null, error };
  const facts: GenesisFacts = {
    channel: toHex(genesis.channel),
    channelName: genesis.channelName,
    consortium: genesis.consortium,
    members: genesis.members.map(({ id, name, keys }) =>
      ({ id, name, keyIds: keys.map(({ key }) => toHex(keyId(key))) })),
  };
  return { facts, error: null };
}

async function openKey(file: Blob, passphrase: string): Promise<Opened> {
  const { key, fault } = await openKeyFile(await bytesOf(file), passphrase);
  return { fault, secret: key?.secret ?? null, keyId: key?.keyId ?? "" };
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
