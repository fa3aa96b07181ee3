"""Co-signed records as docs/spec/co-signing.md has them; run, it checks the vectors given on the command line."""

import json
import sys

import secp256k1
from formats import CO_SIGNATURE, HASH, Refused, ascending, data, one, parse, tagged_hash, uint, write_bytes, write_uint

TRANSACTION = {1: HASH, 2: HASH, 3: uint(2**32 - 1), 4: uint(), 5: data(4194304)}
BODY = {1: data(16384, items=1000, explicit=True), 2: data(368, items=15, explicit=True)}


def content(channel, valid_until, records, parties):
    digest = tagged_hash(b"ledger/co-signed-records/1", b"".join(write_bytes(1, r) for r in records))
    ordered = sorted(set(parties), key=lambda p: p.encode("utf-16-be"))
    return (
        write_bytes(1, channel) + write_uint(2, valid_until) + write_bytes(3, digest)
        + b"".join(write_bytes(4, p) for p in ordered))


def co_signer(signature):
    parsed = parse(signature, CO_SIGNATURE)
    return write_bytes(1, one(parsed, 1)) + write_bytes(2, one(parsed, 2))


def verdict(payload, members):
    """The reason for refusing a transaction's co-signatures, or ACCEPTED. Members: key id to (member, public key)."""
    try:
        transaction = parse(payload, TRANSACTION)
        body = parse(one(transaction, 5), BODY)
        signatures = [parse(s, CO_SIGNATURE) for s in body.get(2, [])]
    except Refused:
        return "MALFORMED"
    if not ascending([one(s, 1) for s in signatures]):
        return "MALFORMED"
    sender = members[one(transaction, 2)][0]
    for s in signatures:
        if one(s, 1) == sender or members.get(one(s, 2), (None,))[0] != one(s, 1):
            return "CO_SIGNER_UNKNOWN"
    signed = content(
        one(transaction, 1), one(transaction, 4), body[1], [sender] + [one(s, 1) for s in signatures])
    for s in signatures:
        key = secp256k1.decompress(members[one(s, 2)][1])
        if not secp256k1.verify(key, b"ledger/co-signature/1", signed, one(s, 3)):
            return "CO_SIGNATURE_INVALID"
    return "ACCEPTED"


def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    members = {
        tagged_hash(b"ledger/key/1", bytes.fromhex(m["public_key"])): (m["member"], bytes.fromhex(m["public_key"]))
        for m in vectors["members"]}
    for case in vectors["cases"]:
        found = verdict(bytes.fromhex(case["payload"]), members)
        print(json.dumps({"name": case["name"], "verdict": found}))


if __name__ == "__main__":
    main(sys.argv[1])
