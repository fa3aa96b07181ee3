// Calls by consensus time, and cryptography.
const scheduleOf = (host) => ({
  at: (time, fn, args) => host(OP.ScheduleAt, whole(time, "time") ?? "", fn, encode(args, "an argument")),
  cancel: (id) => host(OP.ScheduleCancel, id) === "true",
});

const cryptoOf = (host) => ({
  sha256: (text) => host(OP.Sha256, text),
  verify: (publicKey, text, signature) => host(OP.VerifySignature, publicKey, text, signature) === "true",
});
