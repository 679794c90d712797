"""Coverage-guided fuzzing of the masker: kernel and reference agree, masks are final, no offset is read past its data.

    python tests/nightly/fuzz_masking.py -max_total_time=600 [CORPUS_DIRECTORY]

Run by ``nox -s fuzz``; the arguments are libFuzzer's.
"""

from __future__ import annotations

import array
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["pcishield.masking"]):
    from pcishield.masking import Masker

from tests.corpora import framed, positives

FAST, SLOW = Masker(kernel="native"), Masker(kernel="python")


def check(value: object) -> None:
    expected, found = SLOW.mask(value), FAST.mask(value)
    assert type(expected) is type(found) and expected == found, "kernel and reference differ"
    assert FAST.mask(found) == found, "a mask is masked again"


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    kind = provider.ConsumeIntInRange(0, 3)
    rest = provider.ConsumeBytes(provider.remaining_bytes())
    if kind == 0:
        check(rest)
    elif kind == 1:
        check(rest.decode("utf-8", "surrogateescape"))
    elif kind == 2:
        check(rest.decode("latin-1"))
    else:
        numbers = array.array("i", rest[: len(rest) // 4 * 4])
        try:
            FAST._kernel.cells(rest, memoryview(numbers), 0, max(0, len(numbers) - 1))
        except ValueError:
            return


def seeds(directory: Path) -> None:
    """Write the written and framed numbers as the corpus to begin with."""
    directory.mkdir(parents=True, exist_ok=True)
    texts = [text.encode("utf-8", "surrogatepass") for _, _, text in positives(per=1)]
    texts += [value.encode("utf-8") for _, _, value in framed() if isinstance(value, str)]
    for number, data in enumerate(texts[::7]):
        (directory / f"seed-{number}").write_bytes(data + b"\x01")


def main() -> None:
    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            seeds(Path(argument))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
