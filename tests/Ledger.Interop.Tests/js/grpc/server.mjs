// A @grpc/grpc-js server of the probe service for our client. Usage: server.mjs PROBE_PROTO
// Prints the port as one line of JSON, and a line when a hanging call begins and when it ends. Runs until its input ends.
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { writeStatus } from './wire.mjs';

const definition = loader.loadSync(process.argv[2], { keepCase: true });
const service = grpc.loadPackageDefinition(definition).ledger.testing.v1.Probe.service;
const print = (value) => console.log(JSON.stringify(value));

const server = new grpc.Server({ 'grpc.default_compression_algorithm': 2 });
server.addService(service, {
  Echo: (call, done) => done(null, call.request),
  Count: (call) => {
    const { count, size } = call.request;
    const payload = Buffer.alloc(size);
    let number = 0;
    call.on('cancelled', () => print({ cancelled: number < count }));
    const more = () => {
      while (!call.cancelled && number < count) {
        if (!call.write({ number: ++number, payload })) { call.once('drain', more); return; }
      }
      call.end();
    };
    more();
  },
  Fail: (call, done) => {
    const { code, message, reason, retry_ms: retryMs } = call.request;
    const metadata = new grpc.Metadata();
    metadata.set('grpc-status-details-bin', writeStatus({ code, message, reason, retryMs }));
    done({ code, details: message, metadata });
  },
  Hang: (call) => {
    print({ hangBegan: call.request.label });
    call.on('cancelled', () => print({ hangEnded: call.request.label }));
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  print({ port });
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
