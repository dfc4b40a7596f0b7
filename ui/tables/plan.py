"""Plan as columns: what it asks of everybody, its tasks, and the capacity asked for elsewhere."""

from collections.abc import Sequence
from typing import Any

from risk.alternatives.planning.herding import Crowd
from risk.alternatives.planning.plan import PlanChoice
from risk.alternatives.planning.tasks import Task
from risk.alternatives.results import OptionClass
from risk.portfolio.results import Interval
from ui.tables.column import Column, Record, Unit, attributes, chosen, low_high
from ui.words import marks, plan_words

#: What a kind of option asks of a company, in its own words.
ASKS = {
    OptionClass.STAY: "Change nothing",
    OptionClass.OTHER_HOST: "Move the same model to another host",
    OptionClass.OTHER_MODEL: "Move to a newer model of the same developer",
    OptionClass.OTHER_DEVELOPER: "Move to another developer",
    OptionClass.SELF_HOST: "Run open weights yourself",
    OptionClass.GATEWAY: "Add an automatic backup",
    OptionClass.RESERVED: "Reserve capacity elsewhere",
    OptionClass.CONTRACT: "Negotiate the contract",
}


def rows_of(choices: Sequence[PlanChoice], *, of: float) -> list[Record]:
    """The values of some choices; ``of`` is the portfolio's expected loss today, USD a year."""
    return [
        {
            **vars(one),
            "class": one.option_class.value,
            "asks": ASKS[one.option_class],
            "one_off_usd": round(one.one_off_usd, 2),
            "first_year_usd": round(one.first_year_usd, 2),
            "cost_usd_per_year": round(one.cost_usd_per_year, 2),
            "aal_removed_share": one.aal_removed_usd / of if of > 0 else None,
            "aal_removed_low": one.removed.low,
            "aal_removed_high": one.removed.high,
            "first_year_low": one.first_year.low,
            "first_year_high": one.first_year.high,
        }
        for one in choices
    ]


def _use_case(row: Record) -> str:
    return str(row["use_case"] or "–")


def _removed(row: Record) -> str:
    found: Interval = row["removed"]
    return marks.median_and_range(row["aal_removed_usd"], found)


def _first_year(row: Record) -> str:
    found: Interval = row["first_year"]
    return marks.median_and_range(row["first_year_usd"], found)


COLUMNS = (
    Column(key="startup", label="Company"),
    Column(
        key="use_case",
        label="Use case",
        cell=_use_case,
        help="– where a portfolio is so large that names of use cases are not read.",
    ),
    Column(key="asks", label="What to do"),
    Column(
        key="aal_removed_share",
        label="Of the loss",
        unit=Unit.SHARE,
        help="Of the expected loss of the whole portfolio.",
    ),
    Column(key="aal_removed_usd", label="Loss removed a year", unit=Unit.USD, cell=_removed),
    *low_high("aal_removed", "Loss removed a year", Unit.USD, "aal_removed_interval_usd"),
    Column(
        key="first_year_usd",
        label="First year",
        unit=Unit.USD,
        cell=_first_year,
        help="One-off cost, and what is dearer to run in a year.",
    ),
    *low_high("first_year", "First year", Unit.USD, "first_year_interval_usd"),
    Column(key="one_off_usd", label="One-off cost", unit=Unit.USD),
    Column(key="cost_usd_per_year", label="Cost a year", unit=Unit.USD),
    Column(key="weeks", label="Engineer weeks", unit=Unit.WEEKS),
    Column(key="option", label="Option"),
    Column(key="class", label="Kind of change"),
    Column(key="provider", label="Today"),
    Column(key="pool", label="Needs capacity at"),
)
PAGE = chosen(
    COLUMNS,
    "startup use_case asks aal_removed_share aal_removed_usd first_year_usd weeks option"
    " provider".split(),
)
TERMINAL = chosen(
    COLUMNS,
    "startup use_case option first_year_usd weeks aal_removed_share aal_removed_usd".split(),
)
_VALUES = "startup use_case provider option class {} first_year_usd cost_usd_per_year weeks"
_RANGES = "aal_removed_usd aal_removed_low aal_removed_high first_year_low first_year_high"
#: What JSON and the file of a plan by prices have; of a plan by choices the file has more.
VALUES = chosen(COLUMNS, f"{_VALUES.format('')} {_RANGES}".split())
FILE = chosen(COLUMNS, f"{_VALUES.format('one_off_usd')} {_RANGES} pool".split())

TASKS = (
    Column(key="startup", label="Company"),
    Column(
        key="owner", label="Owner", help="Who took the decision on, else who watches the company."
    ),
    Column(key="contact_email", label="Contact e-mail"),
    Column(key="task", label="Task"),
    Column(key="use_case", label="Use case"),
    Column(key="from", label="From"),
    Column(key="to", label="To"),
    Column(
        key="start_by",
        label="Begin by",
        unit=Unit.DATE,
        help="So that it works before a model's last day, or before the contract renews.",
    ),
    Column(key="start_by_reason", label="Because"),
    Column(key="due", label="Due", unit=Unit.DATE, help="As decided."),
    Column(key="one_off_usd", label="One-off cost", unit=Unit.USD),
    Column(key="first_year_usd", label="First year", unit=Unit.USD),
    Column(key="weeks", label="Engineer weeks", unit=Unit.WEEKS),
    Column(key="aal_removed_usd", label="Loss removed a year", unit=Unit.USD),
    *low_high("aal_removed", "Loss removed a year", Unit.USD, "aal_removed_interval_usd"),
    Column(key="ask_first", label="Ask first", unit=Unit.LIST),
    Column(key="pool", label="Needs capacity at"),
    Column(key="title", label="Title", help="For a list of tasks such as Jira or Linear."),
    Column(key="description", label="Description"),
)


def task_rows(tasks: Sequence[Task]) -> list[Record]:
    """A row per task."""
    return [row | plan_words.ticket(row) for row in map(_task_row, tasks)]


def _task_row(one: Task) -> dict[str, Any]:
    return {
        **attributes(one.choice, "startup use_case pool"),
        "weeks": round(one.choice.weeks, 1),
        "aal_removed_usd": round(one.choice.aal_removed_usd, 2),
        "owner": one.owner,
        "contact_email": one.email,
        "task": plan_words.task(one, ASKS[one.choice.option_class]),
        "from": one.choice.provider,
        "to": one.choice.option,
        "start_by": one.begin.day if one.begin else None,
        "start_by_reason": plan_words.begin_because(one.begin) if one.begin else None,
        "due": one.due,
        "one_off_usd": round(one.choice.one_off_usd, 2),
        "first_year_usd": round(one.choice.first_year_usd, 2),
        "aal_removed_low": round(one.choice.removed.low, 2),
        "aal_removed_high": round(one.choice.removed.high, 2),
        "ask_first": list(one.choice.ask),
    }


CROWD = (
    Column(key="pool", label="Capacity needed at"),
    Column(key="asked", label="Everybody's own best", unit=Unit.USD),
    Column(key="headroom", label="Capacity", unit=Unit.USD),
    Column(key="planned", label="The plan", unit=Unit.USD),
)


def crowd_rows(crowds: Sequence[Crowd]) -> list[Record]:
    """Return a row per alternative that is asked for more than it has, USD of spend a month."""
    return [vars(one) for one in crowds]
