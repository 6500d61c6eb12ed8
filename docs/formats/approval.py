#!/usr/bin/env python3
"""Checks what `parley approval ID --dir D --json` printed, with Python's standard library alone.

    approval.py CELL DESK < approval.json

Prints whose hand it was, or says what does not hold and ends with 1.
See approval.md for the bytes. Keys on P-256 (ES256) are checked; of others only the commitments are."""
import base64, hashlib, json, sys

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def need(ok, what):
    if not ok:
        sys.exit("does not hold: " + what)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        m = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P) % P
    else:
        m = (q[1] - p[1]) * pow(q[0] - p[0], -1, P) % P
    x = (m * m - p[0] - q[0]) % P
    return x, (m * (p[0] - x) - p[1]) % P


def times(k, p):
    out = None
    while k:
        if k & 1:
            out = add(out, p)
        p, k = add(p, p), k >> 1
    return out


def der(sig):
    need(sig[0] == 0x30 and sig[1] == len(sig) - 2 and sig[2] == 2, "the signature is no DER")
    n = sig[3]
    r, rest = int.from_bytes(sig[4:4 + n], "big"), sig[4 + n:]
    need(rest[0] == 2 and rest[1] == len(rest) - 2, "the signature is no DER")
    return r, int.from_bytes(rest[2:], "big")


def es256(cose, message, sig):
    """COSE_Key of kty EC2, crv P-256 (RFC 9053): labels -2 and -3 are x and y."""
    x, y = cose.find(b"\x21\x58\x20"), cose.find(b"\x22\x58\x20")
    q = int.from_bytes(cose[x + 3:x + 35], "big"), int.from_bytes(cose[y + 3:y + 35], "big")
    need(x > 0 and y > 0 and (q[1] ** 2 - q[0] ** 3 + 3 * q[0] - B) % P == 0, "the key is no point of P-256")
    r, s = der(sig)
    need(0 < r < N and 0 < s < N, "the signature is out of range")
    w = pow(s, -1, N)
    e = int.from_bytes(sha(message), "big")
    at = add(times(e * w % N, G), times(r * w % N, q))
    need(at is not None and at[0] % N == r, "the signature is not by this key over this")


def main(cell, desk):
    a = json.load(sys.stdin)
    salt, sealed = bytes.fromhex(a["salt"]), base64.b64decode(a["assertion"])
    need("01" + sha(b"parley/assertion/v1\0", salt, sealed).hex() == a["sealed"], "the assertion is not the one committed to")
    challenge = sha(b"parley/approve/v1\0", cell.encode(), b"\0", desk.encode(), b"\0", bytes.fromhex(a["commitment"]))
    x = json.loads(sealed)
    if x == {"exercise": True}:
        print("An exercise's: no key. Nothing shows whose hand it was.")
        return
    data, client, sig = (base64.b64decode(x[k]) for k in ("authenticator_data", "client_data", "signature"))
    said = json.loads(client)
    need(said["type"] == "webauthn.get", "it is no assertion")
    need(said["challenge"].rstrip("=") == base64.urlsafe_b64encode(challenge).decode().rstrip("="), "it is over another commitment")
    need(data[:32] == sha(a["console"].encode()), "it was made at another console")
    need(data[32] & 5 == 5, "the user was not verified")
    cose = base64.b64decode(a["public_key"])
    need(b"\x03\x26" in cose[:8], "the key is not of ES256: use another verifier for it")
    es256(cose, data + sha(client), sig)
    print("Officer %s of %s, in the role %s, approved %s with the key enrolled for them." % (a["officer"], desk, a["role"], a["commitment"]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
