"""Reads and makes callers' tokens with jwcrypto, which shares no code with us. Usage: jose_cases.py VECTORS SECRET AUDIENCE

VECTORS is docs/spec/vectors/callers.json, SECRET a member's secret key in hexadecimal. Prints one line of JSON for each case.
"""

import base64
import json
import sys

from jwcrypto import jwk, jws

import secp256k1
from formats import tagged_hash

vectors = json.load(open(sys.argv[1], encoding="utf-8"))
secret = bytes.fromhex(sys.argv[2])
audience = sys.argv[3]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jose_key(compressed, private=None):
    x, y = secp256k1.decompress(compressed)
    members = {"kty": "EC", "crv": "secp256k1", "x": base64url(x.to_bytes(32, "big")), "y": base64url(y.to_bytes(32, "big"))}
    return jwk.JWK(**members, **({"d": base64url(private)} if private else {}))


keys = {member["kid"]: jose_key(bytes.fromhex(member["key"])) for member in vectors["members"]}


def verifies(token):
    signed = jws.JWS()
    signed.allowed_algs = ["ES256K"]
    try:
        signed.deserialize(token)
        signed.verify(keys[signed.jose_header["kid"]])
    except Exception:  # Whatever it is that this library finds wrong.
        return False
    return json.loads(signed.payload)["channel"] == vectors["channel"]


def made(number):
    public = secp256k1.public_key(secret)
    kid = tagged_hash(b"ledger/key/1", public).hex()
    member = next(m["member"] for m in vectors["members"] if m["kid"] == kid)
    claims = {
        "iss": member, "sub": kid, "aud": audience, "iat": vectors["now"], "exp": vectors["now"] + 300,
        "jti": str(number), "channel": vectors["channel"],
    }
    signed = jws.JWS(json.dumps(claims))
    signed.allowed_algs = ["ES256K"]
    header = {"alg": "ES256K", "typ": "ledger+jwt", "kid": kid}
    signed.add_signature(jose_key(public, secret), protected=json.dumps(header))
    return signed.serialize(compact=True)


def show(name, result):
    print(json.dumps({"name": name, "result": result}))


show("valid", {v["case"]: verifies(v["token"]) for v in vectors["tokens"] if v["fault"] == "NONE"})
show("forged", {v["case"]: not verifies(v["token"]) for v in vectors["tokens"] if v["fault"] == "TOKEN_SIGNATURE_INVALID"})
show("made", [made(number) for number in range(24)])
