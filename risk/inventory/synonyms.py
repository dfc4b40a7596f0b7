"""The published table of header words: what other tools call our columns, in eleven languages."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

from risk.inventory.columns import COLUMNS, header_key


@cache
def published_synonyms() -> Mapping[str, tuple[str, int]]:
    """Compared header (:func:`~risk.inventory.columns.header_key`) → canonical column and rank.

    Of two headers for one column the one of lower rank is taken. Read from
    ``fixtures/header_synonyms.csv``, which is shipped with the program.
    """
    return synonyms(files("fixtures").joinpath("header_synonyms.csv").read_text("utf-8"))


def synonyms(text: str) -> Mapping[str, tuple[str, int]]:
    """The same from a CSV text with the columns synonym, column, language, source.

    Raises ``ValueError`` for a column that does not exist.
    """
    table: dict[str, tuple[str, int]] = {}
    for rank, row in enumerate(csv.DictReader(StringIO(text))):
        if row["column"] not in COLUMNS:
            raise ValueError(f"{row['column']!r}, the meaning of {row['synonym']!r}, is no column")
        table.setdefault(header_key(row["synonym"]), (row["column"], rank))
    return table
