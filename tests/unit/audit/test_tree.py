"""Tree, notes and proofs against published vectors and an independent implementation."""

from __future__ import annotations

import importlib
import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.checkpoint import (
    Checkpoint,
    NoteError,
    VerifierKey,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    sign_checkpoint,
)
from pcishield.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    pure_python_node_hash,
    pure_python_node_level,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from pcishield.audit.proof import ProofError, make_proof, open_proof
from pcishield.runtime._log_keys import LocalSigner

# The test data of the Certificate Transparency reference implementation (RFC 6962).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(b"record %d" % number) for number in range(70)]


def test_compiled_hashes_are_those_of_hashlib() -> None:
    """Nodes and levels, odd ones and hashes of another length included, and whether OpenSSL itself was found or not."""
    compiled = pytest.importorskip("pcishield.audit._sha256", reason="was not compiled")
    hashes = [*LEAVES[:9], b"", b"short"]
    for left in hashes:
        for right in hashes:
            assert pure_python_node_hash(left, right) == compiled.node_hash(left, right)
    for count in range(12):
        assert pure_python_node_level(LEAVES[:count]) == compiled.node_level(LEAVES[:count])


def test_roots_are_those_of_certificate_transparency() -> None:
    """Every prefix of the published entries has the published root, by all three ways to compute it."""
    tree = Frontier()
    for size, entry in enumerate(ENTRIES, 1):
        tree.append(leaf_hash(entry))
        leaves = [leaf_hash(one) for one in ENTRIES[:size]]
        whole = Frontier()
        whole.extend(leaves)

        assert ROOTS[size - 1] == tree.root().hex() == root_hash(leaves).hex() == whole.root().hex()
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == EMPTY_ROOT.hex()


def test_extending_in_pieces_gives_the_same_tree() -> None:
    """The fast way for aligned blocks does not depend on how the leaves come."""
    leaves = [leaf_hash(b"%d" % number) for number in range(2000)]
    for piece in (1, 255, 256, 257, 700, 2000):
        tree = Frontier()
        for start in range(0, len(leaves), piece):
            tree.extend(leaves[start : start + piece])

        assert (root_hash(leaves), 2000) == (tree.root(), tree.size)
        assert tree.peaks == tree.copy().peaks


def test_a_frontier_needs_the_right_number_of_peaks() -> None:
    """A state that cannot be is refused."""
    with pytest.raises(ValueError, match="number of peaks"):
        Frontier(3, [b"x" * 32])


def test_every_inclusion_proof_holds_and_no_other() -> None:
    """For all sizes and indices, the proof holds for its leaf and place only."""
    for size in range(1, 34):
        root = root_hash(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, LEAVES[:size])
            assert verify_inclusion(LEAVES[index], index, size, proof, root)
            assert not verify_inclusion(LEAVES[index + 1], index, size, proof, root)
            assert not verify_inclusion(LEAVES[index], index + 1, size, proof, root)
            assert not verify_inclusion(LEAVES[index], index, size, [*proof, LEAVES[0]], root)
            assert size == 1 or not verify_inclusion(LEAVES[index], index, size, proof[:-1], root)
    with pytest.raises(ValueError, match="index is not in the tree"):
        inclusion_proof(3, LEAVES[:3])


def test_every_consistency_proof_holds_and_no_other() -> None:
    """For all pairs of sizes, the proof holds for these two trees only."""
    for new in range(1, 34):
        for old in range(new + 1):
            roots = root_hash(LEAVES[:old]), root_hash(LEAVES[:new])
            proof = consistency_proof(old, LEAVES[:new])
            assert verify_consistency(old, roots[0], new, roots[1], proof)
            assert not verify_consistency(old, LEAVES[0], new, LEAVES[1], proof)
            assert not verify_consistency(old, roots[0], new, roots[1], [*proof, LEAVES[0]])
            if proof:
                assert not verify_consistency(old, roots[0], new, roots[1], proof[:-1])
                assert not verify_consistency(old, roots[0], new, roots[1], [])
    assert not verify_consistency(5, LEAVES[0], 4, LEAVES[0], [])
    with pytest.raises(ValueError, match="not smaller"):
        consistency_proof(4, LEAVES[:3])


PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_note_of_gos_documentation_is_read() -> None:
    """The example of golang.org/x/mod/sumdb/note verifies under its key."""
    key = VerifierKey.parse(PETER)

    assert PETER == str(key)
    assert PETERS_NOTE.split("\n\n", maxsplit=1)[0] + "\n" == open_note(PETERS_NOTE, key)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda note: note.replace("answer", "cause"), "wrong signature"),
        (lambda note: note.replace("\u2014", "-"), "malformed signature line"),
        (lambda note: note.replace("PeterNeumann x", "PeterNeumann  x"), "malformed signature line"),
        (lambda note: note.replace("PeterNeumann x", "Peter+Neumann x"), "malformed signature line"),
        (lambda note: note.replace("JnAM=", "JnA!="), "not base64"),
        (lambda note: note.replace("JnAM=", "JnAN="), "base64 is not canonical"),
        (lambda note: note.replace("PeterNeumann x", "PaulNeumann x"), "not signed by the expected key"),
        (lambda note: note.replace("\n\n", "\n"), "not a signed note"),
        (lambda note: note[:-1], "not a signed note"),
        (lambda note: note.replace("If", "\tIf"), "control character in note"),
        (lambda note: note + note.split("\n")[-2] * 0 + "\u2014 a AAAA\n", "malformed signature line"),
        (lambda note: note + "\u2014 a AAAAAAAA\n" * 70, "too many signatures"),
    ],
)
def test_a_note_that_is_not_whole_is_refused(change: Any, message: str) -> None:
    """Any change of text, name, key id or signature is refused, with its reason."""
    with pytest.raises(NoteError, match=message):
        open_note(change(PETERS_NOTE), VerifierKey.parse(PETER))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PeterNeumann+c74f20a3", "three parts"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key id of the vkey does not fit"),
        ("PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "not an Ed25519 key"),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "without spaces"),
        ("a+c74f20a3+AQ==", "32 bytes"),
    ],
)
def test_a_vkey_that_is_not_whole_is_refused(text: str, message: str) -> None:
    """Each way in which a vkey can be wrong has its message."""
    with pytest.raises(NoteError, match=message):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("o\n01\n{root}\n", "malformed checkpoint"),
        ("o\n-1\n{root}\n", "malformed checkpoint"),
        ("o\n1\n", "malformed checkpoint"),
        ("o\n1\nAAAA\n", "32 bytes"),
    ],
)
def test_a_checkpoint_that_is_not_whole_is_refused(text: str, message: str) -> None:
    """Size and root have one form each."""
    note = text.replace("{root}", b64encode(EMPTY_ROOT).decode()) + "\n\u2014 a AAAAAAAA\n"
    with pytest.raises(NoteError, match=message):
        parse_checkpoint(note)


def test_a_proof_shows_one_record() -> None:
    """The tlog-proof holds for its record under its key, and for nothing else."""
    signer = LocalSigner("example.com/log")
    note = sign_checkpoint(Checkpoint(signer.name, 70, root_hash(LEAVES)), signer)
    proof = make_proof(33, LEAVES, note)

    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 33\n")
    assert (33, Checkpoint(signer.name, 70, root_hash(LEAVES))) == open_proof(proof, b"record 33", signer.vkey)
    assert 33 == open_proof(proof.replace("@v1\n", "@v1\nextra AAAA\n"), b"record 33", signer.vkey)[0]
    bad = [
        (proof, b"record 34", "not in the log"),
        (proof.replace("index 33", "index 34"), b"record 33", "not in the log"),
        (proof.replace("index 33", "index 033"), b"record 33", "no index"),
        (proof.replace("@v1", "@v2"), b"record 33", "not a tlog-proof"),
        (proof.replace("\n70\n", "\n71\n"), b"record 33", "wrong signature"),
        (proof.replace("index 33\n", "index 33\nAAAA\n"), b"record 33", "32 bytes"),
        (proof.replace("index 33\n", "index 33\n!\n"), b"record 33", "not base64"),
    ]
    for text, line, message in bad:
        with pytest.raises(ProofError, match=message):
            open_proof(text, line, signer.vkey)
    with pytest.raises(ProofError, match="is not covered"):
        make_proof(70, LEAVES, note)
    with pytest.raises(ProofError, match="is not of these lines"):
        make_proof(1, LEAVES[::-1], note)


VECTORS = [
    json.loads(line) for line in (Path(__file__).parents[2] / "data" / "tlog" / "merkle.jsonl").read_text().splitlines()
]
EMPTY_IS_A_PREFIX = "consistency/additional/size1-is-zero-and-size2-is-not-zero"
"""RFC 9162 leaves this out and the Go library refuses it; here the empty tree begins every tree, as for a witness."""


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_proofs_are_judged_as_by_the_go_library(vector: dict[str, Any]) -> None:
    """The vectors of transparency-dev/merkle: good proofs, and many that are bad in one place."""
    proof = [b64decode(text) for text in vector["proof"] or ()]
    hashes = {name: b64decode(vector[name] or "") for name in ("root", "leafHash", "root1", "root2") if name in vector}
    if vector["name"].startswith("inclusion/"):
        good = verify_inclusion(hashes["leafHash"], vector["leafIdx"], vector["treeSize"], proof, hashes["root"])
    else:
        good = verify_consistency(vector["size1"], hashes["root1"], vector["size2"], hashes["root2"], proof)

    assert (vector["name"] == EMPTY_IS_A_PREFIX or not vector["wantErr"]) == good


PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETERS = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
ENOCHS = "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="
SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
SAYING = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"


def test_notes_are_signed_and_read_as_by_go() -> None:
    """The keys and the note of the tests of golang.org/x/mod/sumdb/note (note_test.go at 02c9913, BSD licence)."""
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    signer = LocalSigner("PeterNeumann", b64decode(SEED)[1:])
    lines = f"\u2014 PeterNeumann {PETERS}\n", f"\u2014 EnochRoot {ENOCHS}\n"
    note = f"{SAYING}\n{lines[0]}{lines[1]}"

    assert (PETER, ENOCH) == (str(peter), str(enoch))
    assert peter == signer.vkey
    assert PETERS == b64encode(peter.key_id + signer.sign(SAYING.encode())).decode()
    assert SAYING == open_note(note, peter) == open_note(note, enoch)
    for bad in (
        SAYING,
        f"{SAYING}\n",
        f"{SAYING}\n{lines[0][:-1]}",
        f"\x01{SAYING}\n{lines[0]}",
        f"{SAYING}\n\u2014 Bad Name {PETERS}\n",
        f"{SAYING}\n{lines[0]}Unexpected line.\n",
        f"{SAYING}\n{lines[0][:60]}ABCD{lines[0][60:]}",
        f"{SAYING}\n" + lines[0] * 101,
        f"{SAYING}\n{lines[1]}",
        f"{SAYING}\n" + lines[0].replace("PeterNeumann", "CarmenSandiego"),
        f"{SAYING}\n" + lines[0].replace("x08g", "xxxx"),
    ):
        with pytest.raises(NoteError):
            open_note(bad, peter)


@pytest.mark.parametrize("mangled", [PETER[:end] for end in range(len(PETER))] + [PETER[at:] for at in range(1, 60)]
                         + [f"{PETER[:at]}{chr(ord(PETER[at]) + 1)}{PETER[at + 1:]}" for at in range(len(PETER))]
                         + ["PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
                            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"])  # fmt: skip
def test_keys_that_go_refuses_are_refused(mangled: str) -> None:
    """Any part of a key, any byte of it changed, a wrong length, another algorithm (same source)."""
    with pytest.raises(NoteError):
        VerifierKey.parse(mangled)


@pytest.fixture
def tlog() -> Any:
    """aics-tlog, an independent implementation of the C2SP formats; a development package (Python 3.12 or newer)."""
    return pytest.importorskip("aics_tlog", reason="aics-tlog needs Python 3.12")


def test_another_implementation_reads_our_checkpoints(tlog: Any) -> None:
    """aics-tlog verifies a checkpoint of ours under the vkey that we print, and we verify one of its."""
    signer = LocalSigner("pcishield/shop/000000-12345678")
    note = sign_checkpoint(Checkpoint(signer.name, 70, root_hash(LEAVES)), signer)

    result = tlog.verify_checkpoint(tlog.parse_note(note), tlog.parse_vkey(str(signer.vkey)))
    assert result.ok
    theirs = tlog.parse_checkpoint(tlog.parse_note(note).text)
    assert (signer.name, 70, root_hash(LEAVES)) == (theirs.origin, theirs.size, theirs.root)

    ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    private = ed25519.Ed25519PrivateKey.generate()
    signed = tlog.sign_checkpoint(tlog.Checkpoint("example.com/a", 3, LEAVES[0]), private, "example.com/a")
    key = VerifierKey("example.com/a", private.public_key().public_bytes_raw())
    assert Checkpoint("example.com/a", 3, LEAVES[0]) == open_checkpoint(signed.serialise(), key)


def test_another_implementation_agrees_on_proofs(tlog: Any) -> None:
    """aics-tlog makes the same roots and proofs, and accepts ours."""
    tree = tlog.MerkleTree([b"record %d" % number for number in range(70)])
    for size in (1, 2, 3, 7, 8, 31, 32, 33, 70):
        root = root_hash(LEAVES[:size])
        assert tree.root(size) == root
        for index in (0, size // 2, size - 1):
            proof = inclusion_proof(index, LEAVES[:size])
            assert tree.inclusion_proof(index, size) == proof
            assert tlog.verify_inclusion(LEAVES[index], index, size, proof, root)
        for old in range(1, size):
            proof = consistency_proof(old, LEAVES[:size])
            assert tree.consistency_proof(old, size) == proof
            assert tlog.verify_consistency(old, size, root_hash(LEAVES[:old]), root, proof)
