"""A rush for other providers as columns: who gets capacity where, and who waits how long."""

from risk.alternatives.herding import Herd
from risk.alternatives.rationing import Priority
from risk.scenarios import hits
from risk.scenarios.results import StressResult
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen

#: What a priority is called on screen.
PRIORITIES = {
    Priority.COMMITTED: "Reserved capacity",
    Priority.CUSTOMER: "Customer already",
    Priority.NEW: "New customer",
}


def rows_of(herd: Herd, result: StressResult) -> list[Record]:
    """The displaced dependencies, the longest wait first."""
    waiting = sorted(herd.members, key=lambda one: (-one.queue_days, -one.units, one.key))
    listed = hits.named(result.startups, (one.startup for one in waiting))
    alone = {name: one.switched_alone_on_day for name, one in listed.items()}
    return [
        {
            "startup": one.startup,
            "dependency": one.key,
            "priority": int(one.priority),
            "spend_usd_per_month": one.units,
            "admitted_usd_per_month": one.admitted,
            "admitted_share": one.admitted / one.units if one.units else 1.0,
            "first_choice": one.first_choice,
            "second_choice": one.second_choice,
            "second_choice_full": one.second_gone,
            "switched_alone_on_day": alone.get(one.startup),
            "queue_days": one.queue_days,
        }
        for one in waiting
    ]


def _turn(row: Record) -> str:
    return PRIORITIES[Priority(row["priority"])]


def _second(row: Record) -> str:
    return str(row["second_choice"] or "–")


def _full(row: Record) -> str:
    return "Yes" if row["second_choice_full"] else "No"


def _alone(row: Record) -> str:
    day = row["switched_alone_on_day"]
    return "Waits it out" if day is None else f"Day {day:.0f}"


def _queue(row: Record) -> str:
    return wording.days(row["queue_days"])


COLUMNS = (
    Column(key="startup", label="Company"),
    Column(key="dependency", label="Dependency"),
    Column(
        key="priority",
        label="Whose turn",
        cell=_turn,
        help="Reserved capacity is served first, then customers, then the rest.",
    ),
    Column(key="spend_usd_per_month", label="Spend a month", unit=Unit.USD),
    Column(key="admitted_usd_per_month", label="Gets capacity for, a month", unit=Unit.USD),
    Column(key="admitted_share", label="Gets capacity", unit=Unit.SHARE, help="At once."),
    Column(key="first_choice", label="Asks first"),
    Column(key="second_choice", label="Asks second", cell=_second),
    Column(key="second_choice_full", label="Second full too", cell=_full),
    Column(
        key="switched_alone_on_day",
        label="Switched alone",
        cell=_alone,
        help="Day on which the company has switched if nobody else moves.",
    ),
    Column(
        key="queue_days", label="Queue", cell=_queue, help="Days that the queue adds, on average."
    ),
)
PAGE = chosen(
    COLUMNS,
    "startup priority spend_usd_per_month admitted_share first_choice second_choice"
    " second_choice_full switched_alone_on_day queue_days".split(),
)
FILE = tuple(one for one in COLUMNS if one.key not in ("admitted_share", "switched_alone_on_day"))
