"""Options instead of a dependency as columns, with their hard filters and the models compared."""

from collections.abc import Sequence

from risk.alternatives.results import Alternative, Comparison, OptionClass, Verdict
from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import CapacityClass
from risk.portfolio.results import Interval
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words import option_words

DASH = "–"


def rows_of(options: Sequence[Alternative]) -> list[Record]:
    """The values of the options of one dependency or of several; each against its own staying."""
    staying = {
        (one.use_case, one.dependency_key): one.residual_aal_usd
        for one in options
        if one.option_class is OptionClass.STAY
    }
    return [_row(one, staying.get((one.use_case, one.dependency_key))) for one in options]


def _row(one: Alternative, today: float | None) -> Record:
    low, high, found = one.one_off_low_usd, one.one_off_high_usd, one.removed
    return {
        **vars(one),
        "class": one.option_class.value,
        "verdict": option_words.verdict(one),
        "why_not": option_words.why_not_or_ask(one),
        "in_a_rush": in_a_rush(one),
        "last_day": one.last_day and one.last_day.day,
        "start_by": one.last_day and one.last_day.start_by,
        "days_late": one.last_day and one.last_day.start_by and one.last_day.days_late,
        "record": option_words.record(one),
        **_likeness(one),
        "not_covered": option_words.not_covered(one),
        **{f"covers_{kind.value}": one.covers.get(kind) for kind in FailureKind},
        "one_off_range_usd": None if low is None or high is None else [low, high],
        "one_off_alone_usd": one.alone_usd,
        "one_off_parts": [
            {
                "part": each.part.value,
                "mean_usd": each.mean_usd,
                "range_usd": [each.low_usd, each.high_usd],
                "source": each.source,
            }
            for each in one.once
        ],
        "aal_removed_usd": None if today is None else today - one.residual_aal_usd,
        "removed_mean_usd": found and found.mean_usd,
        "removed_median_usd": found and found.median_usd,
        "removed_range_usd": found and [found.low_usd, found.high_usd],
        "removed_low_usd": found and found.low_usd,
        "removed_high_usd": found and found.high_usd,
    }


def _likeness(one: Alternative) -> Record:
    """How alike its model is to today's, and what voters say of the two: never a bare figure."""
    compared = one.comparison
    counted = compared.likeness.distance.counted if compared and compared.likeness else None
    return {
        "alike": compared and compared.alike,
        "alike_range": compared and compared.between and list(compared.between),
        "preference_task": counted and counted.task.value,
        "preference_loss": counted and counted.loss,
        "preference_low": counted and counted.low,
        "preference_high": counted and counted.high,
        "preference_is": counted and option_words.NOT_YOUR_TASK,
    }


def in_a_rush(one: Alternative) -> str:
    """Return whose capacity the option needs if today's developer ends, and in which turn."""
    if one.option_class is OptionClass.SELF_HOST:
        return "Needs nobody's capacity"
    if one.needs_capacity_of is None:
        return "Newcomer wherever there is capacity"
    where = wording.provider(one.needs_capacity_of)
    return {
        CapacityClass.RESERVED: f"Served first at {where}: reserved",
        CapacityClass.CUSTOMER: f"Customer of {where}, before newcomers",
        CapacityClass.NEW: f"Newcomer at {where}, served last",
    }[one.capacity]


def removed_range(row: Record) -> str:
    """Return what an option removes with its range: ``$80 k ($20 k to $340 k)``."""
    if row["removed_median_usd"] is None or row["option_class"] is OptionClass.STAY:
        return DASH
    found = Interval(low=row["removed_low_usd"], high=row["removed_high_usd"])
    return f"{wording.money(row['removed_median_usd'])} ({wording.money_range(found)})"


def _flips(row: Record) -> str:
    return str(row["flips_if"] or DASH)


def _start_by(row: Record) -> str:
    if row["start_by"] is None:
        return DASH
    late = row["days_late"]
    return f"{wording.day(row['start_by'])}{f', {late:,} days ago' if late else ''}"


def _class(row: Record) -> str:
    return wording.sentence_case(row["class"].replace("warm fallback", "automatic backup"))


COLUMNS = (
    *texts(use_case="Use case", option="Option", verdict="Verdict"),
    Column(key="class", label="Kind of change", cell=_class),
    *texts(developer="Developer", host="Host", model="Model"),
    Column(key="excluded", label="Excluded", unit=Unit.LIST),
    Column(key="ask", label="Still to ask", unit=Unit.LIST),
    Column(key="covers", label="Covers"),
    Column(
        key="not_covered",
        label="Does not cover",
        missing=DASH,
        help="Of the disruptions of today's provider, those that take this option down as well.",
    ),
    *(
        Column(key=f"covers_{kind.value}", label=f"Covers: {kind.value}", unit=Unit.SHARE)
        for kind in FailureKind
    ),
    Column(
        key="residual_aal_usd",
        label="Loss that remains a year",
        unit=Unit.USD,
        help="Expected, from this use case.",
    ),
    Column(
        key="aal_removed_usd",
        label="Loss removed a year",
        unit=Unit.USD,
        help="Against staying: the mean, for adding up.",
    ),
    Column(
        key="removed",
        label="Removed, 10 to 90 %",
        unit=Unit.USD,
        cell=removed_range,
        help="Median and range over all worlds, each compared with staying in it.",
    ),
    Column(
        key="residual_tvar95_usd",
        label="Worst 5 % of years",
        unit=Unit.USD,
        help="Average loss in them.",
    ),
    Column(
        key="one_off_usd",
        label="One-off cost",
        unit=Unit.USD,
        help="Porting, evaluation, both running, what is still owed; use cases of the company that "
        "take the same option share it.",
    ),
    Column(
        key="run_usd_per_year",
        label="Running cost a year",
        unit=Unit.USD,
        help="At today's volume, with keeping a second model current; staying is today's spend.",
    ),
    Column(key="weeks", label="Engineer weeks", unit=Unit.WEEKS),
    Column(key="switch_days", label="Days until it works", unit=Unit.DAYS),
    *texts(
        capacity="Turn in a rush",
        in_a_rush="When all must move",
        pareto="Beaten by no other",
        recommended="Recommended",
    ),
    Column(
        key="start_by",
        label="Start by",
        unit=Unit.DATE,
        cell=_start_by,
        help="The last day of today's model less the days until the option works.",
    ),
    Column(key="last_day", label="Today's model ends", unit=Unit.DATE),
    Column(key="days_late", label="Days too late", unit=Unit.DAYS),
    Column(
        key="best_in",
        label="Best in",
        unit=Unit.SHARE,
        missing=DASH,
        help="Share of worlds in which its cost and loss together are least.",
    ),
    Column(
        key="record",
        label="Its past",
        help="Of who would do the work. What is recorded depends on who reports: not a ranking.",
    ),
    Column(
        key="alike",
        label="Alike",
        unit=Unit.SHARE,
        help="How alike its model is to today's, 0 to 1.",
    ),
    Column(key="alike_range", label="Alike, 95 %", unit=Unit.LIST),
    Column(key="preference_task", label="Voters asked for", path=("preference", "task")),
    Column(
        key="preference_loss",
        label="Preference of voters lost, not your task",
        unit=Unit.SHARE,
        path=("preference", "loss"),
    ),
    *(
        Column(
            key=f"preference_{end}",
            label=f"Preference of voters lost, {end} (95 %)",
            unit=Unit.SHARE,
            path=("preference", end),
        )
        for end in ("low", "high")
    ),
    Column(key="preference_is", label="That is", path=("preference", "is")),
    Column(key="flips_if", label="What would flip it", cell=_flips),
    Column(key="why_not", label="Why not, or what to ask"),
    Column(key="one_off_range_usd", label="One-off cost, 10 to 90 %", unit=Unit.LIST),
    Column(key="one_off_parts", label="One-off cost, by part", unit=Unit.LIST),
    Column(key="shared_by", label="Shared by use cases", unit=Unit.COUNT),
    Column(key="one_off_alone_usd", label="One-off cost, if alone", unit=Unit.USD),
    *(
        Column(
            key=f"removed_{end}_usd",
            label=f"Removed: {end}",
            unit=Unit.LIST if end == "range" else Unit.USD,
            path=path,
        )
        for end, path in {
            "mean": ("removed_usd", "mean"),
            "median": ("removed_usd", "median"),
            "range": ("removed_usd", "range"),
            "low": (),
            "high": (),
        }.items()
    ),
)
PAGE = chosen(
    COLUMNS,
    "option verdict class residual_aal_usd aal_removed_usd removed residual_tvar95_usd one_off_usd"
    " run_usd_per_year weeks switch_days start_by best_in in_a_rush not_covered record flips_if"
    " why_not".split(),
)
#: What fits on a phone: name, verdict and money.
BRIEF = chosen(COLUMNS, "option verdict removed one_off_usd run_usd_per_year".split())
TERMINAL = chosen(
    COLUMNS,
    "option verdict weeks one_off_usd run_usd_per_year residual_aal_usd removed best_in flips_if"
    " why_not".split(),
)
TERMINAL_COVERED = chosen(COLUMNS, ("option", "not_covered"))
JSON = chosen(
    COLUMNS,
    "use_case option class excluded covers not_covered weeks one_off_usd run_usd_per_year"
    " residual_aal_usd residual_tvar95_usd pareto recommended flips_if one_off_range_usd"
    " one_off_parts shared_by one_off_alone_usd removed_mean_usd removed_median_usd"
    " removed_range_usd last_day start_by days_late best_in record alike alike_range"
    " preference_task preference_loss preference_low preference_high preference_is".split(),
)
_COVERS = [f"covers_{kind.value}" for kind in FailureKind]
FILE = chosen(
    COLUMNS,
    (
        f"use_case option class developer host model verdict excluded ask {' '.join(_COVERS)}"
        " not_covered weeks switch_days capacity one_off_usd shared_by one_off_alone_usd"
        " run_usd_per_year residual_aal_usd residual_tvar95_usd removed_mean_usd"
        " removed_median_usd removed_low_usd removed_high_usd last_day start_by days_late best_in"
        " record alike preference_task preference_loss preference_low preference_high"
        " preference_is flips_if"
    ).split(),
)

COST = (
    *texts(part="What it takes"),
    Column(key="mean_usd", label="One-off cost", unit=Unit.USD),
    Column(key="range_usd", label="10 to 90 %"),
    *texts(source="Based on"),
)


def cost_rows(one: Alternative) -> list[Record]:
    """Return a row for each part of what an option costs once, the dearest first."""
    return [
        {
            "part": wording.sentence_case(each.part.value),
            "mean_usd": each.mean_usd,
            "range_usd": wording.money_range(Interval(low=each.low_usd, high=each.high_usd)),
            "source": wording.sentence_case(each.source),
        }
        for each in one.once
    ]


_VERDICTS = {Verdict.UNMET: "No", Verdict.ASK: "Ask", Verdict.MET: "Yes"}
CHECK = texts(criterion="Must have", verdict="Verdict", why="Why")


def check_rows(one: Alternative) -> list[Record]:
    """Return a row per hard filter: what is unmet first, then what is asked, then what is met."""
    order = list(_VERDICTS)
    return [
        {
            "criterion": wording.sentence_case(each.criterion.value),
            "verdict": _VERDICTS[each.verdict],
            "why": option_words.dated(
                f"{each.reason} ({each.decided_by})" if each.decided_by else each.reason
            ),
        }
        for each in sorted(one.checks, key=lambda each: order.index(each.verdict))
    ]


COMPARED = texts(fact="", today="Today", option="Option")


def compared_rows(one: Comparison) -> list[Record]:
    """Return the two models side by side, by the facts that ship."""
    return [
        {"fact": fact, "today": option_words.dated(today), "option": option_words.dated(option)}
        for fact, today, option in one.rows
    ]
