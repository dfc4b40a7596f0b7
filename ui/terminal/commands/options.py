"""Options that commands share, and what they stand for."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from risk.catalog.failure_kinds import FailureKind

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

# What makes a stress test: a named one, or a provider and how it falters.
ScenarioId = Annotated[
    str | None, typer.Option("--scenario", metavar="ID", help="The id of a named scenario.")
]
Root = Annotated[
    str | None,
    typer.Option("--root", metavar="NAME", help="The provider or service that falters."),
]
Kind = Annotated[FailureKind | None, typer.Option("--kind", help="How it falters.")]
DaysOfDisruption = Annotated[float | None, typer.Option("--days", min=0, help="For how long.")]
Severity = Annotated[
    float | None,
    typer.Option("--severity", min=0, max=1, help="The share of service that is lost."),
]
PriceMultiple = Annotated[
    float | None,
    typer.Option("--price-multiple", min=0, help="The new price over the old one."),
]
NoticeDays = Annotated[
    float | None,
    typer.Option("--notice-days", min=0, help="Days between the news and the disruption."),
]


def opened(database: str | None) -> "Store":
    """Return the store that a command works on."""
    from db.engine import open_store

    return open_store(database)


def today() -> date:
    """Return the day on which everything is assessed."""
    return datetime.now(UTC).date()
