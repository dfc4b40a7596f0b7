"""Recorded prices and retirements as columns: how often, how sure, how long ahead, and checks."""

from collections.abc import Iterable

from risk.catalog.model_history import HostType
from risk.hazard.cell_rates import LEVEL, CellCheck, CellRate, Rival
from risk.hazard.history_record import HistoryRecord, Notices
from ui import wording
from ui.tables.column import Column, Record, Unit

PLACES = {
    HostType.FIRST_PARTY: "own API",
    HostType.CLOUD: "cloud",
    HostType.RESELLER: "other host",
}
_TIERS = {"top": "first tier", "second": "second tier"}
MISS = "MISS"


def prices_of(record: HistoryRecord) -> list[Record]:
    """Return each cell's rises beside what was judged before, and its falls."""
    rises, falls = record.prices.rises.cells, record.prices.falls.cells
    judged = record.judged.price_rate
    return [
        {**row, "falls": fall.rate} for row, fall in zip(_cells(rises, judged), falls, strict=True)
    ]


def hosts_of(record: HistoryRecord) -> list[Record]:
    """Return each sort of host: days with any rise a host-year, and how many models moved."""
    return [
        {
            "models": PLACES[one.place],
            "rate": one.law.mean,
            "interval": one.law.interval(LEVEL),
            "judged": record.judged.price_rate,
            "events": f"{one.days}",
            "years": one.years,
            "moved_share": one.moved_share,
        }
        for one in record.prices.hosts
    ]


def ends_of(record: HistoryRecord) -> list[Record]:
    """Return each cell's ends beside what was judged before."""
    return _cells(record.retirements.ends.cells, record.judged.retirement_rate)


def ages_of(record: HistoryRecord) -> list[Record]:
    """Return the same by age of the model, from the day it was listed."""
    return _cells(record.retirements.ages.cells, record.judged.retirement_rate)


def _cells(cells: Iterable[CellRate], judged: float) -> list[Record]:
    return [
        {
            "models": models_in_words(one.cell.name),
            "rate": one.rate,
            "interval": one.interval,
            "judged": judged,
            "events": _events(one.cell.events, one.cell.days),
            "years": one.cell.years,
        }
        for one in cells
    ]


def models_in_words(cell: str) -> str:
    """Return ``Own API, first tier`` for ``first-party, top``."""
    place, _, rest = cell.partition(", ")
    return f"{PLACES[HostType(place)]}, {_TIERS.get(rest, rest)}"


def _events(events: int, days: int) -> str:
    return f"{events}" if events == days else f"{events} on {days}"


def checks_of(check: CellCheck) -> list[Record]:
    """Return each cell: what came, the forecast with its interval, and what was judged."""
    return [
        {
            "models": models_in_words(one.name),
            "came": one.came,
            "between": f"{one.low} to {one.high}",
            "held": "held" if one.is_held else MISS,
            "forecast": one.expected[Rival.FIT],
            "judged": one.expected[Rival.JUDGED],
            "years": one.years,
        }
        for one in check.cells
    ]


def notices_of(record: HistoryRecord) -> list[Record]:
    """Return each class of model: notices that developers' pages state, in days."""
    return [
        {
            "models": str(kind),
            **_points(notices),
            "judged": record.judged.notice_days[kind],
        }
        for kind, notices in record.retirements.published.items()
    ]


def seen_of(record: HistoryRecord) -> list[Record]:
    """Return each sort of host: notice at least, in days, and what was entered too late."""
    return [
        {
            "models": PLACES[one.place],
            **_points(one.at_least),
            "after": one.after,
            "undated": one.undated,
            "told": f"{one.told} of {one.ended}",
        }
        for one in record.retirements.seen
    ]


def _points(notices: Notices) -> Record:
    low, median, high = notices.points or (None, None, None)
    return {"known": len(notices.days), "low": low, "median": median, "high": high}


def _rate(a_year: float) -> str:
    return f"{a_year:.3f}" if a_year < 0.0995 else f"{a_year:.2f}"


def _figure(key: str, label: str, form: str, unit: Unit = Unit.COUNT) -> Column:
    def cell(row: Record) -> str:
        return wording.UNKNOWN if row[key] is None else format(row[key], form)

    return Column(key=key, label=label, unit=unit, cell=cell)


def _count(key: str, label: str, help_: str = "") -> Column:
    """A column of numbers that carry words."""
    return Column(key=key, label=label, unit=Unit.COUNT, cell=lambda row: str(row[key]), help=help_)


def _models(label: str) -> Column:
    return Column(key="models", label=label, cell=lambda row: wording.sentence_case(row["models"]))


def _a_year(key: str, label: str) -> Column:
    return Column(key=key, label=label, unit=Unit.RATE, cell=lambda row: _rate(row[key]))


_BEFORE = "Judged before"
_RATES = (
    _a_year("rate", "A year"),
    Column(
        key="interval",
        label="10–90 %",
        unit=Unit.RATE,
        cell=lambda row: " to ".join(map(_rate, row["interval"])),
    ),
    _a_year("judged", _BEFORE),
)
ENDS = (
    _models("Models"),
    *_RATES,
    _count("events", "Events", "“13 on 4”: thirteen on four days of a host."),
    _figure("years", "Model-years", ",.0f"),
)
PRICES = (*ENDS, _a_year("falls", "Falls a year"))
HOSTS = (
    _models("Hosts"),
    *_RATES,
    _count("events", "Days"),
    _figure("years", "Host-years", ",.0f"),
    Column(
        key="moved_share",
        label="Models that rose",
        unit=Unit.SHARE,
        cell=lambda row: wording.percent(row["moved_share"]),
    ),
)
CHECKS = (
    _models("Models"),
    _count("came", "Came"),
    _count("between", "10–90 %"),
    Column(key="held", label="Held"),
    _figure("forecast", "Forecast", ".1f"),
    _figure("judged", "Judged", ".1f"),
    _figure("years", "Model-years", ",.0f"),
)
_POINTS = (
    _count("known", "Known"),
    _figure("low", "10 %", ",.0f", Unit.DAYS),
    _figure("median", "Median", ",.0f", Unit.DAYS),
    _figure("high", "90 %", ",.0f", Unit.DAYS),
)
NOTICES = (_models("Models"), *_POINTS, _figure("judged", _BEFORE, ",.0f", Unit.DAYS))
SEEN = (
    _models("Where"),
    *_POINTS,
    _count("after", "Entered after"),
    _count("undated", "Day unknown"),
    _count("told", "Told before"),
)
