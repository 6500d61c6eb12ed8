#!/usr/bin/env python3
# Thirty lines that check a proof by the charter: verify30.py FILE.proof charter.note (Ed25519 by openssl 3; docs/formats/proof.md).
import re, subprocess, sys, tempfile
from base64 import b64decode as b64
from hashlib import sha256
sha = lambda *parts: sha256(b"".join(parts)).digest()
def ed25519(key, text, sig):
    with tempfile.TemporaryDirectory() as d:
        for name, b in (("k", bytes.fromhex("302a300506032b6570032100") + key), ("t", text), ("s", sig)): open(f"{d}/{name}", "wb").write(b)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", f"{d}/k", "-in", f"{d}/t", "-sigfile", f"{d}/s"], capture_output=True).returncode == 0
keys = {name: b64(k) for name, k in re.findall(r"(?:journal|witness): \"?(\S+?)\+[0-9a-f]{8}\+([A-Za-z0-9+/=]+)", open(sys.argv[2]).read())}
file = open(sys.argv[1], newline="").read()
head, tail, note = file.split("\n\n", 2)
body, checksum = head.rsplit("\nsum ", 1)
salt, record = (b64(re.search(rf"^{w} (\S+)$", head, re.M)[1]) for w in ("salt", "record"))
magic, index, *path = tail.split("\n")
assert sha((body + "\n" + file[len(head) + 1:]).encode()).hex() == checksum and file.startswith("parley/proof/v1\n") and magic == "c2sp.org/tlog-proof@v1", "the file is damaged"
text, sigs = note.split("\n\n")
origin, size, root = text.split("\n")
i, last, h = int(index[6:]), int(size) - 1, sha(b"\0", b"\1", sha(b"parley/record/v1\0", salt, record))  # the leaf: RFC 9162, 2.1.3.2
assert 0 <= i <= last, "the entry is not in the tree"
for p in map(b64, path):
    h = sha(b"\1", p, h) if i % 2 or i == last else sha(b"\1", h, p)
    while i % 2 == 0 and i == last and i: i, last = i >> 1, last >> 1
    i, last = i >> 1, last >> 1
assert last == 0 and h == b64(root), "the record is not in the journal"
for name, sig in re.findall(r"^\u2014 (\S+) (\S+)$", sigs, re.M):
    key, sig, msg = keys[re.sub(r"/\d+$", "/1", name)], b64(sig)[4:], (text + "\n").encode()
    if key[0] == 4: sig, msg = sig[8:], b"cosignature/v1\ntime %d\n" % int.from_bytes(sig[:8], "big") + msg
    assert ed25519(key[1:], msg, sig), name + ": the signature does not verify"
assert "\u2014 " + origin + " " in sigs, "the journal's own signature is missing"
print("PROVEN:", origin, index, "of", size, record.decode())
