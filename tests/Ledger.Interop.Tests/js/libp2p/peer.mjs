// The js-libp2p side of the interoperability tests. Talks to the test by lines of JSON on its standard output.
//   node peer.mjs listen            listens on a free port, answers echo, ends when its standard input does
//   node peer.mjs dial MULTIADDR    dials, identifies, pings, has 8 MiB echoed, and ends
// LEDGER_KEY, 32 bytes of hex, is its secp256k1 key; without it the key is random.

// js-libp2p uses Promise.withResolvers, which Node 20 lacks.
Promise.withResolvers ??= () => {
  let resolve, reject;
  const promise = new Promise((a, b) => { resolve = a; reject = b; });
  return { promise, resolve, reject };
};

const { createLibp2p } = await import('libp2p');
const { tcp } = await import('@libp2p/tcp');
const { tls } = await import('@libp2p/tls');
const { yamux } = await import('@chainsafe/libp2p-yamux');
const { identify } = await import('@libp2p/identify');
const { ping } = await import('@libp2p/ping');
const { multiaddr } = await import('@multiformats/multiaddr');
const { generateKeyPair, privateKeyFromRaw } = await import('@libp2p/crypto/keys');

const ECHO = '/test/echo/1';
const ECHO_BYTES = 8 * 1024 * 1024;
const CHUNK = 64 * 1024;

const say = (event, fields = {}) => console.log(JSON.stringify({ event, ...fields }));

async function start(listen) {
  const key = process.env.LEDGER_KEY;
  const privateKey = key ? privateKeyFromRaw(Buffer.from(key, 'hex')) : await generateKeyPair('secp256k1');
  const node = await createLibp2p({
    privateKey,
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [tls()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() },
  });
  node.addEventListener('peer:identify', (e) => say('identified', {
    peer: e.detail.peerId.toString(),
    agent: e.detail.agentVersion,
    protocols: e.detail.protocols,
    addresses: e.detail.listenAddrs.map(String),
  }));
  return node;
}

async function send(stream, bytes) {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    if (!stream.send(bytes.subarray(at, at + CHUNK))) {
      await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }));
    }
  }
}

async function listen() {
  const node = await start(['/ip4/127.0.0.1/tcp/0']);
  await node.handle(ECHO, async (stream) => {
    for await (const chunk of stream) await send(stream, chunk.subarray());
    await stream.close();
  });
  const port = Number(node.getMultiaddrs()[0].toString().split('/')[4]);
  say('listening', { peer: node.peerId.toString(), port });
  process.stdin.on('end', () => process.exit(0)).resume();
}

async function dial(target) {
  const node = await start([]);
  const address = multiaddr(target);
  const connection = await node.dial(address);
  say('connected', { peer: connection.remotePeer.toString(), muxer: connection.multiplexer });
  say('ping', { milliseconds: await node.services.ping.ping(address) });

  // One frame: its length as a varint, then the bytes; the answer has the same shape.
  const body = Buffer.alloc(ECHO_BYTES);
  for (let i = 0; i < ECHO_BYTES; i += 4) body.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  const frame = Buffer.concat([Buffer.from([0x80, 0x80, 0x80, 0x04]), body]);
  const stream = await connection.newStream(ECHO);
  const received = [];
  const reading = (async () => { for await (const chunk of stream) received.push(chunk.subarray()); })();
  await send(stream, frame);
  await stream.close();
  await reading;
  const echoed = Buffer.concat(received);
  say('echo', { equal: echoed.equals(frame), bytes: echoed.length });
  await node.stop();
  process.exit(0);
}

try {
  await (process.argv[2] === 'listen' ? listen() : dial(process.argv[3]));
} catch (error) {
  say('failed', { name: error.name, message: error.message });
  process.exit(1);
}
