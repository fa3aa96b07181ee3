/** The genesis document: every verifier's root of trust (docs/spec/genesis.md). */
import { ascending, equal, fromUtf8, toHex } from "./bytes.js";
import { decodeValidators, MAX_VALIDATORS, type ValidatorSet } from "./blocks.js";
import { attempt, CanonicalReader, CanonicalWriter, MAX_TIME } from "./canonical.js";
import { isPublicKey, KEY_SIZE, SUITE, taggedHash } from "./crypto.js";
import { NotJson, parseJson } from "./json.js";
import { JsonFields } from "./json-fields.js";

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: readonly { readonly key: Uint8Array; readonly label: string }[];
}

/** A validator or an audit node. */
export interface NodeEntry {
  readonly member: string;
  readonly key: Uint8Array;
  readonly address: string;
}

export interface Genesis {
  readonly consortium: string;
  readonly channelName: string;
  readonly created: number;
  readonly validators: ValidatorSet;
  readonly members: readonly Member[];
  readonly observers: readonly NodeEntry[];
  /** The channel id: what people compare. */
  readonly channel: Uint8Array;
}

export type GenesisResult =
  | { readonly genesis: Genesis; readonly error: null }
  | { readonly genesis: null; readonly error: string };

const UINT32 = 0xffff_ffffn;
const UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_DOCUMENT = 64 << 20;
const MAX_ENCODED = 16777216;
const MAX_MEMBERS = 4096;
const MAX_OBSERVERS = 64;
const MAX_ROLES = 32;
const CONTRACT_PARAMETERS = ["max_call_gas", "max_deploy_gas", "max_block_gas", "memory_pages"] as const;

// Name, largest number that the encoding holds, and the range; a name in place of a number is that parameter's value.
const PARAMETERS: readonly (readonly [string, bigint, bigint | string, bigint])[] = [
  ["max_transaction_bytes", UINT32, 4096n, 4194304n],
  ["max_block_transactions", UINT32, 1n, 10000n],
  ["max_block_bytes", UINT32, "max_transaction_bytes", 67108864n],
  ["max_transaction_lifetime_ms", UINT64, 60000n, 2592000000n],
  ["max_clock_drift_ms", UINT64, 100n, 3600000n],
  ["window", UINT32, 4n, 1024n],
  ["request_timeout_ms", UINT64, 50n, 60000n],
  ["max_view_change_timeout_ms", UINT64, "request_timeout_ms", 600000n],
];

/** Reads `genesis.json`. The error is a sentence that begins with the path of the value at fault. */
export function parseGenesis(json: Uint8Array): GenesisResult {
  try {
    if (json.length > MAX_DOCUMENT) throw new NotJson(`$: the document has more than ${MAX_DOCUMENT} bytes`);
    const document = read(new JsonFields(parseJson(json), "$"));
    return { genesis: trusted(document, encodeDocument(document)), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { genesis: null, error: error.message };
    throw error;
  }
}

/** Decodes the canonical encoding, whose hash is the channel id. The error is a sentence. */
export function decodeGenesis(bytes: Uint8Array): GenesisResult {
  const document = bytes.length > MAX_ENCODED ? null : attempt(decodeDocument, bytes);
  // What the decoder takes more freely than the format does comes out otherwise when it is encoded.
  if (document === null || !equal(encodeDocument(document), bytes)) {
    return { genesis: null, error: "$: the document is not canonical" };
  }
  try {
    return { genesis: trusted(document, bytes), error: null };
  } catch (error) {
    if (error instanceof NotJson) return { genesis: null, error: error.message };
    throw error;
  }
}

function read(root: JsonFields): Document {
  root.format("ledger-genesis/1");
  const document = {
    consortium: root.text("consortium", 256),
    channelName: root.text("channel", 256),
    suite: root.text("suite", 64),
    created: root.time("created"),
    ...readParameters(root.object("parameters")),
    validators: root.objects("validators", MAX_VALIDATORS).map((node) => readNode(node, true)),
    members: root.objects("members", MAX_MEMBERS).map(readMember),
    observers: root.has("observers")
      ? root.objects("observers", MAX_OBSERVERS).map((node) => readNode(node, false))
      : null,
  };
  root.end();
  if (document.observers?.length === 0) root.fail("observers", "is left out when there are none");
  return { ...document, observers: document.observers ?? [] };
}

function trusted(document: Document, encoded: Uint8Array): Genesis {
  const fault = findFault(document) ?? (encoded.length > MAX_ENCODED ? "$: the document is too large" : null);
  if (fault !== null) throw new NotJson(fault);
  const validators = decodeValidators(encodeValidators(document));
  if (validators === null) throw new NotJson("$.validators: two have the same key, or there is none");
  const { consortium, channelName, members, observers } = document;
  const channel = taggedHash("ledger/genesis/1", encoded);
  return { consortium, channelName, created: Number(document.created), validators, members, observers, channel };
}

interface ContractParameters {
  readonly engine: Uint8Array;
  readonly limits: readonly bigint[];
}

interface Document {
  readonly consortium: string;
  readonly channelName: string;
  readonly suite: string;
  readonly created: bigint;
  readonly parameters: readonly bigint[];
  readonly contracts: ContractParameters | null;
  /** Roles whose members read everything; null where every member does. */
  readonly readers: readonly string[] | null;
  readonly validators: readonly NodeEntry[];
  readonly members: readonly Member[];
  readonly observers: readonly NodeEntry[];
}

function readNode(json: JsonFields, addressed: boolean): NodeEntry {
  const member = json.text("member", 256);
  const key = readKey(json);
  const address = addressed || json.has("address") ? json.text("address", 256) : "";
  json.end();
  return { member, key, address };
}

function readMember(json: JsonFields): Member {
  const member = {
    id: json.text("id", 256),
    name: json.text("name", 256),
    roles: json.texts("roles", MAX_ROLES, 64),
    keys: json.objects("keys", 1024).map((item) => {
      const key = { key: readKey(item), label: item.text("label", 64) };
      item.end();
      return key;
    }),
  };
  json.end();
  return member;
}

function readKey(json: JsonFields): Uint8Array {
  const key = json.fixedHex("key", KEY_SIZE);
  return isPublicKey(key) ? key : json.fail("key", `is not a public key of ${SUITE}`);
}

function readParameters(json: JsonFields): Pick<Document, "parameters" | "contracts" | "readers"> {
  const parameters = PARAMETERS.map(([name, held]) => json.uint(name, held));
  const contracts = json.has("contracts") ? readContracts(json.object("contracts")) : null;
  const readers = json.has("reading") ? readReaders(json.object("reading")) : null;
  json.end();
  return { parameters, contracts, readers };
}

function readContracts(json: JsonFields): ContractParameters {
  const contracts = {
    engine: json.fixedHex("engine", 32),
    limits: CONTRACT_PARAMETERS.map((name) => json.uint(name, UINT64)),
  };
  json.end();
  return contracts;
}

function readReaders(json: JsonFields): string[] {
  const roles = json.texts("roles", MAX_ROLES, 64);
  json.end();
  return roles;
}

function findFault(document: Document): string | null {
  if (document.suite !== SUITE) return `$.suite: this version knows ${SUITE} only`;
  if (document.members.length === 0) return "$.members: there must be at least one";
  if (document.readers !== null && (document.readers.length === 0 || !ascending(document.readers))) {
    return "$.parameters.reading: roles must be in ascending order, each once";
  }
  return findParameterFault(document) ?? findMemberFault(document);
}

function findParameterFault({ parameters, contracts }: Document): string | null {
  const valueOf = (name: string) => parameters[PARAMETERS.findIndex((parameter) => parameter[0] === name)]!;
  for (const [i, [name, , least, most]] of PARAMETERS.entries()) {
    const value = parameters[i]!;
    if (value < (typeof least === "string" ? valueOf(least) : least) || value > most) {
      return `$.parameters.${name}: is out of its range`;
    }
  }
  if (contracts === null) return null;
  const [call, deploy, block, pages] = contracts.limits as [bigint, bigint, bigint, bigint];
  const most = 1n << 48n;
  const inRange = call >= 1000000n && call <= most && deploy >= 1000000n && deploy <= most
    && block >= call && block >= deploy && block <= most && pages >= 128n && pages <= 1024n;
  return inRange ? null : "$.parameters.contracts: is out of its range";
}

function findMemberFault({ members, validators, observers }: Document): string | null {
  const ids = members.map((member) => member.id);
  if (!ascending(ids)) return "$.members: ids must be in ascending order, each once";
  if (!members.every((member) => ascending(member.roles))) {
    return "$.members: roles must be in ascending order, each once";
  }
  const known = new Set(ids);
  if (![...validators, ...observers].every((node) => known.has(node.member))) {
    return "$.validators: a node's member is not a member";
  }
  if (validators.some((validator) => validator.address === "")) return "$.validators: a validator has no address";
  const holders = [...validators, ...observers, ...members.flatMap((member) => member.keys)];
  if (!holders.every((holder) => isPublicKey(holder.key))) return `$.members: a key is none of ${SUITE}`;
  if (new Set(holders.map((holder) => toHex(holder.key))).size !== holders.length) {
    return "$.validators: a key stands twice in the document";
  }
  return null;
}

function encodeDocument(document: Document): Uint8Array {
  const parameters = new CanonicalWriter();
  document.parameters.forEach((value, i) => parameters.uint(i + 1, value));
  if (document.contracts !== null) {
    const contracts = new CanonicalWriter().bytes(1, document.contracts.engine);
    document.contracts.limits.forEach((value, i) => contracts.uint(i + 2, value));
    parameters.message(9, contracts.done());
  }
  if (document.readers !== null) {
    const readers = new CanonicalWriter();
    for (const role of document.readers) readers.text(1, role);
    parameters.message(10, readers.done());
  }
  const writer = new CanonicalWriter()
    .uint(1, 1).text(2, document.consortium).text(3, document.channelName).text(4, document.suite)
    .uint(5, document.created).message(6, parameters.done()).message(7, encodeValidators(document));
  for (const member of document.members) writer.message(8, encodeMember(member));
  for (const node of document.observers) writer.message(9, encodeNode(node));
  return writer.done();
}

function encodeValidators({ validators }: Document): Uint8Array {
  const writer = new CanonicalWriter();
  for (const node of validators) writer.message(2, encodeNode(node));
  return writer.done();
}

function encodeNode(node: NodeEntry): Uint8Array {
  return new CanonicalWriter().text(1, node.member).bytes(2, node.key).text(3, node.address).done();
}

function encodeMember(member: Member): Uint8Array {
  const writer = new CanonicalWriter().text(1, member.id).text(2, member.name);
  for (const role of member.roles) writer.text(3, role);
  for (const { key, label } of member.keys) {
    writer.message(4, new CanonicalWriter().bytes(1, key).text(2, label).done());
  }
  return writer.done();
}

function decodeDocument(reader: CanonicalReader): Document {
  if (reader.uint(1) !== 1n) reader.refuse("BadValue", 1);
  const consortium = reader.requiredText(2, 256);
  const channelName = reader.requiredText(3, 256);
  const suite = reader.requiredText(4, 64);
  const created = reader.uint(5, MAX_TIME);
  const [parameters, contracts, readers] = inner(reader, 6, (fields) => [
    PARAMETERS.map(([, held], i) => fields.uint(i + 1, held)),
    fields.isNext(9)
      ? inner(fields, 9, (limits) => ({
        engine: limits.hash(1),
        limits: CONTRACT_PARAMETERS.map((_, i) => limits.uint(i + 2)),
      }))
      : null,
    fields.isNext(10) ? inner(fields, 10, (reading) => textsOf(reading, 1)) : null,
  ] as const);
  const validators = inner(reader, 7, (set) => set.messages(2, 1024, MAX_VALIDATORS, decodeNode));
  const members = reader.messages(8, MAX_ENCODED, MAX_MEMBERS, (member) => ({
    id: member.requiredText(1, 256),
    name: member.requiredText(2, 256),
    roles: textsOf(member, 3),
    keys: member.messages(4, 512, 1024, (key) => ({ key: key.fixed(1, KEY_SIZE), label: key.requiredText(2, 64) })),
  }));
  const observers = reader.messages(9, 1024, MAX_OBSERVERS, decodeNode);
  return { consortium, channelName, suite, created, parameters, contracts, readers, validators, members, observers };
}

function textsOf(reader: CanonicalReader, field: number): string[] {
  return reader.repeated(field, 64, MAX_ROLES).map((role) => fromUtf8(role) ?? reader.refuse("BadText", field));
}

function decodeNode(reader: CanonicalReader): NodeEntry {
  return { member: reader.requiredText(1, 256), key: reader.fixed(2, KEY_SIZE), address: reader.text(3, 256) };
}

function inner<T>(reader: CanonicalReader, field: number, decode: (reader: CanonicalReader) => T): T {
  const message = new CanonicalReader(reader.message(field, MAX_ENCODED));
  const value = decode(message);
  message.end();
  return value;
}
