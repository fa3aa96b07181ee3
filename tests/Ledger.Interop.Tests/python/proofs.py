"""Roots and proofs as docs/spec/log-tree.md and docs/spec/state-tree.md have them, from those pages alone."""

import hashlib

from formats import one, parse, tagged_hash, data, fixed, uint

STATE_PROOF = {1: uint(256), 2: data(32), 3: data(8192), 4: fixed(32, False), 5: fixed(32, False)}
EMPTY = bytes(32)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def log_root(leaves):
    """The root over leaf data (log-tree.md section 1)."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", log_root(leaves[:k]), log_root(leaves[k:]))


def consistency_verdict(first_size, second_size, path, first_root, second_root):
    """log-tree.md section 3."""
    if second_size > 2**62:
        return "SIZE_TOO_LARGE"
    if first_size > second_size:
        return "SIZES_REVERSED"
    if first_size in (0, second_size):
        if path:
            return "PATH_TOO_LONG"
        if first_size == 0 and first_root != sha256():
            return "FIRST_ROOT_MISMATCH"
        return "ROOT_MISMATCH" if first_size == second_size and first_root != second_root else "VALID"
    if not path:
        return "PATH_TOO_SHORT"
    if first_size & (first_size - 1) == 0:
        path = [first_root, *path]
    fn, sn = first_size - 1, second_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return "PATH_TOO_LONG"
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\1", c, fr), sha256(b"\1", c, sr)
            while fn & 1 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\1", sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        return "PATH_TOO_SHORT"
    if fr != first_root:
        return "FIRST_ROOT_MISMATCH"
    return "VALID" if sr == second_root else "ROOT_MISMATCH"


def state_path(namespace, key):
    name = namespace.encode("utf-8")
    return tagged_hash(b"ledger/state-key/1", bytes([len(name)]) + name + key)


def value_hash(value):
    return tagged_hash(b"ledger/state-value/1", value)


def state_root(entries, depth=0):
    """The root over pairs of path and value hash, in ascending order of paths (state-tree.md section 1)."""
    if not entries:
        return EMPTY
    if len(entries) == 1:
        return sha256(b"\0", *entries[0])
    split = sum(1 for path, _ in entries if not bit(path, depth))
    return sha256(b"\1", state_root(entries[:split], depth + 1), state_root(entries[split:], depth + 1))


def state_verdict(encoded, root, path, expected=None):
    """state-tree.md section 2: presence of a value hash, or absence without one."""
    proof = parse(encoded, STATE_PROOF)
    depth, occupied, hashes = one(proof, 1), one(proof, 2, b""), one(proof, 3, b"")
    if len(occupied) != (depth + 7) // 8 or (4 in proof) != (5 in proof):
        raise ValueError("malformed proof")
    siblings = []
    for i in range(depth):
        full = bit(occupied, i)
        siblings.append(hashes[:32] if full else EMPTY)
        hashes = hashes[32:] if full else hashes
        if len(siblings[-1]) != 32 or full and siblings[-1] == EMPTY:
            raise ValueError("malformed proof")
    if hashes or any(bit(occupied, i) for i in range(depth, len(occupied) * 8)):
        raise ValueError("malformed proof")
    leaf = one(proof, 4, None)
    if expected is not None:
        if leaf != path:
            return "KEY_ABSENT"
        if one(proof, 5) != expected:
            return "VALUE_MISMATCH"
    elif leaf is not None:
        if leaf == path:
            return "KEY_PRESENT"
        if any(bit(leaf, i) != bit(path, i) for i in range(depth)):
            return "NEIGHBOUR_ELSEWHERE"
    node = EMPTY if leaf is None else sha256(b"\0", leaf, one(proof, 5))
    for i in reversed(range(depth)):
        node = sha256(b"\1", siblings[i], node) if bit(path, i) else sha256(b"\1", node, siblings[i])
    return "VALID" if node == root else "ROOT_MISMATCH"


def bit(data_, i):
    return data_[i // 8] >> 7 - i % 8 & 1
