"""The canonical encoding of docs/spec/encoding.md and the messages of formats.proto. No protobuf library."""

import hashlib
import re

from secp256k1 import decompress

MAX_TIME = 253402300799999


class Refused(Exception):
    """The bytes are not canonical."""


def tagged_hash(tag, data):
    return hashlib.sha256(tag + b"\0" + data).digest()


class Field:
    """How one field of a message is read: its kind, whether it must be there, how often it may be there."""

    def __init__(self, kind, bound=None, required=False, items=1, explicit=False):
        self.kind, self.bound, self.required, self.items, self.explicit = kind, bound, required, items, explicit


def uint(bound=2**64 - 1, required=False, explicit=False):
    return Field("uint", bound, required, explicit=explicit)


def data(bound, required=False, items=1, explicit=False):
    return Field("bytes", bound, required, items, explicit)


def text(bound, required=False, items=1, explicit=False):
    return Field("text", bound, required, items, explicit)


def fixed(length, required=True, items=1):
    return Field("fixed", length, required, items)


HASH = fixed(32)
TIME = uint(MAX_TIME)
U32 = 2**32 - 1


def varint(data_, position):
    value = shift = 0
    while True:
        if position >= len(data_):
            raise Refused("truncated")
        byte = data_[position]
        position += 1
        if shift > 0 and byte == 0 or shift == 63 and byte > 1:
            raise Refused("bad varint")
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise Refused("bad varint")


def parse(data_, schema):
    """Fields by number, each a list of values."""
    found, position, last = {}, 0, 0
    while position < len(data_):
        tag, position = varint(data_, position)
        number, wire = tag >> 3, tag & 7
        field = schema.get(number)
        if field is None or number < last or wire != (0 if field.kind == "uint" else 2):
            raise Refused("unexpected field")
        last = number
        value, position = varint(data_, position)
        if wire == 0:
            if value > field.bound or value == 0 and not field.explicit:
                raise Refused("value")
        else:
            if value > len(data_) - position:
                raise Refused("truncated")
            start, position = position, position + value
            value = read_bytes(data_[start:position], field)
        values = found.setdefault(number, [])
        values.append(value)
        if len(values) > field.items:
            raise Refused("too many")
    for number, field in schema.items():
        if field.required and number not in found:
            raise Refused("missing field")
    return found


def read_bytes(value, field):
    if len(value) > field.bound or field.kind == "fixed" and len(value) != field.bound:
        raise Refused("length")
    if not value and not field.explicit:
        raise Refused("default value")
    if field.kind != "text":
        return value
    if any(b < 0x20 or b == 0x7F for b in value):
        raise Refused("control character")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def one(found, number, default=0):
    return found[number][0] if number in found else default


def ascending(texts):
    keys = [t.encode("utf-16-be") for t in texts]
    return all(a < b for a, b in zip(keys, keys[1:]))


RECEIPT = {
    1: uint(U32, required=True), 2: data(21396, required=True), 3: uint(2**62 - 1), 4: fixed(32, False, 64),
    5: data(512, required=True), 6: data(16704, required=True), 7: data(2**26, items=4096, explicit=True),
}
EPOCH_CHANGE = {1: data(512, required=True), 2: data(16704, required=True), 3: data(163840, required=True)}
LEAF = {
    1: data(16384, required=True), 2: HASH, 3: uint(999), 4: HASH, 5: text(256, required=True),
    6: uint(required=True), 7: fixed(32, False), 8: TIME, 9: data(296, items=15, explicit=True),
}
CO_SIGNER = {1: text(256, required=True), 2: HASH}
CO_SIGNATURE = {1: text(256, required=True), 2: HASH, 3: fixed(64)}
RECORD = {
    1: text(64, required=True), 2: text(256, required=True), 3: text(256, required=True), 4: text(64, required=True),
    5: text(64, required=True), 6: TIME, 7: data(16384, items=16, explicit=True),
    8: data(16384, items=32, explicit=True), 9: data(64, items=16, explicit=True),
}
DIGEST = {1: text(64, required=True), 2: data(64, required=True), 3: text(128)}
ATTRIBUTE = {
    1: text(64, required=True), 2: text(1024, explicit=True), 3: uint(explicit=True), 4: text(64, explicit=True),
    5: uint(1, explicit=True), 6: uint(MAX_TIME, explicit=True), 7: data(1024, explicit=True),
}
LINK = {1: HASH, 2: uint(999)}
HEADER = {
    1: uint(1, required=True), 2: HASH, 3: uint(), 4: HASH, 5: TIME, 6: uint(U32), 7: HASH, 8: HASH, 9: uint(),
    10: HASH, 11: HASH, 12: uint(), 13: uint(255), 14: fixed(32, False),
}
CERTIFICATE = {1: HASH, 2: data(32), 3: data(16384)}
VALIDATOR_SET = {1: uint(), 2: data(1024, required=True, items=256, explicit=True)}
VALIDATOR = {1: text(256, required=True), 2: fixed(33), 3: text(256)}

DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")


def parse_record(data_):
    record = parse(data_, RECORD)
    for item in record.get(7, []):
        parse(item, DIGEST)
    keys = []
    for item in record.get(8, []):
        attribute = parse(item, ATTRIBUTE)
        if len(attribute) != 2:
            raise Refused("not one value")
        if 4 in attribute and (not DECIMAL.fullmatch(attribute[4][0]) or attribute[4][0] == "-0"):
            raise Refused("decimal")
        keys.append(attribute[1][0])
    if not ascending(keys):
        raise Refused("order of attributes")
    for item in record.get(9, []):
        parse(item, LINK)
    return record


def parse_leaf(data_):
    leaf = parse(data_, LEAF)
    if (7 in leaf) == (one(leaf, 6) == 1):
        raise Refused("previous leaf")
    parse_record(one(leaf, 1))
    if not ascending([one(parse(item, CO_SIGNER), 1) for item in leaf.get(9, [])]):
        raise Refused("order of co-signers")
    return leaf


def parse_receipt(data_):
    if len(data_) > 2**26:
        raise Refused("too large")
    receipt = parse(data_, RECEIPT)
    if one(receipt, 1) != 1:
        raise Refused("version")
    receipt[7] = [parse(item, EPOCH_CHANGE) for item in receipt.get(7, [])]
    return receipt


class ValidatorSet:
    """The epoch and the validators' points, in order of index."""

    def __init__(self, data_):
        found = parse(data_, VALIDATOR_SET)
        keys = [one(parse(item, VALIDATOR), 2) for item in found[2]]
        self.epoch = one(found, 1)
        self.keys = keys
        self.points = [decompress(key) for key in keys]
        if None in self.points or len(set(keys)) != len(keys):
            raise Refused("keys")
        self.hash = tagged_hash(b"ledger/validator-set/1", data_)


# Writing: enough to encode a genesis document.


def write_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_uint(number, value):
    return write_varint(number << 3) + write_varint(value) if value else b""


def write_bytes(number, value):
    value = value.encode("utf-8") if isinstance(value, str) else value
    return write_varint(number << 3 | 2) + write_varint(len(value)) + value
