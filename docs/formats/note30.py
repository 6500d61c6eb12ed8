#!/usr/bin/env python3
# Thirty lines that check a signed note by the charter: note30.py FILE.note charter.note (Ed25519 by openssl 3; docs/formats/ceremony.md).
import re, subprocess, sys, tempfile
from base64 import b64decode as b64
from hashlib import sha256
def ed25519(key, text, sig):
    with tempfile.TemporaryDirectory() as d:
        for name, b in (("k", bytes.fromhex("302a300506032b6570032100") + key), ("t", text), ("s", sig)): open(f"{d}/{name}", "wb").write(b)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", f"{d}/k", "-in", f"{d}/t", "-sigfile", f"{d}/s"], capture_output=True).returncode == 0
note, charter = (open(f, "rb").read() for f in sys.argv[1:3])
agreed = charter.rpartition(b"\n\n")[0] + b"\n"  # the text that the members signed as the charter
roles = dict(re.findall(r"desk: (\S+)\n +role: (\S+)", agreed.decode()))
keys = {(name, key_id): b64(k)[1:] for name, key_id, k in re.findall(r"root: \"?(\S+?)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", agreed.decode())}
text, _, sigs = note.rpartition(b"\n\n")
text += b"\n"
head, _, rest = text.partition(b"\n\n")
first, _, under, *facts = head.decode().split("\n")
assert first in ("parley/statement/v1", "parley/step/v1") and under == "charter " + sha256(agreed).hexdigest(), "another purpose or charter"
again = head + b"\n"
for lang in (b"ar", b"en", b"he"):  # each by its length: no text passes for the next one's heading
    title, _, rest = rest.partition(b"\n")
    n = int(title.removeprefix(b"[" + lang + b", ").removesuffix(b" bytes]"))
    again, rest = again + b"\n[%s, %d bytes]\n%s\n" % (lang, n, rest[:n]), rest[n + 2:]
assert again == text, "the text is not in its one form"
signed = [line.split(" ") for line in sigs.decode().removesuffix("\n").split("\n")]
for mark, name, sig in signed:
    assert mark == "\u2014" and ed25519(keys[name, b64(sig)[:4].hex()], text, b64(sig, validate=True)[4:]), name + ": the signature does not verify"
desks = [name.split("/")[1] for _, name, _ in signed]
missing = [d for d, role in roles.items() if role in ("party", "supervisor") and d not in desks]
assert len(set(desks)) == len(desks) and not (missing and "statement" in first), "not signed by " + " ".join(missing)
print("SIGNED:", first, " ".join(facts), "by", " ".join(desks))
