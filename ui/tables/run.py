"""Kept figures of answers as columns, the steps between two of them, and who moved."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui import wording
from ui.tables.column import Column, Record, Unit, attributes
from ui.words import run_words as words

if TYPE_CHECKING:
    from db.services.run_history import ChangesSince, KeptRun


def runs_of(runs: Iterable["KeptRun"]) -> list[Record]:
    """Return every run that was kept, oldest first."""
    return [attributes(one, " ".join(column.key for column in RUNS)) for one in runs]


def steps_of(found: "ChangesSince") -> list[Record]:
    """Return the steps from the figures of then to those of now, in their order."""
    return [
        {"step": words.cause(one), "usd": one.usd, "because": one.because} for one in found.steps
    ]


def movers_of(found: "ChangesSince") -> list[Record]:
    """Return the startups that moved most, largest first."""
    names = "startup before_usd after_usd change_usd register_usd why"
    return [attributes(one, names) for one in found.movers]


RUNS = (
    Column(key="day", label="Day", unit=Unit.DATE),
    Column(key="made_at", label="Worked out (UTC)", unit=Unit.MOMENT),
    Column(key="startups", label="Companies", unit=Unit.COUNT),
    Column(key="median_usd", label="Expected loss, median", unit=Unit.USD),
    Column(
        key="aal_interval_usd",
        label="10 to 90 %",
        cell=lambda row: wording.money_range(row["aal_interval_usd"]),
    ),
    Column(key="aal_usd", label="Mean", unit=Unit.USD),
    Column(key="var95_usd", label="1-in-20-year loss", unit=Unit.USD),
    Column(key="tvar95_usd", label="Mean of the worst 5 %", unit=Unit.USD),
    Column(key="effective_providers", label="Providers, as concentrated as", unit=Unit.FACTOR),
    Column(key="model_version", label="Model"),
    Column(key="catalogue_date", label="Reference facts of", unit=Unit.DATE),
    Column(key="by_startup", label="Every company kept", unit=Unit.YES),
)
STEPS = (
    Column(key="step", label="Step"),
    Column(
        key="usd",
        label="Expected loss",
        unit=Unit.USD,
        cell=lambda row: words.signed(row["usd"]),
    ),
    Column(
        key="because", label="What changed", cell=lambda row: words.what_changed(row["because"])
    ),
)
MOVERS = (
    Column(key="startup", label="Company"),
    Column(key="before_usd", label="Then", unit=Unit.USD, missing="–"),
    Column(key="after_usd", label="Now", unit=Unit.USD, missing="–"),
    Column(
        key="change_usd",
        label="Change",
        unit=Unit.USD,
        cell=lambda row: words.signed(row["change_usd"]),
    ),
    Column(
        key="register_usd",
        label="Of it the register",
        unit=Unit.USD,
        cell=lambda row: words.signed(row["register_usd"]),
    ),
    Column(
        key="why",
        label="Why",
        help="Facts changed: the register is more than half of its change. Rest: what is the same "
        "for all, such as assumptions, news and the days that passed.",
        cell=lambda row: words.WHYS[row["why"]],
    ),
)
#: What a narrow page has room for.
ON_PAGE = tuple(one for one in MOVERS if one.key not in ("before_usd", "register_usd"))
