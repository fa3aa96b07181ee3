"""Makes evidence transactions as docs/spec/transaction.md has them. No protobuf library, no library of ours."""

import hashlib

import secp256k1
from formats import tagged_hash, write_bytes, write_uint, write_varint

TAG = b"ledger/transaction/1"

# The field of each kind of value in the oneof of EvidenceAttribute.
KINDS = {"text": 2, "integer": 3, "decimal": 4, "boolean": 5, "time": 6, "binary": 7}


def attribute(key, kind, value):
    number = KINDS[kind]
    if kind in ("text", "decimal", "binary"):
        return write_bytes(1, key) + write_bytes(number, value)
    if kind == "integer":
        value = (value << 1) ^ (value >> 63)
    # A member of a oneof is written also when it is 0.
    return write_bytes(1, key) + write_varint(number << 3) + write_varint(int(value))


def digest(algorithm, value, media_type=""):
    return (
        write_bytes(1, algorithm) + write_bytes(2, value) + (write_bytes(3, media_type) if media_type else b""))


def link(transaction_id, record_index):
    return write_bytes(1, transaction_id) + write_uint(2, record_index)


def record(type, subject, actor, action, role, occurred_at=0, digests=(), attributes=(), links=()):
    """Attributes are triples of key, kind and value, in any order."""
    ordered = sorted(attributes, key=lambda a: a[0].encode("utf-16-be"))
    return (
        b"".join(write_bytes(i, text) for i, text in enumerate((type, subject, actor, action, role), 1))
        + write_uint(6, occurred_at)
        + b"".join(write_bytes(7, digest(*d)) for d in digests)
        + b"".join(write_bytes(8, attribute(*a)) for a in ordered)
        + b"".join(write_bytes(9, link(*i)) for i in links))


def payload(channel, sender, valid_until, records, kind=1):
    return (
        write_bytes(1, channel) + write_bytes(2, sender) + write_uint(3, kind) + write_uint(4, valid_until)
        + write_bytes(5, b"".join(write_bytes(1, r) for r in records)))


def signed(payload_bytes, signature):
    return write_bytes(1, payload_bytes) + write_bytes(2, signature)


def transaction_id(payload_bytes):
    return tagged_hash(TAG, payload_bytes)


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


class Identity:
    """A secret key, from a key file in the clear (docs/spec/crypto.md) or given."""

    def __init__(self, secret):
        self.secret = secret
        self.public_key = secp256k1.public_key(secret)
        self.key_id = tagged_hash(b"ledger/key/1", self.public_key)

    @staticmethod
    def of_file(document):
        if document["format"] != "ledger-key/1" or document["suite"] != "secp256k1-sha256":
            raise ValueError("not a ledger-key/1 of secp256k1-sha256")
        identity = Identity(bytes.fromhex(document["secret"]))
        if identity.public_key.hex() != document["public_key"] or identity.key_id.hex() != document["key_id"]:
            raise ValueError("the key file contradicts itself")
        return identity

    def sign(self, payload_bytes):
        return secp256k1.sign(self.secret, TAG, payload_bytes)
