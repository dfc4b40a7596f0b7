"""Glossary as columns: each term with its other names, its meaning and what it is about."""

from collections.abc import Iterable

from ui.tables.column import Column, Record, Unit
from ui.words.glossary import Term, section_of


def rows_of(terms: Iterable[Term]) -> list[Record]:
    """Return each term as a row."""
    return [
        {
            "term": one.word,
            "also": list(one.also),
            "means": one.means,
            "section": section_of(one),
            "anchor": one.anchor,
        }
        for one in terms
    ]


COLUMNS = (
    Column(key="term", label="Term"),
    Column(
        key="also",
        label="Also called",
        unit=Unit.LIST,
        cell=lambda row: ", ".join(row["also"]),
    ),
    Column(key="means", label="Means"),
)
