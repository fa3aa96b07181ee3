// Evidence of the channel, and fingerprints anchored in it.
const evidenceOf = (host) => ({
  get: (id) => parse(host(OP.EvidenceGet, id)),
  byDigest: (value, options) =>
    parse(host(OP.EvidenceByDigest, value, whole(options?.from, "from"), whole(options?.limit, "limit"))),
  timeline: (subject, options) =>
    parse(host(OP.EvidenceTimeline, subject, whole(options?.after, "after"), whole(options?.limit, "limit"))),
  append: (record) => host(OP.EvidenceAppend, encode(record, "a record")),
});

const fingerprintOf = (host) => ({
  verify: (disclosure, options) =>
    parse(host(OP.FingerprintVerify, encode(disclosure, "a disclosure"), options?.evidence, options?.subject)),
});
