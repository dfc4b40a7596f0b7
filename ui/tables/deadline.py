"""Days on which something ends for a startup, as columns."""

from collections.abc import Iterable, Mapping

from risk.alternatives.planning.tasks import Contact
from risk.portfolio.deadlines import Deadline, DeadlineKind
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, texts, written

KIND_NAMES = {
    DeadlineKind.RETIREMENT: "Model's last day",
    DeadlineKind.NOTICE: "Last day to give notice",
    DeadlineKind.RENEWAL: "Contract renews",
}


def rows_of(
    deadlines: Iterable[Deadline], contacts: Mapping[str, Contact] | None = None
) -> list[Record]:
    """The values of some deadlines; ``contacts`` say by company who sees to it."""
    known = contacts or {}
    return [
        {
            **vars(one),
            "of": one.model if one.kind is DeadlineKind.RETIREMENT else one.provider,
            "start_by": one.start_by,
            "late": one.late,
            "owner": known[one.startup].watched_by if one.startup in known else None,
            "move": wording.move(one),
            "notice_too_short": one.notice_too_short,
            "days_to_switch_range": [one.switch_range.low, one.switch_range.high],
            "slack_days_range": [one.slack_range.low, one.slack_range.high],
        }
        for one in deadlines
    ]


def _kind(row: Record) -> str:
    return KIND_NAMES[row["kind"]]


def _switch_range(row: Record) -> str:
    low, high = row["days_to_switch_range"]
    return f"{low:.0f} to {high:.0f}"


def _replacement(row: Record) -> str:
    is_end = row["kind"] is DeadlineKind.RETIREMENT
    return str(row["replacement"] or (wording.UNKNOWN if is_end else "–"))


def _notice(row: Record) -> str:
    """The days between announcement and end of a model; of a contract there are none to know."""
    if row["kind"] is not DeadlineKind.RETIREMENT:
        return "–"
    return written(row["notice_days"], Unit.DAYS)


def _contract(row: Record) -> str:
    is_end = row["kind"] is DeadlineKind.RETIREMENT
    return "–" if is_end else str(row["contract"] or wording.UNKNOWN)


COLUMNS = (
    Column(key="day", label="Day", unit=Unit.DATE),
    Column(
        key="days_left", label="In days", unit=Unit.COUNT, help="Below zero: the day has passed."
    ),
    Column(key="startup", label="Company"),
    Column(key="kind", label="What", cell=_kind),
    Column(key="of", label="Of"),
    Column(
        key="slack_days",
        label="Slack, days",
        unit=Unit.DAYS,
        help="Days until the end less days to switch. Below zero: who begins today is late.",
    ),
    Column(key="slack_days_range", label="Slack, 10 to 90 %", unit=Unit.LIST),
    Column(
        key="days_to_switch",
        label="Days to switch",
        unit=Unit.DAYS,
        help="Engineering beside legal, then evaluation. The model's estimate.",
    ),
    Column(
        key="days_to_switch_range",
        label="Switch, 10 to 90 %",
        unit=Unit.DAYS,
        cell=_switch_range,
        help="Range over unknown facts and over what is judged.",
    ),
    Column(key="start_by", label="Switch by", unit=Unit.DATE, help="The last day to begin."),
    Column(
        key="move",
        label="Move",
        help="Whether it has begun, and whether its whole notice was shorter than the switch.",
    ),
    Column(key="owner", label="Owner", help="Who watches the company."),
    Column(key="use_case", label="Use case"),
    Column(key="replacement", label="Replaced by", cell=_replacement),
    Column(key="source", label="Source"),
    Column(key="ends_on", label="Ends on", unit=Unit.DATE),
    *texts(
        provider="Provider", model="Model", developer="Developer", host="Host", begun="Move begun"
    ),
    Column(key="notice_days", label="Notice, days", unit=Unit.DAYS, cell=_notice),
    Column(
        key="contract",
        label="Contract",
        cell=_contract,
        help="The reference of the contract, where the day is one of a contract.",
    ),
    Column(key="notice_too_short", label="Notice too short"),
)
PAGE = chosen(
    COLUMNS,
    "day days_left startup kind of start_by slack_days days_to_switch notice_days move owner"
    " use_case replacement contract days_to_switch_range source".split(),
)
TERMINAL = chosen(
    COLUMNS,
    "day days_left startup use_case kind of days_to_switch slack_days move replacement"
    " contract".split(),
)
VALUES = chosen(
    COLUMNS,
    "kind day ends_on startup use_case provider model developer host days_left days_to_switch"
    " days_to_switch_range slack_days slack_days_range start_by begun notice_days notice_too_short"
    " replacement source contract owner".split(),
)
