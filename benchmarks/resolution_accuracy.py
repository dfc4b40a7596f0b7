"""Precision, recall and questions of reading provider names, on labelled strings.

    python benchmarks/resolution_accuracy.py LABELLED.csv [--wrong]

The CSV has the columns text, developer, host, is_llm (yes, no or possible) and perhaps class; a
cell that names several products holds its developers and hosts in the same order, split by ``|``.
A correct yes has the answer yes and the labelled developers and hosts, compared as sets. A cloud
named in a list counts as a named host even where its model has to be asked for.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from risk.catalog.loading import load_catalog  # noqa: E402  the script runs from any folder
from risk.catalog.records import Answer  # noqa: E402
from risk.inventory.resolution import Resolver  # noqa: E402


@dataclass(frozen=True)
class Accuracy:
    """Counts over labelled strings, and the strings that were read wrongly."""

    strings: int
    asked: int
    precision: float
    recall: float
    possible_asked: float
    wrong: tuple[str, ...]


def measure(rows: Iterable[Mapping[str, str]], resolver: Resolver) -> Accuracy:
    """Precision and recall of the answer yes, and the share of ``possible`` strings asked about."""
    said, right, labelled, possible, asked, all_asked, strings = 0, 0, 0, 0, 0, 0, 0
    wrong: list[str] = []
    for row in rows:
        strings += 1
        answer = resolver.resolve(row["text"]).answer
        got, expected = named_pairs(row["text"], resolver), labelled_pairs(row)
        correct = answer is Answer.YES and row["is_llm"] == "yes" and got == expected
        said += answer is Answer.YES
        right += correct
        labelled += row["is_llm"] == "yes"
        all_asked += answer is Answer.ASK
        possible += row["is_llm"] == "possible"
        asked += row["is_llm"] == "possible" and answer is Answer.ASK
        expected_answer = {"yes": Answer.YES, "no": Answer.NO, "possible": Answer.ASK}
        if not correct and (answer is not expected_answer[row["is_llm"]] or row["is_llm"] == "yes"):
            wrong.append(f"{row['text']!r}: {row['is_llm']} {expected}, read {answer} {got}")
    return Accuracy(
        strings=strings,
        asked=all_asked,
        precision=right / said if said else 1.0,
        recall=right / labelled if labelled else 1.0,
        possible_asked=asked / possible if possible else 1.0,
        wrong=tuple(wrong),
    )


def named_pairs(text: str, resolver: Resolver) -> set[tuple[str, str]]:
    """The developers and hosts that the resolver finds in ``text``."""
    return {
        (resolution.developer, resolution.host)
        for resolution in resolver.resolve_all(text)
        if resolution.developer is not None
        and resolution.host is not None
        and resolution.answer is not Answer.NO
    }


def labelled_pairs(row: Mapping[str, str]) -> set[tuple[str, str]]:
    """The developers and hosts that the label names."""
    developers = [part.strip() for part in row["developer"].split("|")]
    hosts = [part.strip() for part in row["host"].split("|")]
    return {pair for pair in zip(developers, hosts, strict=True) if pair != ("", "")}


def by_class(rows: Iterable[Mapping[str, str]], resolver: Resolver) -> Mapping[str, Accuracy]:
    """The same for each class of strings, where the CSV names one."""
    classes: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        classes.setdefault(row.get("class") or "", []).append(row)
    return {name: measure(part, resolver) for name, part in sorted(classes.items()) if name}


def main() -> None:
    """Print the measures, the speed, and with ``--wrong`` every string read wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    with options.labelled.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    resolver = Resolver(load_catalog(PROJECT / "fixtures"))
    accuracy = measure(rows, resolver)
    print(f"strings              {accuracy.strings}")
    print(f"precision of yes     {accuracy.precision:.3f}")
    print(f"recall of yes        {accuracy.recall:.3f}")
    print(f"possible, asked      {accuracy.possible_asked:.3f}")
    print(f"asked of all         {accuracy.asked / accuracy.strings:.3f}")
    for name, part in by_class(rows, resolver).items():
        print(
            f"  {name:10} {part.strings:4} strings, precision {part.precision:.3f},"
            f" recall {part.recall:.3f}, possible asked {part.possible_asked:.3f}"
        )
    fresh = [f"{row['text']} {number}" for row in rows for number in range(20)]
    for name, texts in (("first time", fresh), ("again", fresh)):
        started = time.perf_counter()
        for text in texts:
            resolver.resolve(text)
        rate = len(texts) / (time.perf_counter() - started)
        print(f"strings a second, {name}: {rate:,.0f}")
    if options.wrong:
        print("\n".join(accuracy.wrong))


if __name__ == "__main__":
    main()
