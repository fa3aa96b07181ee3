/** Verifies in a thread of its own, so that the page stays fluid. It asks nobody: no call in here leaves the machine. */
import {
  digestStream, equal, formatOf, fromUtf8, keyId, parseAnyReceipt, parseBundle, parseDisclosure, parseGenesis,
  parseResultReceipt, pieces, quorumOf, sha256, signersOf, toHex, verifyAny, verifyBundle, verifyProvenState,
  verifyResultReceipt, verifyShown,
  type Disclosure, type DisclosureVerdict, type EvidenceRecord, type Genesis,
  type ProvenState, type ReceiptContent, type SignedStatement,
} from "@ledger/verify";
import { openKeyFile } from "../identity/key-file";
import type {
  Answers, FromWorker, GenesisFacts, Opened, Proven, ProvenResult, ProvenStatement, StateCheck, SubjectVerdict,
  Task, Verdict,
} from "./protocol";

// A bundle in JSON is the largest file that holds a receipt.
const MAX_RECEIPT = 192 << 20;
const MAX_DISCLOSURE = 128 << 20;
const ROWS_SHOWN = 20;
const PAYLOAD_SHOWN = 4096;
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
    case "state": return checkState(task.genesis, task.state);
    case "genesis": return genesisFacts(task.genesis);
    case "open-key": return openKey(task.file, task.passphrase);
  }
}

async function verify(json: Uint8Array, file: Blob, subject: Blob | null, progress: Progress): Promise<Verdict> {
  const start = performance.now();
  const { genesis, error } = parseGenesis(json);
  if (genesis === null) throw new Error(error);
  const verdict = file.size > MAX_RECEIPT
    ? refused(null, "MALFORMED", "the file is too large for a receipt")
    : check(await bytesOf(file), genesis);
  const { record, stated, ...rest } = verdict;
  const about = record === null || subject === null ? rest.subject : await subjectOf(record, stated, subject, progress);
  return { ...rest, subject: about, milliseconds: Math.round(performance.now() - start) };
}

type Checked = Omit<Verdict, "milliseconds"> & {
  /** What a file can be compared with; null when nothing is proven. */
  readonly record: EvidenceRecord | null;
  readonly stated: SignedStatement | null;
};

function check(bytes: Uint8Array, genesis: Genesis): Checked {
  const format = formatOf(bytes);
  if (format?.startsWith("ledger-result-receipt/")) return checkResult(bytes, genesis);
  if (format?.startsWith("ledger-disclosure-bundle/")) return checkBundle(bytes, genesis);
  const { any, error } = parseAnyReceipt(bytes);
  if (any === null) return refused(null, "MALFORMED", error);
  const { fault, epochChange, content } = verifyAny(any, genesis);
  if (content === null) return { ...refused(any.form, fault, null), epochChange };
  const stated = any.form === "statement" ? any.statement : null;
  const statement = stated === null ? null : statementOf(stated);
  return { ...held(any.form), proven: provenOf(content), record: content.leaf.record, stated, statement };
}

function checkBundle(bytes: Uint8Array, genesis: Genesis): Checked {
  const { bundle, error } = parseBundle(bytes);
  if (bundle === null) return refused("bundle", "MALFORMED", error);
  const { receipt: { fault, epochChange, content }, disclosure } = verifyBundle(bundle, genesis);
  if (content === null) return { ...refused("bundle", fault, null), epochChange };
  const subject = disclosureOf(bundle.disclosure, disclosure ?? { verdict: "NO_FINGERPRINT_ANCHORED", record: null });
  return { ...held("bundle"), proven: provenOf(content), record: content.leaf.record, subject };
}

function checkResult(bytes: Uint8Array, genesis: Genesis): Checked {
  const { receipt, error } = parseResultReceipt(bytes);
  if (receipt === null) return refused("result", "MALFORMED", error);
  const verdict = verifyResultReceipt(receipt, genesis);
  if (verdict.result === null) return { ...refused("result", verdict.fault, null), epochChange: verdict.epochChange };
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
  return { ...held("result"), result: proven };
}

function held(form: string): Checked {
  return refused(form, "NONE", null);
}

function refused(form: string | null, fault: string, detail: string | null): Checked {
  return {
    form, fault, detail, epochChange: null, proven: null, result: null, statement: null, subject: null, record: null,
    stated: null,
  };
}

function statementOf({ issuer, subject, contentType, isHash, payload }: SignedStatement): ProvenStatement {
  const text = isHash || payload.length > PAYLOAD_SHOWN ? null : fromUtf8(payload);
  const shown = text ?? toHex(payload.subarray(0, 64));
  return { issuer, subject, contentType, isHash, size: payload.length, payload: shown };
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
    coSigners: leaf.coSigners.map((signer) => signer.member),
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

async function subjectOf(
  record: EvidenceRecord, stated: SignedStatement | null, subject: Blob, progress: Progress,
): Promise<SubjectVerdict> {
  const head = new Uint8Array(await subject.slice(0, 256).arrayBuffer());
  const isDataSet = record.digests.some((digest) => digest.algorithm === FINGERPRINT);
  if (isDataSet && formatOf(head) === "ledger-disclosure/1") {
    if (subject.size > MAX_DISCLOSURE) return { kind: "unreadable", detail: "the disclosure is too large" };
    const { disclosure, error } = parseDisclosure(await bytesOf(subject));
    if (disclosure === null) return { kind: "unreadable", detail: error };
    const verdict = verifyShown(disclosure, record);
    if (verdict !== null) return disclosureOf(disclosure, verdict);
  }
  const digest = await digestOf(subject, progress);
  const isAnchored = record.digests.some(({ algorithm, value }) => algorithm === "sha-256" && equal(value, digest));
  return { kind: "file", digest: toHex(digest), matches: isAnchored || states(stated, digest), size: subject.size };
}

// A statement is about a file when its payload is the file, or the file's hash.
function states(stated: SignedStatement | null, digest: Uint8Array): boolean {
  if (stated === null) return false;
  return equal(stated.isHash ? stated.payload : sha256(stated.payload), digest);
}

function disclosureOf(
  disclosure: Disclosure,
  { verdict, record }: Omit<DisclosureVerdict, "verdict"> & { readonly verdict: string },
): SubjectVerdict {
  const text = (data: Uint8Array) => fromUtf8(data) ?? toHex(data);
  return {
    kind: "disclosure",
    verdict,
    record,
    first: disclosure.first,
    shown: disclosure.records.length,
    total: disclosure.fingerprint.records,
    header: disclosure.header === null ? null : text(disclosure.header.data),
    rows: disclosure.records.slice(0, ROWS_SHOWN).map(({ data }) => text(data)),
  };
}

function digestOf(file: Blob, progress: Progress): Promise<Uint8Array> {
  let told = 0;
  return digestStream(pieces(file.stream()), (read) => {
    if (read - told < file.size / 100) return;
    told = read;
    progress(read / file.size);
  });
}

function checkState(json: Uint8Array, state: ProvenState): StateCheck {
  const { genesis, error } = parseGenesis(json);
  if (genesis === null) throw new Error(error);
  const { fault, header } = verifyProvenState(state, genesis);
  return header === null
    ? { fault, height: null, time: null }
    : { fault: null, height: String(header.height), time: header.time };
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
