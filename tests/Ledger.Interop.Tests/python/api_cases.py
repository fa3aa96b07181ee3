"""Anchors and verifies evidence through a node. Usage: api_cases.py HOST:PORT FOLDER SPEC OTHER_TRANSACTION_ID

FOLDER holds genesis.json and client.key, SPEC is docs/spec; the other transaction was anchored by another client.
Prints one line of JSON for each case.
"""

import hashlib
import json
import os
import sys
import time
import traceback

import proofs
import secp256k1
from formats import HASH, HEADER, one, parse, parse_leaf, parse_receipt, tagged_hash, uint
from ledger_client import Failure, LedgerClient
from replay import Replay
from transactions import Identity, leaf_hash, record, signed, transaction_id
from verify_receipt import check_certificate, read_header, verdict

address, folder, spec = sys.argv[1:4]
other_id = bytes.fromhex(sys.argv[4])
with open(os.path.join(folder, "client.key"), encoding="utf-8") as key_file:
    identity = Identity.of_file(json.load(key_file))
client = LedgerClient(address, os.path.join(folder, "genesis.json"), identity, "data-operator")
now = int(time.time() * 1000)
SUBJECT = "order-证据-π"
INVOICE = hashlib.sha256(b"invoice").digest()
TIMELINE_HEAD = {1: uint(required=True), 2: HASH, 3: uint()}
OUTCOME = ("transaction_id", "state", "height", "position", "first_leaf", "leaf_count", "time_ms")


def payment(subject=SUBJECT, **changes):
    parts = dict(
        type="trade.payment", subject=subject, actor="cashier-py", action="pay", role="platform", occurred_at=now,
        digests=[("sha-256", INVOICE, "application/pdf")],
        attributes=[
            ("currency", "text", "CNY"), ("amount", "decimal", "34.5"), ("x-zero", "integer", 0),
            ("x-low", "integer", -(2**63)), ("x-high", "integer", 2**63 - 1), ("x-no", "boolean", False),
            ("x-never", "time", 0), ("x-at", "time", now), ("x-none", "text", ""), ("x-raw", "binary", b"\0\xff"),
            ("x-empty", "binary", b""), ("final", "boolean", True), ("note", "text", "付款"),
        ])
    return record(**{**parts, **changes})


sent = [payment(), payment(links=[(other_id, 0)])]
payload, envelope = client.make(identity, now + 600_000, sent)
our_id = transaction_id(payload)


def same(outcome):
    return {name: getattr(outcome, name) for name in OUTCOME}


def state(outcome):
    return type(outcome).State.Name(outcome.state)


def case_status():
    status = client.GetStatus()
    return {"channel": status.channel == client.genesis.channel, "ready": status.ready, "role": status.role}


def read_vectors(name):
    with open(os.path.join(spec, "vectors", name), encoding="utf-8") as file:
        return json.load(file)


def state_vector(vector):
    root, path, proof = (bytes.fromhex(vector[n]) for n in ("root", "path", "proof"))
    expected = vector.get("value_hash")
    return proofs.state_verdict(proof, root, path, bytes.fromhex(expected) if expected else None)


def consistency_vector(vector):
    path = [bytes.fromhex(h) for h in vector["path"]]
    first, second = bytes.fromhex(vector["from_root"]), bytes.fromhex(vector["to_root"])
    return proofs.consistency_verdict(vector["from"], vector["to"], path, first, second)


def case_vectors():
    vectors, log, states = (read_vectors(n) for n in ("crypto.json", "log-tree.json", "state-tree.json"))
    leaves = [bytes.fromhex(leaf) for leaf in log["leaves"]]
    keys = [(Identity(bytes.fromhex(v["secret_key"])), v) for v in vectors["keys"]]
    return {
        "keys": all(k.public_key.hex() == v["public_key"] and k.key_id.hex() == v["key_id"] for k, v in keys),
        "signatures": all(
            secp256k1.sign(bytes.fromhex(v["secret_key"]), v["tag"].encode(), bytes.fromhex(v["message"])).hex()
            == v["signature"] for v in vectors["signatures"]),
        "roots": [proofs.log_root(leaves[:n]).hex() for n in range(len(leaves) + 1)] == log["roots_by_size"],
        "consistency": all(consistency_vector(v) == v["verdict"] for v in log["consistency"]),
        "state": all(state_vector(v) == v["verdict"] for v in states["proofs"]),
    }


def case_anchor():
    first = client.SubmitAndWait(transaction=envelope)
    again = client.SubmitAndWait(transaction=envelope)
    admitted = client.Submit(transaction=envelope)
    asked = client.GetTransaction(transaction_id=our_id)
    return {
        "state": state(first), "id": first.transaction_id == our_id == admitted.transaction_id,
        "leaves": first.leaf_count, "idempotent": same(first) == same(again) == same(asked),
        "unknown": state(client.GetTransaction(transaction_id=bytes(32))),
    }


def case_query():
    outcome = client.GetTransaction(transaction_id=our_id)
    found = client.QueryEvidence(subject=SUBJECT)
    leaves = [parse_leaf(e.leaf) for e in found.evidence]
    first = client.QueryEvidence(actor="cashier-py", page_size=1)
    second = client.QueryEvidence(actor="cashier-py", page_size=1, cursor=first.next_cursor)
    by_digest = client.QueryEvidence(digest=INVOICE)
    by_type = client.QueryEvidence(type="trade.payment", from_time_ms=outcome.time_ms, to_time_ms=outcome.time_ms + 1)
    places = [outcome.first_leaf, outcome.first_leaf + 1]
    return {
        "records": [one(leaf, 1) for leaf in leaves] == sent,
        "places": [e.log_index for e in found.evidence] == places,
        "ids": [(one(leaf, 2), one(leaf, 3)) for leaf in leaves] == [(our_id, 0), (our_id, 1)],
        "sender": all(one(leaf, 4) == identity.key_id for leaf in leaves),
        "timeline": [one(leaf, 6) for leaf in leaves] == [1, 2]
        and one(leaves[1], 7) == leaf_hash(found.evidence[0].leaf),
        "time": all(one(leaf, 8) == outcome.time_ms for leaf in leaves),
        "pages": [e.log_index for page in (first, second) for e in page.evidence] == places,
        "byDigest": {e.log_index for e in by_digest.evidence} >= set(places),
        "byTypeAndTime": [e.log_index for e in by_type.evidence] == places,
    }


def case_receipt():
    receipt = client.GetReceipt(evidence={"transaction_id": our_id, "record_index": 1}).receipt
    by_place = client.GetReceipt(log_index=one(parse_receipt(receipt), 3)).receipt
    leaf = parse_leaf(one(parse_receipt(receipt), 2))
    return {
        "transaction": our_id.hex(), "receipt": receipt.hex(), "verdict": verdict(receipt, client.genesis),
        "record": one(leaf, 1) == sent[1], "byPlace": by_place == receipt,
    }


def case_otherReceipt():
    receipt = client.GetReceipt(evidence={"transaction_id": other_id}).receipt
    leaf = parse_leaf(one(parse_receipt(receipt), 2))
    return {
        "receipt": receipt.hex(), "verdict": verdict(receipt, client.genesis), "id": one(leaf, 2) == other_id,
        "member": one(leaf, 5),
    }


def certified(header, certificate):
    found = read_header(header, client.genesis, None)
    check_certificate(certificate, header, client.genesis.validators, None)
    return found


def case_subscribe():
    head = client.GetStatus().certified_height
    replay = Replay(client.genesis)
    begins = client.GetBlock(height=0).header == replay.header
    blocks = transactions_seen = 0
    call = client.Subscribe(from_height=1, include_transactions=True)
    for block in call:
        below = parse(replay.header, HEADER)
        header = certified(block.header, block.certificate)
        later = one(header, 3) == block.height == one(below, 3) + 1 and one(header, 5) > one(below, 5)
        if not later or not replay.execute(block.header, block.transactions, block.results):
            return {"broken": block.height}
        blocks, transactions_seen = blocks + 1, transactions_seen + len(block.transactions)
        if block.height == head:
            call.cancel()
            break
    return {"genesis": begins, "blocks": blocks == head, "transactions": transactions_seen >= 2}


def case_state():
    def proven(namespace, key):
        answer = client.GetStateProof(namespace=namespace, key=key)
        root = one(certified(answer.header, answer.certificate), 11)
        value = proofs.value_hash(answer.value) if answer.present else None
        return answer, proofs.state_verdict(answer.proof, root, proofs.state_path(namespace, key), value)

    timeline, timeline_verdict = proven("timelines", SUBJECT.encode())
    newest = client.QueryEvidence(subject=SUBJECT).evidence[-1]
    head = parse(timeline.value, TIMELINE_HEAD)
    _, absent = proven("timelines", b"nothing of that name")
    validators, validators_verdict = proven("validators", b"")
    return {
        "timeline": timeline_verdict, "absent": absent, "validators": validators_verdict,
        "head": (one(head, 1), one(head, 2), one(head, 3)) == (2, leaf_hash(newest.leaf), newest.log_index),
        "set": tagged_hash(b"ledger/validator-set/1", validators.value) == client.genesis.validators.hash,
    }


def case_consistency():
    found = client.GetTransaction(transaction_id=other_id)
    earlier = client.GetBlock(height=found.height)
    header = certified(earlier.header, earlier.certificate)
    answer = client.GetConsistencyProof(from_size=one(header, 9))
    later = certified(answer.header, answer.certificate)
    return {
        "grown": answer.from_size < answer.to_size == one(later, 9),
        "verdict": proofs.consistency_verdict(
            answer.from_size, answer.to_size, list(answer.path), one(header, 10), one(later, 10)),
    }


def refusal(call, **arguments):
    try:
        call(**arguments)
        return "accepted"
    except Failure as failure:
        known = failure.status.get("domain") == "ledger" and failure.status["code"] != 0
        return f"{failure.code} {failure.reason}" if known else f"{failure.code} without details"


def submit(*records, who=identity, valid_until=now + 600_000, **changes):
    return refusal(client.SubmitAndWait, transaction=client.make(who, valid_until, records, **changes)[1])


def case_refusals():
    stranger = Identity(hashlib.sha256(b"stranger").digest())
    good = client.make(identity, now + 500_000, [payment()])[0]
    signature = identity.sign(good)
    flipped = signature[:63] + bytes([signature[63] ^ 1])
    high = signature[:32] + (secp256k1.N - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    default = good[:good.index(b"\x18\x01")] + b"\x18\x00" + good[good.index(b"\x18\x01") + 2:]
    return {
        "signature": refusal(client.SubmitAndWait, transaction=signed(good, flipped)),
        "highS": refusal(client.SubmitAndWait, transaction=signed(good, high)),
        "channel": submit(payment(), channel=bytes(32)),
        "type": submit(payment(type="trade.barter")),
        "action": submit(payment(action="lend")),
        "attribute": submit(payment(attributes=[("amount", "decimal", "1"), ("currency", "text", "yuan")])),
        "missing": submit(payment(attributes=[("amount", "decimal", "1")])),
        "role": submit(payment(role="insurer")),
        "key": submit(payment(), who=stranger),
        "kind": submit(payment(), kind=9),
        "expired": submit(payment(), valid_until=now - 1),
        "lifetime": submit(payment(), valid_until=now + 40 * 86_400_000),
        "trailing": refusal(client.Submit, transaction=envelope + b"\x18\x01"),
        "default": refusal(client.Submit, transaction=signed(default, identity.sign(default))),
        "noRecord": submit(),
        "records": submit(*[payment()] * 1001),
        "decimal": submit(payment(attributes=[("amount", "decimal", "1.50"), ("currency", "text", "CNY")])),
        "large": submit(payment(actor="a" * 257)),
        "receipt": refusal(client.GetReceipt, log_index=10**6),
        "block": refusal(client.GetBlock, height=10**6),
        "id": refusal(client.GetTransaction, transaction_id=b"short"),
    }


for name, case in [(n[5:], f) for n, f in globals().items() if n.startswith("case_")]:
    try:
        result = case()
    except Exception:  # The test shows what went wrong; further cases go on.
        result = {"error": traceback.format_exc()}
    print(json.dumps({"name": name, "result": result}), flush=True)
client.close()
