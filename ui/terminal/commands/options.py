"""Options that commands share, and what they stand for."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from db.engine import Store

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="DOWNSTREAM_DATABASE_URL",
        metavar="URL",
        help="The store; default: an SQLite file in your data directory.",
    ),
]
PortfolioName = Annotated[str, typer.Option("--portfolio", help="The portfolio's name.")]


def opened(database: str | None) -> "Store":
    """Return the store that a command works on."""
    from db.engine import open_store

    return open_store(database)


def today() -> date:
    """Return the day on which everything is assessed."""
    return datetime.now(UTC).date()
