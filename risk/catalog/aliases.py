"""Spellings of providers and products found in inventories, read from ``aliases.csv``."""

from pathlib import Path

from risk.catalog.records import Alias, Answer
from risk.catalog.tables import read_table

ALIASES_FILE = "aliases.csv"
COLUMNS = ("text", "answer", "developer", "host", "product", "source")


def load_aliases(path: Path) -> tuple[Alias, ...]:
    """The aliases in ``path`` (the CSV file, or the folder that holds ``aliases.csv``).

    Columns: text, answer (yes, no or ask), developer, host, product, source; an empty cell is
    unknown.

    Raises:
        CatalogError: a row lacks a text or a source, or its answer is another word.
    """
    file = path / ALIASES_FILE if path.is_dir() else path
    return tuple(
        Alias(
            text=row.text("text"),
            answer=row.choice("answer", Answer),
            developer=row.optional("developer"),
            host=row.optional("host"),
            product=row.optional("product"),
            source=row.text("source"),
        )
        for row in read_table(file, COLUMNS)
    )
