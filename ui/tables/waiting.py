"""Courses of action while a provider may end, as columns."""

from math import isfinite

from risk.alternatives.break_even import PaysFrom
from risk.alternatives.waiting import Waiting
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words import waiting_words


def rows_of(one: Waiting) -> list[Record]:
    """Return a row for each course of one dependency."""
    return [
        {
            **vars(each),
            "what": waiting_words.COURSES[each.course],
            "pays": waiting_words.pays(each.pays_from),
            "pays_from_low": _point(each.pays_from, "low"),
            "pays_from_median": _point(each.pays_from, "median"),
            "pays_from_high": _point(each.pays_from, "high"),
        }
        for each in one.courses
    ]


def _point(found: PaysFrom | None, end: str) -> float | None:
    """One point of the range; None: never, or of waiting."""
    value = None if found is None else float(getattr(found, end))
    return value if value is not None and isfinite(value) else None


COLUMNS = (
    *texts(course="Code", what="Course"),
    Column(key="option", label="How", missing="–"),
    Column(
        key="days",
        label="Days until it works",
        unit=Unit.DAYS,
        help="The figures take it to be done before the end: the longer, the more they flatter it.",
    ),
    Column(
        key="cost_usd",
        label="Costs for certain",
        unit=Unit.USD,
        help="Once, and what runs dearer within the horizon.",
    ),
    Column(key="loss_usd", label="Loss if it ends", unit=Unit.USD, help="Mean over the worlds."),
    Column(
        key="expected_usd",
        label="Both at today's chance",
        unit=Unit.USD,
        help="What is certain, and today's chance times the loss.",
    ),
    Column(
        key="best_in",
        label="Best in",
        unit=Unit.SHARE,
        help="Share of worlds in which it costs least at today's chance.",
    ),
    Column(
        key="pays",
        label="Pays",
        help="The chance from which it pays: median, 10 and 90 % over the worlds.",
    ),
    *(
        Column(
            key=f"pays_from_{end}",
            label=f"Pays from, {end}",
            unit=Unit.SHARE,
            path=("pays_from", end),
        )
        for end in ("low", "median", "high")
    ),
)
#: What decides comes first: a phone shows three columns.
PAGE = chosen(COLUMNS, "what pays option cost_usd loss_usd expected_usd best_in days".split())
VALUES = chosen(
    COLUMNS,
    "course option days cost_usd loss_usd expected_usd best_in pays_from_low pays_from_median"
    " pays_from_high".split(),
)
