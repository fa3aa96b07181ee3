// Calls our server as a user of @grpc/grpc-js would. Usage: client.mjs HOST:PORT PROBE_PROTO HEALTH_PROTO
// Prints one line of JSON for each case.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import reflection from 'grpc-js-reflection-client';
import { readStatus } from './wire.mjs';

const [address, probeProto, healthProto] = process.argv.slice(2);
const load = (file) => grpc.loadPackageDefinition(loader.loadSync(file, { keepCase: true, enums: String }));
const Probe = load(probeProto).ledger.testing.v1.Probe;
const Health = load(healthProto).grpc.health.v1.Health;
const plain = grpc.credentials.createInsecure();
const probe = new Probe(address, plain);
const zipped = new Probe(address, plain, { 'grpc.default_compression_algorithm': 2 });
const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 255));

const failure = (e) => ({ code: e.code, message: e.details });
const unary = (client, method, request, options = {}) => new Promise((resolve, reject) =>
  client[method](request, options, (e, value) => (e ? reject(e) : resolve(value))));
const refused = (client, method, request, options) => unary(client, method, request, options)
  .then(() => ({ code: 0 }), failure);
const collect = (call, each) => new Promise((resolve, reject) => {
  call.on('data', each);
  call.on('end', resolve);
  call.on('error', reject);
});

const cases = {
  async unary() {
    const reply = await unary(probe, 'Echo', { payload: noise, text: '证据' });
    return { text: reply.text, equal: noise.equals(reply.payload) };
  },
  async stream() {
    let count = 0;
    let ordered = true;
    await collect(probe.Count({ count: 10000, size: 100 }), (m) => { ordered &&= m.number === ++count; });
    return { count, ordered };
  },
  async empty() {
    let count = 0;
    await collect(probe.Count({ count: 0 }), () => { count++; });
    return { count };
  },
  async lateFailure() {
    let count = 0;
    const result = await collect(probe.Count({ count: 20, size: 10, fail_with: 15 }), () => { count++; })
      .then(() => ({ code: 0 }), failure);
    return { count, code: result.code };
  },
  details: () => unary(probe, 'Fail', {
    code: 8, message: '内存池已满 100%\nretry', reason: 'MEMPOOL_FULL', retry_ms: 1500,
  }).catch((e) => ({ ...failure(e), details: readStatus(e.metadata.get('grpc-status-details-bin')[0]) })),
  thrown: () => refused(probe, 'Fail', { by_throwing: true }),
  deadline: () => refused(probe, 'Hang', { label: 'deadline' }, { deadline: Date.now() + 300 }),
  async cancel() {
    let count = 0;
    const call = probe.Count({ count: 4294967295, size: 1000 });
    const result = await collect(call, () => { if (++count === 50) call.cancel(); }).then(() => ({ code: 0 }), failure);
    return { enough: count >= 50, code: result.code };
  },
  async gzip() {
    const reply = await unary(zipped, 'Echo', { payload: Buffer.alloc(300000), text: '压缩'.repeat(30000) });
    return { equal: Buffer.alloc(300000).equals(reply.payload) && reply.text === '压缩'.repeat(30000) };
  },
  tooLarge: () => refused(probe, 'Echo', { payload: Buffer.alloc(5 << 20) }),
  unmapped: () => refused(probe, 'Unmapped', {}),
  async health() {
    const client = new Health(address, plain);
    const watch = client.Watch({ service: '' });
    const seen = await new Promise((resolve) => { watch.on('error', () => {}); watch.once('data', resolve); });
    watch.cancel();
    return {
      whole: (await unary(client, 'Check', { service: '' })).status,
      watched: seen.status,
      unknown: (await refused(client, 'Check', { service: 'nope' })).code,
    };
  },
  async reflection() {
    const versions = {};
    for (const version of ['v1', 'v1alpha']) {
      const client = new reflection.GrpcReflection(address, plain, undefined, version);
      const services = await client.listServices();
      const methods = await client.listMethods('ledger.testing.v1.Probe');
      versions[version] = { services: [...services].sort(), methods: methods.map((m) => m.name).sort() };
    }
    return versions;
  },
  async parallel() {
    const replies = await Promise.all(Array.from({ length: 500 }, (_, i) => unary(probe, 'Echo', { text: `${i}` })));
    return { equal: replies.every((r, i) => r.text === `${i}`) };
  },
};

for (const [name, run] of Object.entries(cases)) {
  const result = await run().catch((e) => ({ error: String(e?.stack ?? e) }));
  console.log(JSON.stringify({ name, result }));
}
process.exit(0);
