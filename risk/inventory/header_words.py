"""Meanings of headers and cells: published synonyms, what is likely, files of other kinds.

Words of the header say what a number or a date may mean; the cells say whether it can be. What is
only likely is never taken silently: the reader sees the suggestion beside the cells.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from risk.inventory.columns import COLUMNS, header_key
from risk.inventory.shipped import shipped, word_list

#: A column names providers if this share of its cells is known to name one.
_SHARE_OF_PROVIDERS = 0.5
#: Cells longer than this on average are sentences.
_LETTERS_OF_A_SENTENCE = 25
#: So many headers of another kind of file give it away.
_TELLTALES = 3
_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.I)
_CELLS = {
    "amount": re.compile(
        r"[-+]?\s*(?:us)?[$€£¥]?\s*\d[\d\s.,'’\u00a0]*(?:[eE][+-]?\d+)?\s*[$€£¥]?\s*(?:usd)?$",
        re.I,
    ),
    "fraction": re.compile(r"[-−(]?(?:\d{1,3}(?:[.,]\d+)?\s*%|0?[.,]\d+|[01](?:[.,]0+)?)\)?$"),
    "whole number": re.compile(r"\d{1,6}$"),
    "date": re.compile(
        r"\d{4}-\d\d?-\d\d?(?:[T ].*)?$|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?: .*)?$"
        r"|\d{1,2}\.?[ ./-][^\W\d_]{3,10}\.?[ ./,-]+(?:\d{4}|\d\d)$"
        r"|[^\W\d_]{3,10}\.?[ -]\d{1,2}(?:st|nd|rd|th)?,?[ -]\d{4}$"
    ),
    "one to five": re.compile(r"[1-5]$"),
}
#: Words of a header, the kind its cells must have, and the column. The first that fits is taken.
_HINTS = tuple(
    (re.compile(row["words"], re.I), _CELLS[row["cells"]], row["column"])
    for row in shipped("header_hints")
)
_COUNTRIES = frozenset(word_list("country code") + word_list("country"))


@cache
def published_synonyms() -> Mapping[str, tuple[str, int]]:
    """Compared header (:func:`~risk.inventory.columns.header_key`) → canonical column and rank.

    Of two headers for one column the one of lower rank is taken. Read from
    ``fixtures/header_synonyms.csv``: what other tools call our columns, in eleven languages.
    """
    return synonyms(shipped("header_synonyms"))


def synonyms(rows: Iterable[Mapping[str, str]]) -> Mapping[str, tuple[str, int]]:
    """The same from rows with a synonym and a column.

    Raises ``ValueError`` for a column that does not exist.
    """
    table: dict[str, tuple[str, int]] = {}
    for rank, row in enumerate(rows):
        if row["column"] not in COLUMNS:
            raise ValueError(f"{row['column']!r}, the meaning of {row['synonym']!r}, is no column")
        table.setdefault(header_key(row["synonym"]), (row["column"], rank))
    return table


def likely_column(
    header: str, cells: Sequence[str], names_a_provider: Callable[[str], bool] | None = None
) -> str | None:
    """The canonical column that ``cells`` under ``header`` could be, or None.

    ``names_a_provider`` says whether a cell names a provider or product of language models.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return None
    if all(_WEB_ADDRESS.match(cell) for cell in filled):
        return "website"
    for words, kind, column in _HINTS:
        if words.search(header) and all(kind.match(cell) for cell in filled):
            return column
    if names_a_provider and holds_providers(filled, names_a_provider):
        return "provider"
    if all(cell.casefold() in _COUNTRIES for cell in filled):
        return "country"
    sentences = sum(map(len, filled)) / len(filled) > _LETTERS_OF_A_SENTENCE
    return "notes" if sentences else None


def holds_providers(cells: Sequence[str], names_a_provider: Callable[[str], bool]) -> bool:
    """Whether half of the cells or more name a provider or product of language models."""
    filled = [cell for cell in cells if cell.strip()]
    known = sum(map(names_a_provider, filled))
    return bool(filled) and known >= _SHARE_OF_PROVIDERS * len(filled)


def what_it_looks_like(header: Sequence[str]) -> str | None:
    """The kind of file, often uploaded by mistake, that three or more headers give away."""
    keys = {header_key(cell).replace("/", "") for cell in header}
    telltales = {row["kind"]: set(row["headers"].split()) for row in shipped("foreign_files")}
    found = {kind: len(keys & words) for kind, words in telltales.items()}
    best = max(found, key=lambda kind: found[kind])
    return best if found[best] >= _TELLTALES else None
