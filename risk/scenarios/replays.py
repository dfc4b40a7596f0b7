"""Past crises as they became known, hour by hour, read from fixtures/replays.csv.

A moment is something that became known: a signal with a likelihood ratio, an outage, or news that
the model has no number for. Sources and doubts stay with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from risk.catalog.tables import Row, read_table
from risk.hazard.signals import Signal, SignalKind

FILE_NAME = "replays.csv"
MOMENTS_FILE_NAME = "replay_moments.csv"
YES_NO = ("yes", "no")
COLUMNS = (
    "id",
    "title",
    "provider",
    "starts",
    "ends",
    "clock",
    "chosen_on",
    "summary",
    "outcome",
    "ended",
    "not_modelled",
)
MOMENT_COLUMNS = (
    "replay",
    "at",
    "headline",
    "what",
    "signal",
    "intensity",
    "reliability",
    "outage_until",
    "outage_severity",
    "source",
    "doubt",
)


@dataclass(frozen=True, kw_only=True)
class ServiceOutage:
    """The provider's service was down in part: ``severity`` is the share lost until ``until``."""

    until: datetime
    severity: float


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that became known at ``at``. Without signal and outage it has no number."""

    at: datetime
    headline: str
    what: str
    signal: Signal | None
    outage: ServiceOutage | None
    sources: tuple[str, ...]
    doubt: str


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A past crisis. ``clock`` names the time zone in which ``starts`` and the moments are written.

    ``chosen_on`` says that the likelihood ratios were set with this crisis in mind, so that it
    cannot judge them. ``ended`` says whether the provider did wind down.
    """

    id: str
    title: str
    provider: str
    starts: datetime
    ends: datetime
    clock: str
    chosen_on: bool
    summary: str
    outcome: str
    ended: bool
    not_modelled: str
    moments: tuple[Moment, ...]


def load_replays(folder: Path, kinds: Mapping[str, SignalKind]) -> dict[str, Replay]:
    """Replays by id, in file order, each with its moments, the earliest first.

    Raises:
        CatalogError: a row cannot be read; the message names file, line and column.
    """
    moments: dict[str, list[Moment]] = {}
    providers: dict[str, Row] = {}
    for row in read_table(folder / FILE_NAME, COLUMNS):
        providers[row.text("id")] = row
    for row in read_table(folder / MOMENTS_FILE_NAME, MOMENT_COLUMNS):
        replay = row.known("replay", providers, "replay")
        provider = providers[replay].text("provider")
        moments.setdefault(replay, []).append(_moment(row, provider, kinds))
    return {name: _replay(row, moments.get(name, ())) for name, row in providers.items()}


def _replay(row: Row, moments: Iterable[Moment]) -> Replay:
    return Replay(
        id=row.text("id"),
        title=row.text("title"),
        provider=row.text("provider"),
        starts=_time(row, "starts"),
        ends=_time(row, "ends"),
        clock=row.text("clock"),
        chosen_on=row.one_of("chosen_on", YES_NO) == "yes",
        summary=row.text("summary"),
        outcome=row.text("outcome"),
        ended=row.one_of("ended", YES_NO) == "yes",
        not_modelled=row.text("not_modelled"),
        moments=tuple(sorted(moments, key=lambda one: one.at)),
    )


def _moment(row: Row, provider: str, kinds: Mapping[str, SignalKind]) -> Moment:
    at = _time(row, "at")
    signal = outage = None
    if row.optional("signal"):
        signal = Signal(
            provider=provider,
            kind=row.known("signal", kinds, "kind of signal"),
            at=at,
            intensity=row.number("intensity", low=0, high=1),
            reliability=row.number("reliability", low=0, high=1),
            source=row.text("source"),
        )
    if row.optional("outage_until"):
        severity = row.number("outage_severity", low=0, high=1)
        outage = ServiceOutage(until=_time(row, "outage_until"), severity=severity)
    return Moment(
        at=at,
        headline=row.text("headline"),
        what=row.text("what"),
        signal=signal,
        outage=outage,
        sources=tuple(row.text("source").split("|")),
        doubt=row.text("doubt"),
    )


def _time(row: Row, column: str) -> datetime:
    text = row.text(column)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        problem = f"write a time with its zone such as 2023-11-17T12:28-08:00, not '{text}'."
        raise row.error(column, problem)
    return found
