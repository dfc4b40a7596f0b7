"""Replays of crises as columns: the crises, and what was known. Calls: :mod:`.call`."""

from collections.abc import Iterable

from risk.hazard.signals import Contribution
from risk.scenarios.replays import Replay
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words.replay_words import on_the_clock

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
    """The crises there are."""
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
