"""Columns of what a stress test costs a startup."""

from collections.abc import Iterable

from risk.portfolio.results import BeforeAfter, Interval
from risk.scenarios.fields import fields_of
from risk.scenarios.results import StressedStartup
from risk.scenarios.stress import MONEY_PARTS
from ui import wording
from ui.tables.column import Column, Record, Unit, before_after, chosen, values, written
from ui.words import marks
from ui.words.scenario_words import PART_NAMES


def row_of(one: StressedStartup) -> Record:
    """One startup's values by key."""
    return fields_of(one)


def rows_of(startups: Iterable[StressedStartup]) -> list[Record]:
    """The values of some startups."""
    return [fields_of(one) for one in startups]


def _range(row: Record) -> str:
    low, high = wording.money(row["loss_low_usd"]), wording.money(row["loss_high_usd"])
    return low if low == high else f"{low} to {high}"


def _median_and_range(row: Record) -> str:
    reach = Interval(low=row["loss_low_usd"], high=row["loss_high_usd"])
    return marks.median_and_range(row["loss_median_usd"], reach)


def _through(row: Record) -> str:
    return "; ".join(row["hit_through"])


def switched(row: Record) -> str:
    """``Day 12 (alone 9)``, or that the startup waits."""
    if row["switched_on_day"] is None:
        return "Waits it out"
    day = "Day 0" if row["switched_on_day"] < 0.5 else f"Day {row['switched_on_day']:.0f}"
    alone = row["switched_alone_on_day"]
    if alone is None or row["switched_on_day"] - alone < 0.5:
        return day
    return f"{day} (alone {alone:.0f})"


def _queue(row: Record) -> str:
    return "–" if row["queue_days"] is None else written(row["queue_days"], Unit.DAYS)


def _runway(row: Record) -> str:
    found = BeforeAfter(before=row["runway_months_before"], after=row["runway_months_after"])
    return wording.before_after_months(found)


def _cash_out(row: Record) -> str:
    before, after = row["cash_out_probability_before"], row["cash_out_probability_after"]
    if before is None and after is None:
        return wording.UNKNOWN
    return f"{wording.percent(before)} → {wording.percent(after)}"


COLUMNS = (
    Column(key="startup", label="Company"),
    Column(
        key="loss_median_usd",
        label="Loss",
        unit=Unit.USD,
        help="Median: it is as likely to be more as to be less.",
    ),
    Column(
        key="range",
        label="10–90 % range",
        unit=Unit.USD,
        cell=_range,
        of=("loss_low_usd", "loss_high_usd"),
        help="Where the loss lies in eight of ten worlds of what is unknown.",
    ),
    Column(key="loss_low_usd", label="Low (10 %)", unit=Unit.USD),
    Column(key="loss_high_usd", label="High (90 %)", unit=Unit.USD),
    Column(key="loss_usd", label="Mean", unit=Unit.USD, help="For adding up."),
    *(
        Column(key=f"{part}_usd", label=PART_NAMES[part], unit=Unit.USD, path=("parts", part))
        for part in MONEY_PARTS
    ),
    Column(key="lost_service_days", label="Lost service days", unit=Unit.DAYS),
    Column(key="hit_probability", label="Chance of being hit", unit=Unit.SHARE),
    Column(key="hit_through", label="Hit through", unit=Unit.LIST, cell=_through),
    Column(
        key="switched_on_day",
        label="Switched on",
        cell=switched,
        help="Median day after it takes effect, queue included; in brackets without it.",
    ),
    Column(key="switched_alone_on_day", label="Switched on, without a queue", unit=Unit.DAYS),
    Column(key="queue_days", label="Days in the queue", unit=Unit.DAYS, cell=_queue),
    Column(
        key="runway",
        label="Runway",
        cell=_runway,
        of=("runway_months_before", "runway_months_after"),
        help="Before → after, without new money.",
    ),
    *before_after("runway_months", Unit.MONTHS, "Runway today", "Runway after it"),
    Column(
        key="cash_out",
        label="Out of cash in 12 months",
        cell=_cash_out,
        of=("cash_out_probability_before", "cash_out_probability_after"),
        help="Probability.",
    ),
    *before_after(
        "cash_out_probability",
        Unit.SHARE,
        "Out of cash in 12 months",
        "Out of cash in 12 months after it",
    ),
)
#: Median and range in one cell, as on every page.
_TOGETHER = Column(
    key="loss_median_usd",
    label="Loss",
    unit=Unit.USD,
    cell=_median_and_range,
    help="Median, as likely to be more as to be less, and where it lies in 8 of 10 worlds.",
)
SHOWN = "startup loss_median_usd range loss_usd lost_service_days hit_probability hit_through"
PAGE = (
    COLUMNS[0],
    _TOGETHER,
    *chosen(
        COLUMNS,
        "lost_service_days hit_probability hit_through switched_on_day runway cash_out".split(),
    ),
)
TERMINAL = (
    COLUMNS[0],
    _TOGETHER,
    *chosen(
        COLUMNS,
        "loss_usd lost_service_days hit_probability hit_through switched_on_day runway".split(),
    ),
)
#: What readers of links and reports see, unless it is left out.
LINK = chosen(COLUMNS, f"{SHOWN} switched_on_day queue_days runway cash_out".split())
#: Single values, as files and documents have them.
VALUES = values(COLUMNS)
