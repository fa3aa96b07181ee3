"""Verifies receipts in other standards' forms: written from docs/spec/{cbor,cose-receipt,scitt,tlog-proof}.md alone.

verify_portable.py GENESIS.json --vectors    reads lines of hexadecimal files and prints a verdict for each
verify_portable.py GENESIS.json --cbor       reads lines of hexadecimal CBOR; prints what cbor2 encodes of what it read

CBOR is read by cbor2 and signatures are checked by cryptography: neither knows anything of this ledger.
"""

import base64
import hashlib
import io
import json
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from formats import DIGEST, EPOCH_CHANGE, HEADER, Refused, one, parse, parse_leaf, parse_record, tagged_hash
from verify_receipt import Fault, Genesis, check_entry

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HEADER_LABEL, LEAF_LABEL, CHANGES_LABEL = -70001, -70002, -70003


def need(condition, fault="MALFORMED"):
    if not condition:
        raise Fault(fault)


def signed(key, message, signature):
    """ES256K with low s."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        return False
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), key)
    try:
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def read_cbor(data):
    """The one item of the input, in its deterministic encoding only."""
    try:
        stream = io.BytesIO(data)
        value = cbor2.CBORDecoder(stream).decode()
        need(stream.read() == b"")
        # cbor2 orders keys by length first, which for the keys of these formats is the order of their bytes.
        need(cbor2.dumps(value, canonical=True) == data)
        return value
    except Exception:  # cbor2 makes dates, numbers and addresses of tags, and each fails in its own way
        raise Fault("MALFORMED") from None


def read_sign1(data):
    message = read_cbor(data)
    need(isinstance(message, cbor2.CBORTag) and message.tag == 18)
    need(isinstance(message.value, list) and len(message.value) == 4)
    protected, unprotected, payload, signature = message.value
    need(isinstance(protected, bytes) and isinstance(unprotected, dict) and isinstance(signature, bytes))
    header = read_cbor(protected)
    need(isinstance(header, dict))
    return header, unprotected, payload, signature, protected


def sig_structure(protected, payload):
    return cbor2.dumps(["Signature1", protected, b"", payload])


def parse_header(data):
    try:
        return parse(data, HEADER)
    except Refused:
        raise Fault("MALFORMED") from None


def parse_changes(items):
    try:
        return [parse(item, EPOCH_CHANGE) for item in items]
    except Refused:
        raise Fault("MALFORMED") from None


def read_receipts(items):
    """docs/spec/cose-receipt.md sections 1 and 2, step 1."""
    need(isinstance(items, list) and 1 <= len(items) <= 256 and all(isinstance(i, bytes) for i in items))
    entry, signatures, first_proof, first_header = None, [], None, None
    for place, item in enumerate(items):
        header, unprotected, payload, signature, protected = read_sign1(item)
        need(payload is None and isinstance(header.get(HEADER_LABEL), bytes))
        need(isinstance(header.get(4), bytes) and len(header[4]) == 32)
        block = parse_header(header[HEADER_LABEL])
        log = "ledger:" + one(block, 2).hex()
        need(header == {
            1: -47, 4: header[4], 15: {1: log, 2: f"{log}/blocks/{one(block, 3)}", 6: one(block, 5) // 1000}, 395: 1,
            HEADER_LABEL: header[HEADER_LABEL]})
        proofs = unprotected.get(396)
        need(isinstance(proofs, dict) and list(proofs) == [-1] and isinstance(proofs[-1], list) and len(proofs[-1]) == 1)
        proof = proofs[-1][0]
        need(isinstance(proof, bytes))
        if place == 0:
            first_header, first_proof = header[HEADER_LABEL], proof
            changes = unprotected.get(CHANGES_LABEL, [])
            need(isinstance(changes, list) and (CHANGES_LABEL not in unprotected or changes))
            need(set(unprotected) <= {396, LEAF_LABEL, CHANGES_LABEL} and isinstance(unprotected.get(LEAF_LABEL), bytes))
            decoded = read_cbor(proof)
            need(isinstance(decoded, list) and len(decoded) == 3 and decoded[0] == one(block, 9))
            need(isinstance(decoded[1], int) and decoded[1] >= 0 and isinstance(decoded[2], list))
            need(all(isinstance(h, bytes) and len(h) == 32 for h in decoded[2]))
            entry = (unprotected[LEAF_LABEL], decoded[1], decoded[2], header[HEADER_LABEL], parse_changes(changes))
        else:
            need(set(unprotected) == {396} and proof == first_proof and header[HEADER_LABEL] == first_header)
        signatures.append((header[4], sig_structure(protected, one(block, 10)), signature))
    return entry, signatures


def read_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Fault("MALFORMED") from None
    need(base64.b64encode(data).decode() == text)
    return data


def read_tlog(data):
    """docs/spec/tlog-proof.md."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("MALFORMED") from None
    need(text.endswith("\n") and all(c == "\n" or ord(c) >= 0x20 for c in text))
    lines = text[:-1].split("\n")
    need(len(lines) > 3 and lines[0] == "c2sp.org/tlog-proof@v1")
    need(lines[1].startswith("extra ") and lines[2].startswith("index "))
    extra = read_cbor(read_base64(lines[1][6:]))
    need(isinstance(extra, list) and len(extra) == 2 and isinstance(extra[0], bytes) and extra[0])
    index = lines[2][6:]
    need(index.isascii() and index.isdigit() and str(int(index)) == index)
    need("" in lines[3:])
    end = lines.index("", 3)
    path = [read_base64(line) for line in lines[3:end]]
    need(all(len(h) == 32 for h in path))
    note = lines[end + 1:]
    need(len(note) > 4 and note[3].startswith("block-header ") and note[4] == "")
    header_bytes = read_base64(note[3][13:])
    block = parse_header(header_bytes)
    origin = "ledger/" + one(block, 2).hex()
    need(note[:3] == [origin, str(one(block, 9)), base64.b64encode(one(block, 10)).decode()])
    seconds = one(block, 5) // 1000
    message = ("cosignature/v1\ntime %d\n" % seconds + "\n".join(note[:4]) + "\n").encode()
    signatures = []
    for line in note[5:]:
        need(line.startswith("\u2014 "))
        if not line.startswith(f"\u2014 {origin}/validators/"):
            continue
        name, _, blob = line[2:].partition(" ")
        key = bytes.fromhex(name.rsplit("/", 1)[1])
        blob = read_base64(blob)
        short = hashlib.sha256(name.encode() + b"\n\xffledger/secp256k1-cosignature/1" + key).digest()[:4]
        need(len(blob) == 76 and blob[:12] == short + seconds.to_bytes(8, "big"))
        signatures.append((key, message, blob[12:]))
    need(signatures)
    return (extra[0], int(index), path, header_bytes, parse_changes(extra[1])), signatures


def check_attested(entry, signatures, genesis):
    """docs/spec/cose-receipt.md section 2."""
    ids = [key for key, _, _ in signatures]
    need(len(set(ids)) == len(ids))
    validators = check_entry(*entry, genesis)
    keys = {tagged_hash(b"ledger/key/1", key): key for key in validators.keys}
    need(all(i in keys for i in ids), "CERTIFICATE_FOREIGN_VALIDATOR")
    n = len(keys)
    need(len(ids) >= -(-(n + (n - 1) // 3 + 1) // 2), "CERTIFICATE_BELOW_QUORUM")
    for key, message, signature in signatures:
        need(signed(keys[key], message, signature), "CERTIFICATE_SIGNATURE_INVALID")


def check_statement(data, genesis):
    """docs/spec/scitt.md section 3."""
    header, unprotected, payload, signature, protected = read_sign1(data)
    claims = header.get(15)
    need(isinstance(claims, dict) and set(claims) == {1, 2} and isinstance(payload, bytes) and payload)
    content = {258: -16, 259: header.get(259)} if 258 in header else {3: header.get(3)}
    need(header == {1: -47, 4: header.get(4), 15: claims, **content} and len(signature) == 64)
    need(set(unprotected) == {394})
    entry, signatures = read_receipts(unprotected[394])
    check_attested(entry, signatures, genesis)
    bare = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    leaf = parse_leaf(entry[0])
    record = parse_record(one(leaf, 1))
    digests = [parse_digest(item) for item in record.get(7, [])]
    need(("sha-256", hashlib.sha256(bare).digest(), "application/scitt-statement+cose") in digests, "LEAF_MALFORMED")
    need(claims[1] == one(leaf, 5) and claims[2] == one(record, 2), "LEAF_MALFORMED")
    keys = {tagged_hash(b"ledger/key/1", key): key for key in genesis.client_keys}
    need(one(leaf, 4) == header[4] and header[4] in keys, "CERTIFICATE_SIGNATURE_INVALID")
    need(signed(keys[header[4]], sig_structure(protected, payload), signature), "CERTIFICATE_SIGNATURE_INVALID")


def parse_digest(data):
    found = parse(data, DIGEST)
    return one(found, 1), one(found, 2), one(found, 3, "")


def verify(data, genesis):
    if data[:1] == b"\xd2":
        check_statement(data, genesis)
    elif data[:4] == b"c2sp":
        check_attested(*read_tlog(data), genesis)
    else:
        items = read_cbor(data)
        check_attested(*read_receipts(items), genesis)


def verdict(data, genesis):
    try:
        verify(data, genesis)
    except Fault as fault:
        return str(fault).split(" ")[0]
    except ValueError:
        return "MALFORMED"
    return "NONE"


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        document = json.load(file)
    genesis = Genesis(document)
    genesis.client_keys = [bytes.fromhex(k["key"]) for m in document["members"] for k in m["keys"]]
    for line in sys.stdin:
        data = bytes.fromhex(line.strip())
        if arguments[1] == "--cbor":
            print(cbor2.dumps(cbor2.loads(data), canonical=True).hex())
        else:
            print(verdict(data, genesis))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
