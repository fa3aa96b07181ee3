"""Uses the REST API with nothing but the standard library.

Usage: rest_cases.py anchor URL FOLDER        anchors, reads, pages, follows the stream, and prints one line for each case
       rest_cases.py resume URL FOLDER ID     follows the stream after an event, until all records are seen

FOLDER holds genesis.json and client.key.
"""

import base64
import http.client
import json
import os
import sys
import time
import traceback
import urllib.parse

import tokens
import transactions
from transactions import Identity, record, transaction_id
from verify_receipt import Genesis, verdict

mode, url, folder = sys.argv[1:4]
with open(os.path.join(folder, "client.key"), encoding="utf-8") as key_file:
    identity = Identity.of_file(json.load(key_file))
with open(os.path.join(folder, "genesis.json"), encoding="utf-8") as genesis_file:
    document = json.load(genesis_file)
genesis = Genesis(document)
HOST = urllib.parse.urlsplit(url).netloc
TOKEN = tokens.make(identity, "data-operator", genesis.channel, url)
SUBJECT = "rest/订单 7"


def call(method, path, body=None, **headers):
    connection = http.client.HTTPConnection(HOST, timeout=60)
    headers = {"Authorization": f"Bearer {TOKEN}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer, answer.read()


def get(path, **headers):
    status, _, body = call("GET", path, **headers)
    return status, json.loads(body)


def events(path, after=None):
    """The events of a stream, as the HTML standard reads them."""
    connection = http.client.HTTPConnection(HOST, timeout=60)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/event-stream"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    fields = {}
    for line in answer:
        line = line.decode().rstrip("\n")
        if line == "":
            if "data" in fields:
                yield fields["event"], int(fields["id"]), json.loads(fields["data"])
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = fields.get(name, "") + value


def payment(number):
    return record(
        type="trade.payment", subject=SUBJECT, actor="rest", action="pay", role="platform", occurred_at=0,
        digests=[("sha-256", bytes(32), "application/pdf")],
        attributes=[("currency", "text", "CNY"), ("amount", "decimal", "1.5"), ("x-number", "integer", number)])


def make(number):
    payload = transactions.payload(
        channel=genesis.channel, sender=identity.key_id, valid_until=int(time.time() * 1000) + 600_000,
        records=[payment(number)])
    return payload, transactions.signed(payload, identity.sign(payload))


def case_anchor():
    results = []
    for number in range(5):
        payload, envelope = make(number)
        if number % 2:
            body = json.dumps({"transactionBytes": base64.b64encode(envelope).decode()})
            status, _, text = call("POST", "/v1/transactions?wait=20", body, Content_Type="application/json")
        else:
            status, _, text = call(
                "POST", "/v1/transactions?wait=20", envelope, Content_Type="application/octet-stream")
        outcome = json.loads(text)
        results.append(status == 200 and outcome["state"] == "COMMITTED"
                       and outcome["transactionId"] == transaction_id(payload).hex())
    return {"committed": results == [True] * 5}


def numbers(page):
    return [int(a["value"]) for e in page["evidence"] for a in e["attributes"] if a["key"] == "x-number"]


def case_pages():
    seen = {}
    for order in ("oldest", "newest"):
        path = f"/v1/evidence?limit=2&order={order}&subject=" + urllib.parse.quote(SUBJECT)
        seen[order], cursor = [], ""
        while cursor is not None:
            _, page = get(path + (f"&cursor={cursor}" if cursor else ""))
            seen[order] += numbers(page)
            cursor = page.get("nextCursor")
    return {"oldest": seen["oldest"] == list(range(5)), "newest": seen["newest"] == list(range(4, -1, -1))}


def case_receipt():
    _, page = get("/v1/evidence?limit=1&subject=" + urllib.parse.quote(SUBJECT))
    evidence = page["evidence"][0]
    _, _, binary = call("GET", f"/v1/evidence/{evidence['id']}/receipt", Accept="application/protobuf")
    status, head, _ = call("GET", f"/v1/evidence/{evidence['id']}/receipt")
    kept, _, _ = call("GET", f"/v1/evidence/{evidence['id']}/receipt", If_None_Match=head.getheader("ETag"))
    return {"verdict": verdict(binary, genesis), "status": status, "kept": kept}


def follow(after, until):
    """Heights and numbers of our records, until a number is seen."""
    heights, found = [], []
    for name, height, block in events("/v1/blocks/stream?transactions=true", after):
        assert name == "block" and height == block["height"]
        heights.append(height)
        for transaction in block["transactions"]:
            for item in transaction.get("records", []):
                if item["subject"] == SUBJECT:
                    found += [int(a["value"]) for a in item["attributes"] if a["key"] == "x-number"]
        if until in found:
            return heights, found
    raise AssertionError("the stream ended")


def case_stream():
    heights, found = follow(None, 2)
    return {"height": heights[-1], "from": heights[0], "gapless": heights == list(range(1, heights[-1] + 1)),
            "numbers": found}


def case_resume():
    after = int(sys.argv[4])
    heights, found = follow(after, 4)
    return {"gapless": heights == list(range(after + 1, heights[-1] + 1)), "numbers": found}


cases = {"anchor": ["anchor", "pages", "receipt", "stream"], "resume": ["resume"]}[mode]
for name in cases:
    try:
        result = globals()["case_" + name]()
    except Exception:  # pylint: disable=broad-except
        result = {"error": traceback.format_exc()}
    print(json.dumps({"name": name, "result": result}), flush=True)
