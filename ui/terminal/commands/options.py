"""Options that commands share, and what they stand for: also for whom and on which store."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from risk.catalog.failure_kinds import FailureKind
from ui import wording

if TYPE_CHECKING:
    from db.engine import Store
    from db.services.access import Actor
    from db.sharing.presets import Preset

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
Slices = Annotated[
    list[str] | None,
    typer.Option(
        "--slice",
        metavar="FIELD=VALUE",
        help="Only companies with this value, for instance country=DE; may be repeated: several "
        "of one field mean any of them, different fields all of them.",
    ),
]
OfFunds = Annotated[
    list[str] | None,
    typer.Option("--fund", metavar="NAME", help="Only companies that this fund holds."),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="The register as of the end of that day, by today's model and facts.",
    ),
]

LeftOut = Annotated[
    list[str] | None,
    typer.Option(
        "--redact", help="What to leave out: names, money, or outline (both, and providers)."
    ),
]

# What makes a stress test: a named one, or a provider and how it falters.
ScenarioId = Annotated[
    str | None, typer.Option("--scenario", metavar="ID", help="The id of a named scenario.")
]
Root = Annotated[
    str | None,
    typer.Option("--root", metavar="NAME", help="The provider or service that fails."),
]
Kind = Annotated[FailureKind | None, typer.Option("--kind", help="How it fails.")]
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


@dataclass(frozen=True, kw_only=True)
class _Served:
    """The open store of a server that runs a command, and for whom."""

    store: "Store"
    actor: "Actor"


_SERVED: ContextVar[_Served | None] = ContextVar("served_command", default=None)


@contextmanager
def served(store: "Store", actor: "Actor") -> Iterator[None]:
    """Run commands on this open store and with the rights of this actor for a while.

    It holds for the running thread of work alone; whatever the ``database`` of a command says.
    """
    before = _SERVED.set(_Served(store=store, actor=actor))
    try:
        yield
    finally:
        _SERVED.reset(before)


def caller() -> "Actor":
    """Return for whom a command runs: whoever sits at this machine, unless a server says other."""
    from db.services.access import LOCAL_OWNER

    running = _SERVED.get()
    return LOCAL_OWNER if running is None else running.actor


def opened(database: str | None) -> "Store":
    """Return the store that a command works on."""
    from db.engine import open_store

    running = _SERVED.get()
    return open_store(database) if running is None else running.store


def opened_part(
    database: str | None,
    portfolio: str,
    slices: list[str] | None,
    funds: list[str] | None = None,
    day: datetime | None = None,
) -> "Store":
    """Return the store as it is read of the day and startups wanted; a sentence says of which."""
    from db.services.past import as_of
    from db.services.slices import sliced_store
    from ui.render.terminal import say
    from ui.words.view_words import view_in_words

    store = opened(database)
    if day is not None:
        store = as_of(store, caller(), portfolio, day.date())
    wanted = [*(slices or []), *(f"fund={one}" for one in funds or [])]
    if wanted:
        store = sliced_store(store, caller(), portfolio, wanted)
    if not store.view.is_whole:
        say(f"{wording.sentence_case(view_in_words(store.view))}.")
    return store


def today() -> date:
    """Return the day on which everything is assessed."""
    return datetime.now(UTC).date()


def left_out(redact: list[str] | None) -> "Preset":
    """Return the preset that leaves out what was named, several in one text or one by one.

    Raises:
        Refused: something cannot be left out by itself.
    """
    from db.sharing.presets import preset_of

    return preset_of(part for one in redact or () for part in one.split(","))
