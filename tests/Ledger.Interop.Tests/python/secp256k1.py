"""ECDSA on secp256k1 as docs/spec/crypto.md has it. Python's integers, no libraries; not in constant time."""

import hashlib
import hmac

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def decompress(key):
    """The point of a compressed key, or None when it is not a point of the curve."""
    if len(key) != 33 or key[0] not in (2, 3):
        return None
    x = int.from_bytes(key[1:], "big")
    if x >= P:
        return None
    square = (pow(x, 3, P) + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    return (x, y if y & 1 == key[0] & 1 else P - y)


def verify(point, tag, message, signature):
    """Whether the signature is valid for the message under the domain tag."""
    if len(signature) != 64:
        return False
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    if not 0 < r < N or not 0 < s <= (N - 1) // 2:
        return False
    e = int.from_bytes(hashlib.sha256(tag + b"\0" + message).digest(), "big")
    w = pow(s, -1, N)
    total = _affine(_shamir(e * w % N, G, r * w % N, point))
    return total is not None and total[0] % N == r


def public_key(secret):
    """The compressed public key of a secret key."""
    x, y = _affine(_shamir(int.from_bytes(secret, "big"), G, 0, G))
    return bytes([2 + (y & 1)]) + x.to_bytes(32, "big")


def sign(secret, tag, message):
    """Signs a message under a domain tag."""
    return sign_bare(secret, tag + b"\0" + message)


def sign_bare(secret, message):
    """Signs a message as it is, as JOSE wants it, with the nonce of RFC 6979 section 3.2 and the lower s."""
    digest = hashlib.sha256(message).digest()
    e, d = int.from_bytes(digest, "big"), int.from_bytes(secret, "big")
    for nonce in _nonces(secret, (e % N).to_bytes(32, "big")):
        r = _affine(_shamir(nonce, G, 0, G))[0] % N
        s = pow(nonce, -1, N) * (e + r * d) % N
        if r and s:
            return r.to_bytes(32, "big") + min(s, N - s).to_bytes(32, "big")
    raise AssertionError("nonces have no end")


def _nonces(secret, digest):
    v, k = b"\1" * 32, b"\0" * 32
    for separator in (b"\0", b"\1"):
        k = _hmac(k, v + separator + secret + digest)
        v = _hmac(k, v)
    while True:
        v = _hmac(k, v)
        if 0 < int.from_bytes(v, "big") < N:
            yield int.from_bytes(v, "big")
        k = _hmac(k, v + b"\0")
        v = _hmac(k, v)


def _hmac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


# Points in Jacobian coordinates: (X, Y, Z) stands for (X / Z^2, Y / Z^3), and Z = 0 for infinity.


def _affine(p):
    """The coordinates of a point, None for infinity."""
    if p[2] == 0:
        return None
    inverse = pow(p[2], -1, P)
    return (p[0] * inverse**2 % P, p[1] * inverse**3 % P)


def _double(p):
    x, y, z = p
    if z == 0 or y == 0:
        return (1, 1, 0)
    yy = y * y % P
    s = 4 * x * yy % P
    m = 3 * x * x % P
    nx = (m * m - 2 * s) % P
    return (nx, (m * (s - nx) - 8 * yy * yy) % P, 2 * y * z % P)


def _add(p, q):
    if p[2] == 0:
        return q
    if q[2] == 0:
        return p
    zz1, zz2 = p[2] * p[2] % P, q[2] * q[2] % P
    u1, u2 = p[0] * zz2 % P, q[0] * zz1 % P
    s1, s2 = p[1] * zz2 * q[2] % P, q[1] * zz1 * p[2] % P
    if u1 == u2:
        return _double(p) if s1 == s2 else (1, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return (x, (r * (v - x) - s1 * hhh) % P, h * p[2] * q[2] % P)


def _shamir(a, p, b, q):
    p, q = (*p, 1), (*q, 1)
    both = _add(p, q)
    total = (1, 1, 0)
    for bit in range(255, -1, -1):
        total = _double(total)
        take = (a >> bit & 1, b >> bit & 1)
        if take == (1, 1):
            total = _add(total, both)
        elif take == (1, 0):
            total = _add(total, p)
        elif take == (0, 1):
            total = _add(total, q)
    return total
