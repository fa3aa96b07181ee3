// Uses contracts, their events and the audit service as a user of @grpc/grpc-js would.
// Usage: contracts.mjs HOST:PORT LEDGER_PROTO AUDIT_PROTO TOKEN ID,ID,ID   ids of the calls of the contract shop.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { readStatus } from './wire.mjs';

const [address, ledgerProto, auditProto, token, calls] = process.argv.slice(2);
const ids = calls.split(',').map((id) => Buffer.from(id, 'hex'));
const load = (file) => grpc.loadPackageDefinition(
  loader.loadSync(file, { keepCase: true, enums: String, longs: Number, defaults: true })).ledger.v1;
const authorized = {
  interceptors: [(options, nextCall) => new grpc.InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      metadata.set('authorization', `Bearer ${token}`);
      next(metadata, listener);
    },
  })],
};
const plain = grpc.credentials.createInsecure();
const ledger = new (load(ledgerProto).LedgerService)(address, plain, authorized);
const audit = new (load(auditProto).AuditService)(address, plain, authorized);

const unary = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, { deadline: Date.now() + 20000 }, (e, value) => (e ? reject(e) : resolve(value))));
const reasonOf = (e) => readStatus(e.metadata.get('grpc-status-details-bin')[0]).reason;
const includes = (bytes, text) => bytes.includes(Buffer.from(text));

// The events of a contract from a height on, until as many came or none comes any more.
const events = (request, enough, patience = 20000) => new Promise((resolve) => {
  const found = [];
  const call = ledger.SubscribeEvents(request, { deadline: Date.now() + patience });
  call.on('data', (block) => { if (found.push(block) === enough) call.cancel(); });
  call.on('error', () => resolve(found));
  call.on('end', () => resolve(found));
});

const cases = {
  async query() {
    const ask = (given) => unary(ledger, 'QueryContract', { contract: 'shop', function: 'stock', ...given });
    const answer = await ask({});
    // A ContractOutcome whose value, field 5, is JSON: one digit.
    const value = answer.outcome.subarray(answer.outcome.lastIndexOf(Buffer.from([0x2a, 0x01])) + 2)[0];
    return {
      stock: String.fromCharCode(value),
      behind: await ask({ min_height: answer.height + 1000 }).catch(reasonOf),
      unknown: includes((await ask({ contract: 'nobody' })).outcome, 'NO_SUCH_CONTRACT'),
    };
  },
  async contracts() {
    const { contracts, more } = await unary(ledger, 'ListContracts', {});
    const { source } = await unary(ledger, 'GetContract', { contract: 'shop', version: 1 });
    return { names: contracts.map((c) => c.contract), more, source: includes(source, 'SOLD_OUT') };
  },
  async events() {
    const all = await events({ contract: 'shop' }, 3);
    const resumed = await events({ from_height: all[0].height + 1, contract: 'shop', event: 'sold' }, 2);
    const other = await events({ contract: 'shop', event: 'bought' }, 1, 300);
    return {
      all: all.length, resumed: resumed.length, same: JSON.stringify(all.slice(1)) === JSON.stringify(resumed),
      other: other.length,
    };
  },
  async receipt() {
    const { receipt } = await unary(ledger, 'GetResultReceipt', { id: ids[0] });
    const unknown = await unary(ledger, 'GetResultReceipt', { id: Buffer.alloc(32) }).catch((e) => e.code);
    return { bytes: receipt.includes(ids[0]), unknown };
  },
  async audit() {
    const { proofs, next_cursor: more } = await unary(audit, 'ListFaults', {});
    const report = await unary(audit, 'GetAuditReport', {}).catch(reasonOf);
    return { faults: proofs.length, more: more.length, report };
  },
  async lists() {
    const { certified_height: head } = await unary(ledger, 'GetStatus', {});
    const page = await unary(ledger, 'ListBlocks', { page_size: 2 });
    const below = await unary(ledger, 'ListBlocks', { before_height: page.before_height });
    const { members, more } = await unary(ledger, 'ListMembers', {});
    const { genesis } = await unary(ledger, 'GetGenesis', {});
    const found = await unary(ledger, 'GetEvidence', { log_index: 0 }).catch((e) => e.code);
    return {
      newest: page.blocks.length === 2 && page.blocks[0].height >= head,
      below: below.blocks[0].height === page.blocks[1].height - 1 && below.before_height === 0,
      members: members.length === 1 && !more && genesis.includes(members[0]),
      noEvidence: found === grpc.status.NOT_FOUND,
    };
  },
};

for (const [name, run] of Object.entries(cases)) {
  const result = await run().catch((e) => ({ error: String(e?.stack ?? e) }));
  console.log(JSON.stringify({ name, result }));
}
process.exit(0);
