"""Verifies receipts as docs/spec/receipt.md has it: an independent verifier, written from docs/spec alone.

verify_receipt.py GENESIS.json RECEIPT      prints the verdict on one receipt file, binary or JSON
verify_receipt.py GENESIS.json --vectors    reads lines of hexadecimal receipts and prints a verdict for each
verify_receipt.py GENESIS.json --consistency    reads lines of proofs that the log only grew, in JSON, likewise

A verdict is the fault, and where an epoch change is at fault a space and its place. Exit status 0 when all hold.
"""

import datetime
import hashlib
import json
import sys

import proofs
import secp256k1
from formats import (
    CERTIFICATE, HEADER, Refused, ValidatorSet, one, parse, parse_leaf, parse_receipt, tagged_hash, write_bytes,
    write_uint,
)


class Fault(Exception):
    """Why a receipt does not hold."""

    def __init__(self, name, place=None):
        super().__init__(name if place is None else f"{name} {place}")


class Genesis:
    """The root of trust: the channel id and the first validators. It is trusted, so only read, not checked."""

    PARAMETERS = (
        "max_transaction_bytes", "max_block_transactions", "max_block_bytes", "max_transaction_lifetime_ms",
        "max_clock_drift_ms", "window", "request_timeout_ms", "max_view_change_timeout_ms",
    )

    def __init__(self, document):
        if document["format"] != "ledger-genesis/1" or document["suite"] != "secp256k1-sha256":
            raise ValueError("this verifier knows ledger-genesis/1 with secp256k1-sha256")
        validators = b"".join(
            write_bytes(2, write_bytes(1, v["member"]) + write_bytes(2, bytes.fromhex(v["key"]))
                        + write_bytes(3, v["address"]))
            for v in document["validators"])
        self.validators_encoded = validators
        created = datetime.datetime.strptime(document["created"], "%Y-%m-%dT%H:%M:%S.%f%z")
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        self.created = (created - epoch) // datetime.timedelta(milliseconds=1)
        # Of each member its id, its key ids and its encoding.
        self.members = [
            (m["id"], [tagged_hash(b"ledger/key/1", bytes.fromhex(k["key"])) for k in m["keys"]], self.member(m))
            for m in document["members"]]
        parameters = b"".join(
            write_uint(i + 1, document["parameters"][name]) for i, name in enumerate(self.PARAMETERS))
        contracts = document["parameters"].get("contracts")
        if contracts:
            parameters += write_bytes(9, write_bytes(1, bytes.fromhex(contracts["engine"])) + b"".join(
                write_uint(i + 2, contracts[name])
                for i, name in enumerate(("max_call_gas", "max_deploy_gas", "max_block_gas", "memory_pages"))))
        self.encoded = (
            write_uint(1, 1) + write_bytes(2, document["consortium"]) + write_bytes(3, document["channel"])
            + write_bytes(4, document["suite"])
            + write_uint(5, self.created)
            + write_bytes(6, parameters) + write_bytes(7, validators)
            + b"".join(write_bytes(8, encoded) for _, _, encoded in self.members))
        self.channel = tagged_hash(b"ledger/genesis/1", self.encoded)
        self.validators = ValidatorSet(validators)

    @staticmethod
    def member(m):
        return (
            write_bytes(1, m["id"]) + write_bytes(2, m["name"]) + b"".join(write_bytes(3, r) for r in m["roles"])
            + b"".join(write_bytes(4, write_bytes(1, bytes.fromhex(k["key"])) + write_bytes(2, k["label"]))
                       for k in m["keys"]))


def verify(encoded, genesis):
    """Raises a Fault unless the receipt holds. The numbers are the steps of the specification."""
    receipt = attempt("MALFORMED", None, parse_receipt, encoded)  # 1
    header_bytes = one(receipt, 5)
    validators = check_entry(
        one(receipt, 2), one(receipt, 3), receipt.get(4, []), header_bytes, receipt[7], genesis)
    check_certificate(one(receipt, 6), header_bytes, validators, None)  # 8


def check_entry(leaf, index, path, header_bytes, changes, genesis):
    """Steps 2 to 7: the leaf is in the log of the header. The validators that must vouch for the header."""
    attempt("LEAF_MALFORMED", None, parse_leaf, leaf)  # 2
    header = read_header(header_bytes, genesis, None)  # 3
    leaf_hash = hashlib.sha256(b"\0" + leaf).digest()
    if not included(leaf_hash, index, one(header, 9), path, one(header, 10)):  # 4
        raise Fault("INCLUSION_INVALID")
    return follow_epochs(header, changes, genesis)


def follow_epochs(header, changes, genesis):
    """Steps 5 to 7: the validators that must vouch for the header."""
    if len(changes) != one(header, 12):  # 5
        raise Fault("EPOCH_CHANGE_MISSING" if len(changes) < one(header, 12) else "EPOCH_CHANGE_SURPLUS")
    validators, height = genesis.validators, None
    for place, change in enumerate(changes):  # 6
        ending = read_header(one(change, 1), genesis, place)
        if one(ending, 12) != place:
            raise Fault("EPOCH_OUT_OF_ORDER", place)
        if height is not None and one(ending, 3) <= height:
            raise Fault("HEIGHT_NOT_INCREASING", place)
        if 14 not in ending:
            raise Fault("EPOCH_NOT_ENDED", place)
        following = attempt("VALIDATORS_MALFORMED", place, ValidatorSet, one(change, 3))
        if following.hash != one(ending, 14):
            raise Fault("VALIDATORS_MISMATCH", place)
        if following.epoch != place + 1:
            raise Fault("VALIDATORS_WRONG_EPOCH", place)
        check_certificate(one(change, 2), one(change, 1), validators, place)
        validators, height = following, one(ending, 3)
    if height is not None and one(header, 3) <= height:  # 7
        raise Fault("HEIGHT_NOT_INCREASING")
    return validators


def attempt(fault, place, read, data):
    try:
        return read(data)
    except Refused:
        raise Fault(fault, place) from None


def read_header(data, genesis, place):
    header = attempt("HEADER_MALFORMED", place, lambda d: parse(d, HEADER), data)
    if one(header, 2) != genesis.channel:
        raise Fault("WRONG_CHANNEL", place)
    return header


def included(leaf_hash, index, size, path, root):
    """docs/spec/log-tree.md section 2."""
    if size > 2**62 or index >= size:
        return False
    fn, sn, r = index, size - 1, leaf_hash
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\1" + p + r).digest()
            while fn & 1 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\1" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def check_certificate(data, header_bytes, validators, place):
    """docs/spec/certificate.md."""
    certificate = attempt("CERTIFICATE_MALFORMED", place, lambda d: parse(d, CERTIFICATE), data)
    header_hash = tagged_hash(b"ledger/header/1", header_bytes)
    if one(certificate, 1) != header_hash:
        raise Fault("CERTIFICATE_OTHER_HEADER", place)
    n = len(validators.points)
    bitmap, signatures = one(certificate, 2, b""), one(certificate, 3, b"")
    if len(bitmap) != (n + 7) // 8:
        raise Fault("CERTIFICATE_BITMAP_LENGTH", place)
    signers = [i for i in range(len(bitmap) * 8) if bitmap[i // 8] >> i % 8 & 1]
    if signers and signers[-1] >= n:
        raise Fault("CERTIFICATE_FOREIGN_VALIDATOR", place)
    if len(signatures) != 64 * len(signers):
        raise Fault("CERTIFICATE_SIGNATURE_COUNT", place)
    f = (n - 1) // 3
    if len(signers) < -(-(n + f + 1) // 2):
        raise Fault("CERTIFICATE_BELOW_QUORUM", place)
    for position, i in enumerate(signers):
        signature = signatures[64 * position:64 * position + 64]
        if not secp256k1.verify(validators.points[i], b"ledger/checkpoint/1", header_hash, signature):
            raise Fault("CERTIFICATE_SIGNATURE_INVALID", place)


def from_json(text):
    """The binary form of a receipt in JSON. The section "decoded" is ignored: this verifier shows nothing of it."""
    document = json.loads(text)
    if document["format"] != "ledger-receipt/1":
        raise ValueError("not ledger-receipt/1")
    change = lambda c: b"".join(
        write_bytes(i, bytes.fromhex(c[name])) for i, name in enumerate(("header", "certificate", "validators"), 1))
    return (
        write_uint(1, 1) + write_bytes(2, bytes.fromhex(document["leaf"])) + write_uint(3, document["log_index"])
        + b"".join(write_bytes(4, bytes.fromhex(h)) for h in document["path"])
        + write_bytes(5, bytes.fromhex(document["header"])) + write_bytes(6, bytes.fromhex(document["certificate"]))
        + b"".join(write_bytes(7, change(c)) for c in document["epoch_changes"]))


def verify_consistency(document, genesis):
    """docs/spec/receipt.md section 5. Raises a Fault unless the proof holds."""
    names = ("header", "certificate", "validators")
    changes = [
        {i: [bytes.fromhex(change[name])] for i, name in enumerate(names, 1)} for change in document["epoch_changes"]]
    later = certified(document, "", changes, genesis)
    earlier = certified(document, "earlier_", changes, genesis)
    if one(earlier, 3) > one(later, 3):
        raise Fault("HEIGHT_NOT_INCREASING")
    path = [bytes.fromhex(h) for h in document["path"]]
    verdict = proofs.consistency_verdict(
        one(earlier, 9, 0), one(later, 9, 0), path, one(earlier, 10), one(later, 10))
    if verdict != "VALID":
        raise Fault("INCLUSION_INVALID")


def certified(document, which, changes, genesis):
    """A header of a proof of consistency; the way to the earlier one is the beginning of that to the later."""
    data = bytes.fromhex(document[which + "header"])
    header = read_header(data, genesis, None)
    known = changes[:one(header, 12, 0)] if which else changes
    validators = follow_epochs(header, known, genesis)
    check_certificate(bytes.fromhex(document[which + "certificate"]), data, validators, None)
    return header


def verdict(encoded, genesis, check=verify):
    try:
        check(encoded, genesis)
    except Fault as fault:
        return str(fault)
    return "NONE"


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        genesis = Genesis(json.load(file))
    if arguments[1] == "--consistency":
        verdicts = [verdict(json.loads(line), genesis, verify_consistency) for line in sys.stdin]
        print("\n".join(verdicts))
        return 0 if all(v == "NONE" for v in verdicts) else 1
    if arguments[1] == "--vectors":
        receipts = [bytes.fromhex(line.strip()) for line in sys.stdin]
    else:
        with open(arguments[1], "rb") as file:
            content = file.read()
        receipts = [from_json(content) if content.lstrip(b" \t\r\n").startswith(b"{") else content]
    verdicts = [verdict(receipt, genesis) for receipt in receipts]
    print("\n".join(verdicts))
    return 0 if all(v == "NONE" for v in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
