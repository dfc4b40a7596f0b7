"""Replays of past crises as columns: the crises, what was known, and whom the end would hit."""

from collections.abc import Iterable, Sequence

from risk.hazard.signals import Contribution
from risk.scenarios.replay import Decision, ReplayFrame, StartupAtHour
from risk.scenarios.replays import Replay
from ui import wording
from ui.tables import stressed
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words.replay_words import on_the_clock

#: As many startups as a page or a terminal lists.
SHOWN = 1_000
DECISIONS = {
    Decision.MOVE: "Move now",
    Decision.PREPARE: "Prepare",
    Decision.WATCH: "Watch",
}

REPLAYS = (
    *texts(id="Id", title="Title", provider="Provider"),
    Column(key="starts", label="Starts", unit=Unit.DATE),
    Column(key="ends", label="Ends", unit=Unit.DATE),
    Column(key="summary", label="Summary"),
    Column(key="sources", label="Sources", unit=Unit.LIST),
    Column(key="moments", label="Moments", unit=Unit.COUNT),
)
LISTED = chosen(REPLAYS, ("id", "title", "provider", "moments"))
REPLAY_VALUES = REPLAYS[:-1]


def replay_rows(replays: Iterable[Replay]) -> list[Record]:
    """The past crises there are."""
    return [
        {
            **vars(one),
            "moments": len(one.moments),
            "sources": list(dict.fromkeys(source for m in one.moments for source in m.sources)),
        }
        for one in replays
    ]


def _since(row: Record) -> str:
    return "" if row["at"] is None else f"{row['at']:%a %d %b %Y, %H:%M}"


def _units(row: Record) -> str:
    return f"{row['ln_units']:+.2f}"


def _source(row: Record) -> str:
    return str(row["source"] or "").replace("|", "; ")


KNOWN = (
    Column(key="at", label="Known since", cell=_since),
    Column(key="kind", label="Kind"),
    Column(key="meaning", label="Signal"),
    Column(key="intensity", label="Intensity", unit=Unit.FACTOR),
    Column(key="reliability", label="Reliability", unit=Unit.SHARE),
    Column(
        key="ln_units",
        label="Ln units",
        unit=Unit.FACTOR,
        cell=_units,
        help="What it adds to the logarithm of the odds of a wind-down.",
    ),
    Column(key="source", label="Source", cell=_source),
)
KNOWN_LISTED = chosen(KNOWN, ("at", "meaning", "ln_units", "source"))


def known_rows(contributions: Iterable[Contribution], replay: Replay | None = None) -> list[Record]:
    """What counted, on the clock of a replay if one is given; without it only signals."""
    return [
        {
            "at": one.signal and (on_the_clock(one.signal.at, replay) if replay else one.signal.at),
            "kind": one.signal and one.signal.kind,
            "meaning": one.label,
            "intensity": one.signal and one.signal.intensity,
            "reliability": one.signal and one.signal.reliability,
            "ln_units": one.ln_units,
            "source": one.signal and one.signal.source,
        }
        for one in contributions
        if replay or one.signal
    ]


def rows_of(frame: ReplayFrame, startups: Sequence[StartupAtHour]) -> list[Record]:
    """The values of some startups at an hour."""
    return [
        {
            **stressed.row_of(one.stake),
            "as_of": frame.as_of.isoformat(),
            "decision": one.decision,
            "loss_if_wind_down_usd": one.stake.loss_usd,
            "loss_if_wind_down_low_usd": one.stake.loss_low_usd,
            "loss_if_wind_down_high_usd": one.stake.loss_high_usd,
            "expected_loss_usd": one.expected_loss_usd,
            "move_now_usd": one.stake.move_usd,
            "break_even_probability": one.stake.break_even,
        }
        for one in startups
    ]


def _decision(row: Record) -> str:
    return DECISIONS[row["decision"]]


def _pays(row: Record) -> str:
    found = row["break_even_probability"]
    return "never" if found is None else wording.percent(found)


COLUMNS = (
    Column(key="as_of", label="As of"),
    Column(key="startup", label="Startup"),
    Column(key="decision", label="At this hour", cell=_decision),
    Column(key="loss_if_wind_down_usd", label="Loss if it happens", unit=Unit.USD),
    *chosen(stressed.COLUMNS, ("range",)),
    Column(key="loss_if_wind_down_low_usd", label="Low (10 %)", unit=Unit.USD),
    Column(key="loss_if_wind_down_high_usd", label="High (90 %)", unit=Unit.USD),
    Column(
        key="expected_loss_usd",
        label="Expected loss",
        unit=Unit.USD,
        help="The probability within 90 days times the loss if it happens.",
    ),
    Column(
        key="move_now_usd",
        label="Moving now costs",
        unit=Unit.USD,
        help="The switch, and being worse off for a while: paid whatever happens.",
    ),
    Column(
        key="break_even_probability",
        label="Pays from",
        unit=Unit.SHARE,
        cell=_pays,
        help="The probability from which on moving costs less than waiting.",
    ),
    *(
        one
        for one in stressed.COLUMNS
        if one.key.startswith(("hit_through", "runway", "cash_out_"))
    ),
)
PAGE = chosen(
    COLUMNS,
    "startup decision loss_if_wind_down_usd range expected_loss_usd move_now_usd"
    " break_even_probability hit_through runway".split(),
)
TERMINAL = PAGE[:-2]
FILE = tuple(one for one in COLUMNS if one.key not in ("range", "runway", "cash_out"))
VALUES = FILE[1:]
