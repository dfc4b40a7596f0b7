"""A crisis on today's register, as it could be judged at each hour.

The as-of rule: :func:`as_known` cuts everything off that became known later, before anything is
calculated. What comes later can change nothing earlier. docs/method.md §9.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.hazard.failure_settings import scaled_law
from risk.hazard.frequency import GammaLaw
from risk.hazard.rate_laws import rate_law, rows_for
from risk.hazard.signals import Signal, SignalKind, WindDown, wind_down
from risk.hazard.supply_chain import developer_node
from risk.loss.valuation import Valuation
from risk.portfolio.deadlines import DeadlineCalendar
from risk.portfolio.moved_numbers import sample_of
from risk.scenarios.happening import happening_of, mean_of, struck
from risk.scenarios.replays import Moment, Replay
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.stress import AT_ONCE, StressedStartups, stress

#: Hours that frames may lie apart where there is no news, and the most of them there are.
STEPS_HOURS = (4, 6, 12, 24, 48, 96, 168)
QUIET_FRAMES = 60
#: Startups by which the loss of an outage is told, at most.
OUTAGE_SAMPLE = 20_000

#: So many developers are named where nobody depends on the one asked about.
MOST_NAMED = 3
Array = NDArray[np.float64]

#: Days and severity of an outage.
ServiceOutageKey = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stake:
    """What is at stake if ``provider`` winds down: the startups, the largest loss first.

    Moving before anything happens costs the switch for certain and saves the loss if it happens, so
    it pays from the probability on at which both are equal. ``result`` is the stress test of the
    wind-down, whose notice is as uncertain as in every answer; ``instead`` names the developers on
    whom most startups depend, where none depends on ``provider``.
    """

    provider: str
    result: StressResult
    instead: tuple[str, ...]
    startups: StressedStartups


def provider_stake(valuation: Valuation, provider: str) -> Stake:
    """What a portfolio's startups lose if ``provider`` winds down."""
    result = stress(
        valuation, Scenario(id="wind_down", title="", root=provider, kind=FailureKind.WIND_DOWN)
    )
    if not isinstance(result.startups, StressedStartups):  # pragma: no cover - stress() makes them
        raise TypeError("a stress test tells its companies in arrays")
    instead = () if len(result.startups) else leading_developers(valuation)
    return Stake(provider=provider, result=result, instead=instead, startups=result.startups)


def leading_developers(valuation: Valuation) -> tuple[str, ...]:
    """The developers on whom most dependencies of a portfolio rest, most first."""
    book = valuation.book
    count = np.bincount(book.exposures.route, minlength=len(book.routes))
    users: dict[str, int] = {}
    for route, number in zip(book.routes, count.tolist(), strict=True):
        service = route.endpoint.service
        if service.developer in valuation.catalog.providers:
            name = developer_node(service)
            users[name] = users.get(name, 0) + number
    return tuple(sorted(users, key=lambda one: (-users[one], one))[:MOST_NAMED])


class Decision(StrEnum):
    """What the arithmetic says to one startup at one hour.

    To move where leaving pays even at the low end of the chance, to prepare where it pays at its
    middle or upper end only, and to watch where it pays nowhere in its range.
    """

    MOVE = "move"
    PREPARE = "prepare"
    WATCH = "watch"


@dataclass(frozen=True, kw_only=True)
class StartupAtHour:
    """One startup's stake, its expected loss within the horizon, and what that says to do."""

    stake: StressedStartup
    expected_loss_usd: float
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class StartupsAtHour(Sequence[StartupAtHour]):
    """The startups of a stake at one hour, the largest loss first, made when somebody looks.

    ``only`` limits them to those to whom one thing is said.
    """

    stake: Stake
    hazard: WindDown
    only: Decision | None = None

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, place: int) -> StartupAtHour: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[StartupAtHour, ...]: ...
    def __getitem__(self, place: int | slice) -> StartupAtHour | tuple[StartupAtHour, ...]:
        if isinstance(place, slice):
            return self._made(self.places[place])
        return self._made(self.places[[place]])[0]

    def __iter__(self) -> Iterator[StartupAtHour]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    def _made(self, places: NDArray[np.int64]) -> tuple[StartupAtHour, ...]:
        return tuple(
            StartupAtHour(
                stake=one,
                expected_loss_usd=self.hazard.probability * one.loss_usd,
                decision=decide(one, self.hazard),
            )
            for one in self.stake.startups.at(places.tolist())
        )

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Their places in the stake."""
        pays = self.stake.startups.break_even
        moves, prepares = decisions_of(pays, self.hazard)
        chosen = {
            None: np.ones(len(pays), dtype=bool),
            Decision.MOVE: moves,
            Decision.PREPARE: prepares,
            Decision.WATCH: ~moves & ~prepares,
        }
        return np.flatnonzero(chosen[self.only])

    def deciding(self, decision: Decision) -> "StartupsAtHour":
        """Those to whom the hour says this."""
        return replace(self, only=decision)

    @property
    def move_usd(self) -> float:
        """What it costs all of them to leave now."""
        return float(self.stake.startups.moves[self.places].sum())

    @property
    def expected_loss_usd(self) -> float:
        """What waiting costs all of them on average."""
        return self.hazard.probability * float(self.stake.startups.loss_usd[self.places].sum())

    @property
    def pays_from(self) -> float | None:
        """The lowest probability at which it pays one of them to leave; None: never."""
        lowest = float(self.stake.startups.break_even[self.places].min(initial=np.inf))
        return lowest if np.isfinite(lowest) else None

    @property
    def newly_broke(self) -> NDArray[np.int64]:
        """Places in the stake of those that would newly run out of cash."""
        return np.asarray(self.places[self.stake.startups.newly_out[self.places]])


@dataclass(frozen=True, kw_only=True)
class ReplayFrame:
    """What could be known at ``as_of`` and what followed from it.

    ``signals`` are those that count, the newest report of each kind. ``expected_loss_usd`` is the
    probability of a wind-down within the horizon times the mean loss if it happens, which has a
    10 and a 90 % point; ``service_loss_usd`` what outages have cost up to now.
    """

    as_of: datetime
    known: tuple[Moment, ...]
    signals: tuple[Signal, ...]
    hazard: WindDown
    expected_loss_usd: float
    loss_if_wind_down_usd: float
    loss_if_wind_down_low_usd: float
    loss_if_wind_down_high_usd: float
    service_loss_usd: float
    startups: StartupsAtHour


@dataclass(frozen=True, kw_only=True)
class ReplaySetting:
    """Today's register, the provider on whom the news falls, and how likely it was to end.

    ``endings`` are last days of its models within the horizon, None where nobody looked.
    """

    provider: str
    valuation: Valuation
    kinds: Mapping[str, SignalKind]
    law: GammaLaw
    stake: Stake
    seed: int
    endings: DeadlineCalendar | None = None
    _outage_losses: dict[ServiceOutageKey, float] = field(
        default_factory=dict, repr=False, compare=False
    )

    def outage_loss_usd(self, days: float, severity: float) -> float:
        """What an outage of the provider's service costs; frames ask for the same one often."""
        key = (days, severity)
        if key not in self._outage_losses:
            self._outage_losses[key] = _outage_loss(self.valuation, self.provider, days, severity)
        return self._outage_losses[key]


def _outage_loss(valuation: Valuation, provider: str, days: float, severity: float) -> float:
    """The mean loss of an outage; of very many startups, scaled from evenly spread ones."""
    scenario = Scenario(
        id="service",
        title="",
        root=provider,
        kind=FailureKind.OUTAGE,
        days=days,
        severity=severity,
    )
    every = valuation.book.exposures
    some = sample_of(every, OUTAGE_SAMPLE)
    found = struck(happening_of(valuation, scenario), some)
    return float(mean_of(found.told).sum()) * len(every) / max(len(some), 1)


class NoWindDownRate(ValueError):
    """No rate of a wind-down is known for this provider."""


def open_replay(
    valuation: Valuation,
    provider: str,
    *,
    catalog: Catalog,
    kinds: Mapping[str, SignalKind],
    seed: int,
    endings: DeadlineCalendar | None = None,
) -> ReplaySetting:
    """Make a portfolio ready for the news of one developer's crisis.

    ``catalog`` says how likely such a provider was to end before any news.

    Raises:
        NoWindDownRate: the reference facts say nothing of how often such a provider winds down.
    """
    return ReplaySetting(
        provider=provider,
        valuation=valuation,
        kinds=kinds,
        law=wind_down_law(provider, catalog, valuation.assumptions),
        stake=provider_stake(valuation, provider),
        seed=seed,
        endings=endings,
    )


def wind_down_law(provider: str, catalog: Catalog, assumptions: Assumptions) -> GammaLaw:
    """How often a developer of this sort winds down a year, before any news.

    Raises:
        NoWindDownRate: the reference facts do not say, or the portfolio's factor on it is zero.
    """
    known = catalog.providers.get(provider)
    tier = known.tier if known and known.tier else "second"
    rows = rows_for(
        catalog.rates,
        node=provider,
        kinds=(FailureKind.WIND_DOWN,),
        defaults=(f"*developer {tier}",),
    )
    if not rows:
        raise NoWindDownRate(f"No rate of a wind-down is known for {provider}.")
    row = rows[0]
    law = rate_law(row, catalog.rate_evidence.get((row.node, row.kind, row.level)))
    ours = scaled_law(law, row.kind, assumptions)
    if ours is None:
        raise NoWindDownRate("Wind-downs are multiplied by zero in this portfolio's assumptions.")
    return ours


def as_known(replay: Replay, as_of: datetime) -> Replay:
    """The replay as it stood at ``as_of``: later moments, the end and the outcome do not exist.

    An outage that still lasts is known to have lasted until now.
    """
    known = tuple(_cut(one, as_of) for one in replay.moments if one.at <= as_of)
    return replace(replay, moments=known, ends=as_of, outcome="", ended=False)


def counted_signals(moments: Iterable[Moment]) -> tuple[Signal, ...]:
    """The newest signal of each kind: a later report of the same thing replaces the earlier."""
    newest: dict[str, Signal] = {}
    for one in sorted(moments, key=lambda moment: moment.at):
        if one.signal is not None:
            newest[one.signal.kind] = one.signal
    return tuple(sorted(newest.values(), key=lambda one: (one.at, one.kind)))


def frame_at(setting: ReplaySetting, replay: Replay, as_of: datetime) -> ReplayFrame:
    """What could be known and concluded at ``as_of`` of a crisis."""
    known = as_known(replay, as_of)
    return frame_of(setting, known.moments, counted_signals(known.moments), as_of)


def frame_of(
    setting: ReplaySetting, known: Sequence[Moment], signals: Sequence[Signal], as_of: datetime
) -> ReplayFrame:
    """What follows from news: ``known`` is all of it, ``signals`` those that count."""
    hazard = wind_down(
        setting.law,
        signals,
        kinds=setting.kinds,
        as_of=as_of,
        seed=setting.seed,
        numbers=setting.valuation.assumptions,
    )
    stake = setting.stake
    return ReplayFrame(
        as_of=as_of,
        known=tuple(known),
        signals=tuple(signals),
        hazard=hazard,
        expected_loss_usd=hazard.probability * stake.result.total_usd,
        loss_if_wind_down_usd=stake.result.total_usd,
        loss_if_wind_down_low_usd=stake.result.total_low_usd,
        loss_if_wind_down_high_usd=stake.result.total_high_usd,
        service_loss_usd=service_loss_usd(setting, known),
        startups=StartupsAtHour(stake=stake, hazard=hazard),
    )


def decide(stake: StressedStartup, hazard: WindDown) -> Decision:
    """What the arithmetic says to one startup."""
    pays = np.array([np.inf if stake.break_even is None else stake.break_even])
    moves, prepares = decisions_of(pays, hazard)
    if moves.any():
        return Decision.MOVE
    return Decision.PREPARE if prepares.any() else Decision.WATCH


def decisions_of(pays: Array, hazard: WindDown) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who should move and who should prepare, by the chance from which leaving pays each."""
    moves = hazard.low >= pays
    return np.asarray(moves), np.asarray(~moves & (max(hazard.high, hazard.probability) >= pays))


def service_loss_usd(setting: ReplaySetting, known: Iterable[Moment]) -> float:
    """What the outages known so far have cost, each for as long as it has lasted."""
    outages = [(one.at, one.outage) for one in known if one.outage is not None]
    return sum(
        setting.outage_loss_usd((outage.until - at) / timedelta(days=1), outage.severity)
        for at, outage in outages
        if outage.until is not None
    )


def frame_times(replay: Replay, *extra: datetime) -> tuple[datetime, ...]:
    """The moments at which a replay is shown: every piece of news, and the quiet in between."""
    span = replay.ends - replay.starts
    steps = [timedelta(hours=one) for one in STEPS_HOURS]
    step = next((one for one in steps if span / one <= QUIET_FRAMES), steps[-1])
    count = int(span / step)
    grid = {replay.starts + number * step for number in range(count + 1)}
    news = {one.at for one in replay.moments if replay.starts <= one.at <= replay.ends}
    asked = {one for one in extra if replay.starts <= one <= replay.ends}
    return tuple(sorted(grid | news | asked | {replay.ends}))


def _cut(moment: Moment, as_of: datetime) -> Moment:
    outage = moment.outage
    if outage is None or (outage.until is not None and outage.until <= as_of):
        return moment
    return replace(moment, outage=replace(outage, until=as_of))
