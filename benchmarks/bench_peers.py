"""The scanner beside its peers, on the same cells in the same run: recall and precision by category, time per cell.

    pip install --group bench-peers && python benchmarks/bench_peers.py [--quick] [--markdown]

Peers: presidio-analyzer's CreditCardRecognizer (without its NLP engine), DataFog's regular expressions, Hyperscan with
a Luhn check, and a regular expression with a Luhn check; a peer that is not installed is left out and named.
A hit is a finding that holds ten digits in a row of the number. What each peer is given is the text of a cell. A cell
without a card number that has any finding is a false hit. Processor time, median of the rounds, peers in turns.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from _machine import print_machine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pcishield.core.result import ResultColumn
from pcishield.masking import Masker, MaskStats
from pcishield.masking.iin import luhn_valid
from tests.corpora import NEGATIVES, NEVER_HIT, adversarial, framed, negatives, positives

Spans = list[tuple[int, int]]
Find = Callable[[str], Spans]
PLAIN = r"\d(?:[ -]?\d){12,18}"


def ours() -> Find:
    masker = Masker()
    return lambda text: [(f.start, f.end) for f in masker.scan(text)]


def expression() -> Find:
    pattern = re.compile(rf"(?<!\d){PLAIN}(?!\d)")
    return lambda text: [m.span() for m in pattern.finditer(text) if luhn_valid(ascii_digits(m.group()))]


def presidio() -> Find:
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

    recognizer = CreditCardRecognizer()
    return lambda text: [(r.start, r.end) for r in recognizer.analyze(text, ["CREDIT_CARD"], None)]


def datafog() -> Find:
    from datafog.processing.text_processing.regex_annotator import RegexAnnotator

    annotator = RegexAnnotator()

    def find(text: str) -> Spans:
        found = annotator.annotate(text).get("CREDIT_CARD", [])
        return [(text.find(value), text.find(value) + len(value)) for value in found if value]

    return find


def hyperscan() -> Find:
    import hyperscan as hs

    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    database.compile(expressions=[PLAIN.encode()], ids=[0], elements=1, flags=hs.HS_FLAG_SOM_LEFTMOST)

    def find(text: str) -> Spans:
        data = text.encode("utf-8", "surrogatepass")
        longest: dict[int, int] = {}
        database.scan(data, match_event_handler=lambda _id, low, high, _flags, _context: longest.update({low: high}))
        spans, end = [], 0
        for low, high in sorted(longest.items()):
            if low >= end and luhn_valid(ascii_digits(data[low:high].decode("ascii"))):
                spans.append((len(data[:low].decode("utf-8", "replace")), len(data[:high].decode("utf-8", "replace"))))
                end = high
        return spans

    return find


def ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.decimal(c, None) is not None)


PEERS: dict[str, Callable[[], Find]] = {
    "pcishield": ours,
    "presidio": presidio,
    "datafog": datafog,
    "hyperscan + Luhn": hyperscan,
    "re + Luhn": expression,
}


def found(pan: str, text: str, spans: Spans) -> bool:
    """Whether a finding holds ten digits of the number; where escapes hide them, whether there is a finding at all."""
    readable = pan[:10] in ascii_digits(text)
    return any(
        not readable or any(pan[i : i + 10] in ascii_digits(text[low:high]) for i in range(len(pan) - 9))
        for low, high in spans
    )


def written(per: int) -> Iterator[tuple[str, str, str]]:
    """Yield ``(category, number, text)``."""
    for network, pan, text in adversarial(per):
        yield f"{network.partition(' ')[0]} of {len(pan)}" if text == pan else "separators and containers", pan, text
    for _form, pan, text in positives(per):
        yield "other forms", pan, text
    for _frame, pan, value in framed(per):
        if isinstance(value, str):
            yield "frames and escapes", pan, value


def recall(peers: dict[str, Find], per: int) -> list[tuple[str, int, list[float]]]:
    hits: dict[str, list[list[bool]]] = {}
    for category, pan, text in written(per):
        hits.setdefault(category, []).append([found(pan, text, find(text)) for find in peers.values()])
    return [
        (name, len(rows), [sum(column) / len(rows) for column in zip(*rows, strict=True)])
        for name, rows in hits.items()
    ]


def false_hits(peers: dict[str, Find], count: int) -> list[tuple[str, int, list[float]]]:
    return [
        (name + (" (never)" if name in NEVER_HIT else ""), count,
         [sum(bool(find(text)) for text in negatives(name, count)) / count for find in peers.values()])
        for name in NEGATIVES
    ]  # fmt: skip


def cells() -> dict[str, list[str]]:
    rng = random.Random(1)
    words = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor".split()
    return {
        "short text": [" ".join(rng.choices(words, k=3)) for _ in range(2_000)],
        "mixed, one in ten a number": [
            text for name in NEGATIVES for text in negatives(name, 90)
        ] + [text for _, (_, _, text) in zip(range(200), positives(1), strict=False)],
    }  # fmt: skip


def times(peers: dict[str, Find], rounds: int) -> list[tuple[str, int, list[float]]]:
    """Microseconds a cell, in turns. The masker is timed on rows as well, which is how a driver calls it."""
    plan = Masker().plan(None, [ResultColumn(f"c{n}") for n in range(10)])
    rows = []
    for name, texts in cells().items():
        spent: list[list[float]] = [[] for _ in peers]
        batch: list[float] = []
        for _ in range(rounds):
            for place, find in enumerate(peers.values()):
                start = time.process_time()
                for text in texts:
                    find(text)
                spent[place].append((time.process_time() - start) / len(texts) * 1e6)
            tuples = list(zip(*[iter(texts)] * 10, strict=False)) * 20
            start = time.process_time()
            plan.mask(tuples, MaskStats())
            batch.append((time.process_time() - start) / len(tuples) / 10 * 1e6)
        rows.append((f"{name}, one call a cell", len(texts), [statistics.median(s) for s in spent]))
        rows.append(
            (f"{name}, rows", len(texts), [statistics.median(batch)] + [statistics.median(s) for s in spent[1:]])
        )
    return rows


def table(
    title: str, peers: dict[str, Find], rows: list[tuple[str, int, list[float]]], form: str, markdown: bool
) -> None:
    if markdown:
        print(f"\n| {title} | cells | {' | '.join(peers)} |\n|---|---|{'---|' * len(peers)}")
    else:
        print(f"\n{title:44} {'cells':>6} " + " ".join(f"{name:>16}" for name in peers))
    for name, count, values in rows:
        shown = [format(value, form) for value in values]
        if markdown:
            print(f"| {name} | {count:,} | {' | '.join(shown)} |")
        else:
            print(f"{name:44} {count:6} " + " ".join(f"{value:>16}" for value in shown))


def main() -> None:
    parser = argparse.ArgumentParser(description="the scanner beside its peers")
    parser.add_argument("--quick", action="store_true", help="fewer cells: to see that it runs, not to quote")
    parser.add_argument("--markdown", action="store_true", help="tables for docs/masking.md")
    options = parser.parse_args()
    print_machine("presidio-analyzer", "datafog", "hyperscan")
    peers = {}
    for name, make in PEERS.items():
        try:
            peers[name] = make()
        except ImportError as error:
            print(f"left out: {name} ({error.name} is not installed)")
    found_rows = recall(peers, 1)
    false_rows = false_hits(peers, 100 if options.quick else 1_000)
    total = sum(count for _, count, _ in found_rows)
    overall = [sum(n * row[i] for _, n, row in found_rows) / total for i in range(len(peers))]
    wrong = [sum(n * row[i] for _, n, row in false_rows) for i in range(len(peers))]
    share = [hits * total / (hits * total + bad) for hits, bad in zip(overall, wrong, strict=True)]
    table("recall", peers, [*found_rows, ("all", total, overall)], ".3f", options.markdown)
    table("false hits", peers, false_rows, ".2%", options.markdown)
    table("precision over both", peers, [("all", total, share)], ".3f", options.markdown)
    table("microseconds a cell", peers, times(peers, 3 if options.quick else 9), ".3f", options.markdown)


if __name__ == "__main__":
    main()
