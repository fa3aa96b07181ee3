// Calls a node as a user of @grpc/grpc-js would. Usage: ledger.mjs HOST:PORT LEDGER_PROTO HEALTH_PROTO TRANSACTION TOKEN
// The transaction is signed and in hexadecimal; the token says who calls. Prints one line of JSON for each case.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import reflection from 'grpc-js-reflection-client';
import { readStatus } from './wire.mjs';

const [address, ledgerProto, healthProto, transaction, token] = process.argv.slice(2);
const load = (file) => grpc.loadPackageDefinition(
  loader.loadSync(file, { keepCase: true, enums: String, longs: Number, defaults: true }));
const plain = grpc.credentials.createInsecure();
const authorized = {
  interceptors: [(options, nextCall) => new grpc.InterceptingCall(nextCall(options), {
    start(metadata, listener, next) {
      metadata.set('authorization', `Bearer ${token}`);
      next(metadata, listener);
    },
  })],
};
const { LedgerService } = load(ledgerProto).ledger.v1;
const ledger = new LedgerService(address, plain, authorized);
const stranger = new LedgerService(address, plain);
const health = new (load(healthProto).grpc.health.v1.Health)(address, plain);

const unary = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, { deadline: Date.now() + 20000 }, (e, value) => (e ? reject(e) : resolve(value))));

// The first blocks of a subscription, and how it ended when we left or were cut off.
const subscribe = (request, options, enough) => new Promise((resolve) => {
  const blocks = [];
  const call = ledger.Subscribe(request, options);
  call.on('data', (block) => { if (blocks.push(block) === enough) call.cancel(); });
  call.on('error', (e) => resolve({ blocks, code: e.code }));
  call.on('end', () => resolve({ blocks, code: 0 }));
});

const cases = {
  async status() {
    const status = await unary(ledger, 'GetStatus', {});
    return {
      channel: status.channel.toString('hex'), name: status.channel_name, role: status.role, ready: status.ready,
      certified: status.certified_height > 0 && status.certified_height <= status.height,
    };
  },
  async submit() {
    const outcome = await unary(ledger, 'SubmitAndWait', { transaction: Buffer.from(transaction, 'hex') });
    const asked = await unary(ledger, 'GetTransaction', { transaction_id: outcome.transaction_id });
    return {
      transaction: outcome.transaction_id.toString('hex'), state: outcome.state, leaves: outcome.leaf_count,
      same: JSON.stringify(outcome) === JSON.stringify(asked),
    };
  },
  async blocks() {
    const { certified_height: head } = await unary(ledger, 'GetStatus', {});
    const { blocks, code } = await subscribe(
      { from_height: 0, include_transactions: true }, { deadline: Date.now() + 20000 }, head);
    const fetched = await Promise.all(blocks.map(
      (block) => unary(ledger, 'GetBlock', { height: block.height, include_transactions: true })));
    return {
      inOrder: blocks.length === head && blocks.every((block, i) => block.height === i + 1),
      equal: JSON.stringify(blocks) === JSON.stringify(fetched), code,
    };
  },
  async deadline() {
    const { certified_height: head } = await unary(ledger, 'GetStatus', {});
    const { blocks, code } = await subscribe({ from_height: head + 1000 }, { deadline: Date.now() + 300 }, 1);
    return { blocks: blocks.length, code };
  },
  refusal: () => unary(ledger, 'Submit', { transaction: Buffer.from('no transaction') }).catch((e) => {
    const { reason, domain } = readStatus(e.metadata.get('grpc-status-details-bin')[0]);
    return { code: e.code, reason, domain };
  }),
  stranger: () => unary(stranger, 'GetStatus', {}).catch((e) => {
    const { reason, domain } = readStatus(e.metadata.get('grpc-status-details-bin')[0]);
    return { code: e.code, reason, domain };
  }),
  async reflection() {
    const client = new reflection.GrpcReflection(address, plain, authorized);
    const methods = await client.listMethods('ledger.v1.LedgerService');
    return { services: [...await client.listServices()].sort(), methods: methods.map((m) => m.name).sort() };
  },
  async health() {
    const check = async (service) => (await unary(health, 'Check', { service })).status;
    return { whole: await check(''), ledger: await check('ledger.v1.LedgerService') };
  },
};

for (const [name, run] of Object.entries(cases)) {
  const result = await run().catch((e) => ({ error: String(e?.stack ?? e) }));
  console.log(JSON.stringify({ name, result }));
}
process.exit(0);
