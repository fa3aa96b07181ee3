// Reads and writes google.rpc.Status by its public field numbers, without any .proto of ours.
import protobuf from 'protobufjs/minimal.js';

// Field number -> list of raw values (numbers, or bytes for length-delimited fields).
export function fields(bytes) {
  const reader = protobuf.Reader.create(bytes);
  const found = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const value = (tag & 7) === 2 ? reader.bytes() : Number(reader.int64());
    (found[tag >>> 3] ??= []).push(value);
  }
  return found;
}

const text = (bytes) => Buffer.from(bytes).toString('utf8');

export function readStatus(bytes) {
  const status = fields(bytes);
  const result = { code: status[1]?.[0] ?? 0, message: text(status[2]?.[0] ?? []) };
  for (const any of (status[3] ?? []).map(fields)) {
    const detail = fields(any[2]?.[0] ?? []);
    switch (text(any[1][0])) {
      case 'type.googleapis.com/google.rpc.ErrorInfo':
        result.reason = text(detail[1][0]);
        result.domain = text(detail[2][0]);
        break;
      case 'type.googleapis.com/google.rpc.RetryInfo': {
        const delay = fields(detail[1][0]);
        result.retryMs = (delay[1]?.[0] ?? 0) * 1000 + (delay[2]?.[0] ?? 0) / 1e6;
        break;
      }
    }
  }
  return result;
}

export function writeStatus({ code, message, reason, retryMs }) {
  const any = (type, body) => protobuf.Writer.create()
    .uint32(10).string('type.googleapis.com/google.rpc.' + type).uint32(18).bytes(body).finish();
  const info = protobuf.Writer.create().uint32(10).string(reason).uint32(18).string('elsewhere').finish();
  const delay = protobuf.Writer.create()
    .uint32(8).int64(Math.floor(retryMs / 1000)).uint32(16).int32((retryMs % 1000) * 1e6).finish();
  const retry = protobuf.Writer.create().uint32(10).bytes(delay).finish();
  return Buffer.from(protobuf.Writer.create()
    .uint32(8).int32(code).uint32(18).string(message)
    .uint32(26).bytes(any('Help', new Uint8Array()))
    .uint32(26).bytes(any('ErrorInfo', info))
    .uint32(26).bytes(any('RetryInfo', retry))
    .finish());
}
