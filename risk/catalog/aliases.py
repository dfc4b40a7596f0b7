"""Spellings of providers and products found in inventories, read from ``aliases.csv``."""

import csv
from pathlib import Path

from risk.catalog.records import Alias, Answer

ALIASES_FILE = "aliases.csv"


def load_aliases(path: Path) -> tuple[Alias, ...]:
    """The aliases in ``path`` (the CSV file, or the folder that holds ``aliases.csv``).

    Columns: text, answer (yes, no or ask), developer, host, product, source; an empty cell is
    unknown. Raises ``ValueError`` naming the line that lacks a text or has another answer.
    """
    file = path / ALIASES_FILE if path.is_dir() else path
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        return tuple(_alias(row, reader.line_num) for row in reader)


def _alias(row: dict[str, str], line: int) -> Alias:
    text, answer = row["text"].strip(), row["answer"].strip()
    if not text or answer not in set(Answer):
        raise ValueError(f"aliases, line {line}: give a text and an answer of yes, no or ask")
    return Alias(
        text=text,
        answer=Answer(answer),
        developer=row["developer"].strip() or None,
        host=row["host"].strip() or None,
        product=row["product"].strip() or None,
        source=row["source"].strip(),
    )
