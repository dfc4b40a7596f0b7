"""A past crisis on today's register, as it could be judged at each hour.

The as-of rule: :func:`as_known` cuts everything off that became known later, before anything is
calculated. What comes later can change nothing earlier. docs/method.md §9.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.hazard.falter_settings import scaled_law
from risk.hazard.frequency import GammaLaw
from risk.hazard.rate_laws import rate_law
from risk.hazard.rates import rows_for
from risk.hazard.signals import Signal, SignalKind, signal_settings
from risk.hazard.wind_down import WindDown, wind_down
from risk.inventory.records import Portfolio
from risk.portfolio.book import Book, open_book
from risk.scenarios.replay_stake import Stake, StartupStake, provider_stake
from risk.scenarios.replays import Moment, Replay
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress_book

#: Hours that frames may lie apart where there is no news, and the most of them there are.
STEPS_HOURS = (4, 6, 12, 24, 48, 96, 168)
QUIET_FRAMES = 60

#: Days and severity of an outage.
ServiceOutageKey = tuple[float, float]


class Decision(StrEnum):
    """What the arithmetic says to one startup at one hour."""

    MOVE = "move"
    PREPARE = "prepare"
    WATCH = "watch"


@dataclass(frozen=True, kw_only=True)
class StartupAtHour:
    """One startup's stake, its expected loss within the horizon, and what that says to do."""

    stake: StartupStake
    expected_loss_usd: float
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class ReplayFrame:
    """What could be known at ``as_of`` and what followed from it.

    ``signals`` are those that count, the newest report of each kind. ``expected_loss_usd`` is the
    probability of a wind-down within the horizon times the loss if it happens;
    ``service_loss_usd`` what outages have cost up to now.
    """

    as_of: datetime
    known: tuple[Moment, ...]
    signals: tuple[Signal, ...]
    hazard: WindDown
    expected_loss_usd: float
    loss_if_wind_down_usd: float
    service_loss_usd: float
    startups: tuple[StartupAtHour, ...]


@dataclass(frozen=True, kw_only=True)
class ReplaySetting:
    """Today's register, the provider on whom the news falls, and how likely it was to end."""

    provider: str
    book: Book
    catalog: Catalog
    assumptions: Assumptions
    kinds: Mapping[str, SignalKind]
    law: GammaLaw
    stake: Stake
    today: date
    seed: int
    _outage_losses: dict[ServiceOutageKey, float] = field(
        default_factory=dict, repr=False, compare=False
    )

    def outage_loss_usd(self, days: float, severity: float) -> float:
        """What an outage of the provider's service costs; frames ask for the same one often."""
        key = (days, severity)
        if key not in self._outage_losses:
            scenario = Scenario(
                id="service",
                title="",
                root=self.provider,
                kind=FalterKind.OUTAGE,
                days=days,
                severity=severity,
            )
            result = stress_book(
                self.book,
                scenario,
                catalog=self.catalog,
                assumptions=self.assumptions,
                today=self.today,
            )
            self._outage_losses[key] = result.total_usd
        return self._outage_losses[key]


class NoWindDownRate(ValueError):
    """No rate of a wind-down is known for this provider."""


def open_replay(
    portfolio: Portfolio,
    provider: str,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    kinds: Mapping[str, SignalKind],
    today: date,
    seed: int,
) -> ReplaySetting:
    """Make a portfolio ready for the news of one developer's crisis.

    Raises:
        NoWindDownRate: the reference facts say nothing of how often such a provider winds down.
    """
    book = open_book(portfolio, catalog=catalog, assumptions=assumptions, today=today)
    return ReplaySetting(
        provider=provider,
        book=book,
        catalog=catalog,
        assumptions=assumptions,
        kinds=kinds,
        law=wind_down_law(provider, catalog, assumptions),
        stake=provider_stake(book, provider, catalog=catalog, assumptions=assumptions, today=today),
        today=today,
        seed=seed,
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
        kinds=(FalterKind.WIND_DOWN,),
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
    """What could be known and concluded at ``as_of``."""
    known = as_known(replay, as_of)
    signals = counted_signals(known.moments)
    hazard = wind_down(
        setting.law,
        signals,
        kinds=setting.kinds,
        as_of=as_of,
        seed=setting.seed,
        settings=signal_settings(setting.assumptions),
    )
    startups = tuple(
        StartupAtHour(
            stake=one,
            expected_loss_usd=hazard.probability * one.loss_usd,
            decision=decide(one, hazard),
        )
        for one in setting.stake.startups
    )
    return ReplayFrame(
        as_of=as_of,
        known=known.moments,
        signals=signals,
        hazard=hazard,
        expected_loss_usd=hazard.probability * setting.stake.loss_usd,
        loss_if_wind_down_usd=setting.stake.loss_usd,
        service_loss_usd=service_loss_usd(setting, known),
        startups=startups,
    )


def decide(stake: StartupStake, hazard: WindDown) -> Decision:
    """Move once the probability has reached the break-even, prepare once its upper end has."""
    if stake.break_even is None:
        return Decision.WATCH
    if hazard.probability >= stake.break_even:
        return Decision.MOVE
    return Decision.PREPARE if hazard.high >= stake.break_even else Decision.WATCH


def service_loss_usd(setting: ReplaySetting, known: Replay) -> float:
    """What the outages known so far have cost, each for as long as it has lasted."""
    outages = [(one.at, one.outage) for one in known.moments if one.outage is not None]
    return sum(
        setting.outage_loss_usd((outage.until - at) / timedelta(days=1), outage.severity)
        for at, outage in outages
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
    if moment.outage is None or moment.outage.until <= as_of:
        return moment
    return replace(moment, outage=replace(moment.outage, until=as_of))
