"""Executes a chain again as docs/spec/block.md and transaction.md have it, and compares every header."""

import co_signing
import proofs
from formats import HEADER, HASH, one, parse, tagged_hash, data, fixed, uint, write_bytes, write_uint
from rpc_status import fields
from transactions import leaf_hash

SIGNED = {1: data(4194304, required=True), 2: fixed(64)}
TRANSACTION = {1: HASH, 2: HASH, 3: uint(2**32 - 1), 4: uint(), 5: data(4194304)}
RESULT = {1: HASH, 2: uint(), 3: uint(), 4: uint()}
BODY = {1: data(16384, items=1000), 2: data(368, items=15, explicit=True)}


class Replay:
    """The state of a channel, from genesis on."""

    def __init__(self, genesis):
        self.genesis = genesis
        self.members = {key: member for member, keys, _ in genesis.members for key in keys}
        self.leaves, self.timelines, self.state = [], {}, {}
        for member, _, encoded in genesis.members:
            self._write("members", member.encode(), encoded)
        self._write("validators", b"", genesis.validators_encoded)
        self.header = header(genesis, {
            4: bytes(32), 5: genesis.created, 7: proofs.log_root([]), 8: proofs.log_root([]),
            10: proofs.log_root([]), 11: self._root(),
        })

    def execute(self, certified_header, transactions, results):
        """Whether the block that these make has exactly this header; the proposal's fields are taken from it."""
        given = parse(certified_header, HEADER)
        ids = []
        for envelope, encoded in zip(transactions, results):
            payload = one(parse(envelope, SIGNED), 1)
            ids.append(tagged_hash(b"ledger/transaction/1", payload))
            result = parse(encoded, RESULT)
            if one(result, 1) != ids[-1]:
                return False
            if 2 not in result:
                first = len(self.leaves)
                self._anchor(parse(payload, TRANSACTION), ids[-1], one(given, 5))
                if (one(result, 3), one(result, 4)) != (first, len(self.leaves) - first):
                    return False
        self.header = header(self.genesis, {
            3: one(parse(self.header, HEADER), 3) + 1, 4: tagged_hash(b"ledger/header/1", self.header),
            5: one(given, 5), 6: len(ids), 7: proofs.log_root(ids), 8: proofs.log_root(list(results)),
            9: len(self.leaves), 10: proofs.log_root(self.leaves), 11: self._root(), 12: one(given, 12),
            13: one(given, 13),
        })
        return self.header == certified_header and len(transactions) == len(results)

    def _anchor(self, transaction, transaction_id, time):
        body = parse(one(transaction, 5), BODY)
        co_signers = b"".join(write_bytes(9, co_signing.co_signer(s)) for s in body.get(2, []))
        for place, record in enumerate(body[1]):
            subject = subject_of(record)
            sequence, previous = self.timelines.get(subject, (0, None))
            leaf = (
                write_bytes(1, record) + write_bytes(2, transaction_id) + write_uint(3, place)
                + write_bytes(4, one(transaction, 2)) + write_bytes(5, self.members[one(transaction, 2)])
                + write_uint(6, sequence + 1) + (write_bytes(7, previous) if previous else b"") + write_uint(8, time)
                + co_signers)
            self.timelines[subject] = (sequence + 1, leaf_hash(leaf))
            head = write_uint(1, sequence + 1) + write_bytes(2, leaf_hash(leaf)) + write_uint(3, len(self.leaves))
            self._write("timelines", subject, head)
            self.leaves.append(leaf)

    def _write(self, namespace, key, value):
        self.state[proofs.state_path(namespace, key)] = proofs.value_hash(value)

    def _root(self):
        return proofs.state_root(sorted(self.state.items()))


def header(genesis, parts):
    parts = {1: 1, 2: genesis.channel, **parts}
    return b"".join(
        write_bytes(n, value) if isinstance(value, bytes) else write_uint(n, value)
        for n, value in sorted(parts.items()))


def subject_of(record):
    return fields(record)[2][0]
