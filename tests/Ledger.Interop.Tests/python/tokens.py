"""Tokens of docs/spec/callers.md: a compact JWS with ES256K, on nothing but the standard library and secp256k1.py."""

import base64
import json
import os
import time

import secp256k1


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def make(identity, member, channel, audience, lifetime=300):
    """A token that shows a node, for a while, who calls."""
    now = int(time.time())
    key_id = identity.key_id.hex()
    header = {"alg": "ES256K", "typ": "ledger+jwt", "kid": key_id}
    claims = {
        "iss": member, "sub": key_id, "aud": audience, "iat": now, "exp": now + lifetime,
        "jti": os.urandom(16).hex(), "channel": channel.hex(),
    }
    text = b".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return (text + b"." + base64url(secp256k1.sign_bare(identity.secret, text))).decode()
