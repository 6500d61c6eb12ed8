#!/usr/bin/env python3
"""Check a parley/proof/v1 file with nothing but Python 3.8 and its standard library.

    verify.py FILE.proof JOURNAL_VKEY [WITNESS_VKEY...]

The keys are the lines in the charter. It prints what is proven and exits 0, or says what is
wrong and exits 1. It is a second opinion, written from docs/formats/proof.md alone; it does
not check the charter itself, nor what the record means.
"""
import base64, hashlib, struct, sys

# Ed25519 verification, RFC 8032 section 5.1.7, on affine points (slow, and short enough to read).
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(a, b):
    m = D * a[0] * b[0] * a[1] * b[1]
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + m, P - 2, P) % P,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - m, P - 2, P) % P)

def mul(n, p):
    out = (0, 1)
    while n:
        out, p, n = add(out, p) if n & 1 else out, add(p, p), n >> 1
    return out

def point(b):
    n = int.from_bytes(b, "little")
    y, sign = n % 2**255, n >> 255
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    assert y < P and x * x % P == xx and not (x == 0 and sign), "a key or signature is not a point"
    return (x if x % 2 == sign else P - x, y)

B = point(bytes([0x58]) + bytes([0x66]) * 31)

def ed25519(key, msg, sig):
    s = int.from_bytes(sig[32:], "little")
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + msg).digest(), "little") % L
    return len(sig) == 64 and s < L and mul(s, B) == add(point(sig[:32]), mul(k, point(key)))

# Parley and C2SP.
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()

def b64(text):
    raw = base64.b64decode(text, validate=True)
    assert base64.b64encode(raw).decode() == text, "base64 is not in its one form"
    return raw

def root(leaf, index, size, path):  # RFC 9162 section 2.1.3.2
    last = size - 1
    for h in path:
        assert last > 0, "the path is too long"
        if index % 2 or index == last:
            leaf = sha(b"\1", h, leaf)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            leaf = sha(b"\1", leaf, h)
        index, last = index >> 1, last >> 1
    assert last == 0, "the path is too short"
    return leaf

def verify(data, keys):
    head, tail, note = data.decode().split("\n\n", 2)
    lines = [line.split(" ", 1) for line in head.split("\n")]
    word = lambda name: [v for w, *v in lines for v in v if w == name]
    body, _, checksum = head.rpartition("\nsum ")
    assert lines[0] == ["parley/proof/v1"] and sha((body + "\n").encode(), data[len(head) + 1:]).hex() == checksum, "the file is damaged"
    [salt], [record] = map(b64, word("salt")), map(b64, word("record"))
    entry = b"\1" + sha(b"parley/record/v1\0", salt, record)
    magic, index, *path = tail.split("\n")
    assert magic == "c2sp.org/tlog-proof@v1" and index.startswith("index ") and len(salt) == 32
    text, _, sigs = note.partition("\n\n")
    origin, size, want = text.split("\n")
    index, size = int(index[6:]), int(size)
    assert 0 <= index < size and root(sha(b"\0", entry), index, size, list(map(b64, path))) == b64(want), "the record is not in the journal"
    signers = []
    for line in sigs.splitlines():
        dash, name, sig = line.split(" ")
        assert dash == "\u2014" and name in keys, f"{name}: not a known key"
        key, sig = keys[name], b64(sig)
        assert sig[:4] == sha(name.encode(), b"\n", key)[:4], f"{name}: another key"
        msg, sig = (text + "\n").encode(), sig[4:]
        if key[0] == 4:  # a cosignature, with its time
            (time,), sig = struct.unpack(">Q", sig[:8]), sig[8:]
            msg = b"cosignature/v1\ntime %d\n" % time + msg
        assert ed25519(key[1:], msg, sig), f"{name}: the signature does not verify"
        signers.append(name)
    assert origin in signers, "the journal's own signature is missing"
    for approval in word("approval"):
        verify(b64(approval), keys)
    return f"{origin} entry {index} of {size}, signed by {', '.join(signers)}: {record.decode()}"

def main(path, *vkeys):
    keys = {}
    for vkey in vkeys:
        name, _, key = vkey.split("+", 2)
        keys[name] = b64(key)
    with open(path, "rb") as f:
        print(verify(f.read(), keys))

if __name__ == "__main__":
    if not __debug__:
        sys.exit("NOT PROVEN: python3 -O leaves the checks out; run it without")
    try:
        main(*sys.argv[1:])
    except (AssertionError, ValueError, TypeError, IndexError, struct.error) as wrong:
        sys.exit(f"NOT PROVEN: {wrong}")
