"""Verifies what a contract did, by grpcio and proofs of its own. Usage: contract_cases.py HOST:PORT FOLDER ID,ID,ID

FOLDER holds genesis.json and client.key; the ids are of the calls of the contract "shop". Prints a line of JSON a case.
"""

import hashlib
import json
import os
import sys
import traceback

import proofs
from formats import HASH, U32, data, fixed, one, parse, text, uint
from ledger_client import LedgerClient
from transactions import Identity
from verify_receipt import check_certificate, included, read_header

address, folder, calls = sys.argv[1:4]
ids = [bytes.fromhex(i) for i in calls.split(",")]
with open(os.path.join(folder, "client.key"), encoding="utf-8") as key_file:
    identity = Identity.of_file(json.load(key_file))
client = LedgerClient(address, os.path.join(folder, "genesis.json"), identity, "data-operator")

RESULT_RECEIPT = {
    1: uint(U32, required=True), 2: data(1048704, required=True), 3: uint(U32), 4: uint(65536, required=True),
    5: fixed(32, False, 16), 6: data(512, required=True), 7: data(16704, required=True),
    8: data(2**26, items=4096, explicit=True),
}
RESULT = {1: HASH, 2: uint(U32), 3: uint(), 4: uint(U32), 5: data(1048576)}
OUTCOME = {
    1: uint(7, required=True), 2: text(64), 3: text(1024), 4: uint(), 5: data(65536),
    6: data(2**20, items=256, explicit=True), 7: data(2**20, items=100, explicit=True),
}
EVENT = {1: text(64, required=True), 2: text(64, required=True), 3: data(16384)}


def certified(header, certificate):
    found = read_header(header, client.genesis, None)
    check_certificate(certificate, header, client.genesis.validators, None)
    return found


def is_result(encoded, position, count, path, header):
    """docs/spec/receipt.md section 4: the result is at its place under the header's result root."""
    leaf = hashlib.sha256(b"\0" + encoded).digest()
    return included(leaf, position, count, list(path), one(header, 8))


def outcome(encoded):
    return parse(one(parse(encoded, RESULT), 5), OUTCOME)


def case_state():
    def proven(key):
        answer = client.GetStateProof(namespace="contract/shop", key=key)
        root = one(certified(answer.header, answer.certificate), 11)
        value = proofs.value_hash(answer.value) if answer.present else None
        path = proofs.state_path("contract/shop", key)
        return answer, proofs.state_verdict(answer.proof, root, path, value)

    answer, verdict = proven(b"stock")
    return {"verdict": verdict, "value": answer.value.decode(), "absent": proven(b"nothing of that name")[1]}


def case_receipt():
    receipt = parse(client.GetResultReceipt(id=ids[0]).receipt, RESULT_RECEIPT)
    header = certified(one(receipt, 6), one(receipt, 7))
    encoded = one(receipt, 2)
    return {
        "certified": True,
        "included": is_result(encoded, one(receipt, 3), one(receipt, 4), receipt.get(5, []), header),
        "id": one(parse(encoded, RESULT), 1) == ids[0],
        "value": one(outcome(encoded), 5).decode(),
    }


def follow(enough, **given):
    """The events of as many blocks, each result checked against its block's result root."""
    found = []
    call = client.SubscribeEvents(contract="shop", **given)
    for block in call:
        header = certified(block.header, block.certificate)
        for item in block.results:
            if not is_result(item.result, item.position, block.result_count, item.path, header):
                raise ValueError(f"a result of block {block.height} does not hold")
            events = [parse(event, EVENT) for event in outcome(item.result).get(6, [])]
            found += [(block.height, one(event, 3).decode()) for event in events]
        if len(found) == enough:
            call.cancel()
            return found


def case_events():
    found = follow(3)
    resumed = follow(2, from_height=found[0][0] + 1)
    return {"payloads": [payload for _, payload in found], "resumed": len(resumed) if resumed == found[1:] else -1}


def case_list():
    listed = client.ListContracts().contracts
    answer = client.GetStateProof(namespace="contracts", key=b"shop")
    root = one(certified(answer.header, answer.certificate), 11)
    verdict = proofs.state_verdict(
        answer.proof, root, proofs.state_path("contracts", b"shop"), proofs.value_hash(answer.value))
    return {"one": [c.contract for c in listed] == ["shop"], "proven": verdict == "VALID",
            "same": listed[0].record == answer.value}


for name, case in [(n[5:], f) for n, f in globals().items() if n.startswith("case_")]:
    try:
        result = case()
    except Exception:  # The test shows what went wrong; further cases go on.
        result = {"error": traceback.format_exc()}
    print(json.dumps({"name": name, "result": result}), flush=True)
client.close()
