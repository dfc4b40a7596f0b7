"""Hours: news of one provider, of today or of a crisis, on a stored portfolio: whom to call.

One function answers for pages, commands and links. News that somebody heard just now counts in the
answer alone until it is kept as a signal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from db.engine import Store
from db.errors import Refused
from db.register.stated import read_contacts
from db.services.access import Action, Actor, authorize
from db.services.reference import load_catalog
from db.services.replays import model_endings, replay_named, replay_setting
from db.services.scoring import stress
from db.services.signals import list_signals, provider_named, signal_kinds
from db.services.visible import visible_portfolio
from risk.alternatives.planning.tasks import Contact
from risk.catalog.failure_kinds import SERVICE_KINDS, FailureKind
from risk.hazard.signals import Signal
from risk.scenarios.calls import Hour, failed_hour, hour_of
from risk.scenarios.replay import ReplaySetting, frame_at, frame_of
from risk.scenarios.replays import Moment
from risk.scenarios.results import Scenario, StressResult

#: What can have failed already, beside news that makes an end likelier.
FAILED_KINDS = (
    *(FailureKind.OUTAGE, FailureKind.DEGRADED, FailureKind.ACCESS_CUT),
    *(FailureKind.PRICE_SHOCK, FailureKind.ACQUISITION, FailureKind.WIND_DOWN),
)
#: The news of a leadership crisis.
LEADERSHIP_NEWS = "chief_executive_dismissed"
#: How long an outage is taken to last where nobody says, and at most, in days.
USUAL_DAYS, MOST_DAYS = 1.0, 365.0


@dataclass(frozen=True, kw_only=True)
class HourAsked:
    """Which hour is asked for: of whom, when, and what was heard.

    ``replay`` is the id of a crisis. Otherwise ``news`` is a kind of signal, or a kind of
    failure that has happened and lasts ``days``; None: nothing but the signals of the store.
    """

    provider: str
    at: datetime
    replay: str | None = None
    news: str | None = None
    source: str = ""
    days: float | None = None

    @property
    def title(self) -> str:
        """What the hour is called."""
        return f"Incident at {self.provider}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def failed(self) -> FailureKind | None:
        """What has failed, None for news."""
        return next((one for one in FAILED_KINDS if one == self.news), None)

    @property
    def heard(self) -> Signal | None:
        """The news as a signal, None where there is none."""
        if self.news is None or self.failed is not None or self.replay is not None:
            return None
        return Signal(
            provider=self.provider, kind=self.news, at=self.at, source=self.source.strip()
        )

    @property
    def scenario(self) -> Scenario | None:
        """What has failed as a stress test."""
        kind = self.failed
        if kind is None:
            return None
        days = (self.days or USUAL_DAYS) if kind in SERVICE_KINDS else None
        return Scenario(id="incident", title="", root=self.provider, kind=kind, days=days)


SettingOf = Callable[[str], ReplaySetting]
ResultOf = Callable[[Scenario], StressResult]


def hour(
    store: Store,
    actor: Actor,
    portfolio: str,
    asked: HourAsked,
    *,
    today: date,
    setting_of: SettingOf | None = None,
    result_of: ResultOf | None = None,
) -> Hour:
    """Return what is known of a provider at an hour, what follows, and whom to call.

    ``setting_of`` a provider and ``result_of`` a stress test are given where they are kept.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: provider, kind of news or replay are unknown, the hour lies ahead or outside the
            replay, or nobody knows how often the provider winds down.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")

    def prepared(provider: str) -> ReplaySetting:
        return replay_setting(store, actor, portfolio, provider, today=today)

    def tested(scenario: Scenario) -> StressResult:
        return stress(store, actor, portfolio, scenario, today=today)

    setting_of, result_of = setting_of or prepared, result_of or tested
    provider = provider_named(load_catalog(store, actor), asked.provider)
    asked = replace(asked, provider=provider)
    if asked.replay is not None:
        setting = setting_of(provider)
        return hour_of(
            setting, frame_at(setting, replay_named(store, actor, asked.replay), asked.at)
        )
    _check(store, actor, asked)
    if asked.scenario is not None:
        # While the service is down nobody speaks of models that end in some weeks.
        passes = asked.scenario.kind in SERVICE_KINDS
        endings = None if passes else model_endings(store, actor, portfolio, provider, today=today)
        return failed_hour(result_of(asked.scenario), (), asked.at, endings)
    setting = setting_of(provider)
    stored = _stored(store, actor, provider, asked)
    before = frame_of(setting, _moments(stored, setting), stored, asked.at)
    if asked.heard is None:
        return hour_of(setting, before)
    every = (*stored, asked.heard)
    frame = frame_of(setting, _moments(every, setting), every, asked.at)
    return hour_of(setting, frame, probability_before=before.hazard.probability)


def _check(store: Store, actor: Actor, asked: HourAsked) -> None:
    kinds = signal_kinds(store, actor)
    if asked.news is not None and asked.failed is None and asked.news not in kinds:
        known = ", ".join((*kinds, *FAILED_KINDS))
        raise Refused(f"There is no kind of news “{asked.news}”. Known: {known}.")
    if asked.at > store.now():
        raise Refused(
            f"{asked.at:%Y-%m-%d %H:%M} UTC is still to come: an incident is told once it is known."
        )
    if asked.days is not None and not 0 < asked.days <= MOST_DAYS:
        raise Refused(f"A disruption lasts more than 0 and at most {MOST_DAYS:.0f} days.")


def _stored(store: Store, actor: Actor, provider: str, asked: HourAsked) -> tuple[Signal, ...]:
    """The signals of the store that were known at the hour, without the news itself if kept."""
    heard = asked.heard
    known = [one.signal for one in list_signals(store, actor, provider)]
    return tuple(
        one for one in known if one.at <= asked.at and not (heard and _is_same(one, heard))
    )


def _is_same(one: Signal, heard: Signal) -> bool:
    return (one.kind, one.source, one.at.date()) == (
        heard.kind,
        heard.source,
        heard.at.astimezone(UTC).date(),
    )


def _moments(signals: Sequence[Signal], setting: ReplaySetting) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            at=one.at,
            headline=setting.kinds[one.kind].meaning,
            what="",
            signal=one,
            outage=None,
            sources=(one.source,) if one.source else (),
            doubt="",
        )
        for one in sorted(signals, key=lambda each: each.at)
    )


def contacts(
    store: Store, actor: Actor, portfolio: str, startups: Sequence[str]
) -> Mapping[str, Contact]:
    """Return who sees to some startups and whom to write to there, by name.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = read_contacts(session, visible_portfolio(session, actor, portfolio).id, startups)
    return {
        name: Contact(watched_by=watched_by, email=email)
        for name, (watched_by, email) in found.items()
    }
