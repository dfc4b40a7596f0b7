"""Past of providers in the store, beside what is documented and published of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from db.engine import Store
from db.records import IncidentRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.feeds import Feed, list_feeds
from db.services.hazard import SEED
from db.services.incidents import load_incidents, load_service_days
from db.services.reference import FIXTURES, load_catalog
from db.services.scenario_files import shipped_crises
from db.services.signals import list_signals, provider_named, signal_kinds, start_of_day
from risk.assumptions import DEFAULTS
from risk.hazard.documented import (
    DocumentedDisruption,
    PublishedReliability,
    documented_disruptions,
    published_reliability,
)
from risk.hazard.failure_settings import closing_law
from risk.hazard.incidents.records import IncidentLevel
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.provider_history import ProviderHistory, provider_history
from risk.hazard.provider_record import (
    Availability,
    Disruption,
    ProviderRecord,
    provider_records,
)
from risk.hazard.rate_laws import rate_laws
from risk.hazard.signals import Signal, WindDown, known_signals, wind_down
from risk.scenarios.library import load_past_events

#: Days after which it is said what is left of the signals, if nothing more is heard.
DECAY_DAYS = (30, 60, 90)


@dataclass(frozen=True, kw_only=True)
class ProviderPast:
    """One provider's imported history, its feeds, and what is documented and published of it."""

    history: ProviderHistory
    feeds: tuple[Feed, ...]
    documented: tuple[DocumentedDisruption, ...]
    published: tuple[PublishedReliability, ...]


@dataclass(frozen=True, kw_only=True)
class ProviderSignals:
    """The chance of a wind-down on one day, signal by signal, and what time alone makes of it.

    ``decay`` is the chance 30, 60 and 90 days later if nothing more is heard. ``days`` are the
    days on which something was heard, newest first.
    """

    wind_down: WindDown
    decay: tuple[tuple[int, float], ...]
    days: tuple[date, ...]


def provider_past(store: Store, actor: Actor, provider: str) -> ProviderPast:
    """Return what is known of a provider's past.

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the past of {provider}")
    name = provider_named(load_catalog(store, actor), provider)
    return ProviderPast(
        history=provider_history(
            name, load_incidents(store, actor), load_service_days(store, actor), seed=SEED
        ),
        feeds=list_feeds(store, actor, provider=name),
        documented=tuple(one for one in documented_disruptions(FIXTURES) if one.provider == name),
        published=tuple(one for one in published_reliability(FIXTURES) if one.provider == name),
    )


def records_of_providers(
    store: Store, actor: Actor, *, today: date
) -> Mapping[str, ProviderRecord]:
    """Return a short record of every provider of whose past something is known, by name.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the past of providers")
    level, begun = IncidentRecord.level, func.min(IncidentRecord.started_at)
    # An incident of several services has a row for each.
    query = (
        select(IncidentRecord.provider, begun)
        .where(or_(level.is_(None), level != IncidentLevel.MAINTENANCE.value))
        .group_by(IncidentRecord.provider, IncidentRecord.source, IncidentRecord.reference)
    )
    with store.read() as session:
        incidents = [(provider, at.date()) for provider, at in session.execute(query)]
    documented = documented_disruptions(FIXTURES)
    past = load_past_events(FIXTURES)
    told = {(one.provider, one.began) for one in documented}
    return provider_records(
        [
            *(Disruption(one.provider, one.began, one.kind) for one in documented),
            # Both tables tell of some; the documented one says more surely what it was.
            *(
                Disruption(one.provider, one.day, one.kind)
                for one in past
                if (one.provider, one.day) not in told
            ),
        ],
        incidents,
        [
            Availability(one.provider, one.service, one.availability, date.fromisoformat(one.as_of))
            for one in published_reliability(FIXTURES)
        ],
        today=today,
    )


def provider_signals(
    store: Store, actor: Actor, portfolio: str, provider: str, *, on: date, today: date
) -> ProviderSignals | None:
    """Return signals about a provider up to the end of a day, and what it adds.

    Signals are read by the portfolio's numbers.

    On a day in the past the documented signals of the crises that ship count too; today they have
    decayed, and scores use those of the store alone. None: no rate of a wind-down is known.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the signals of {provider}")
    assumptions = load_assumptions(store, actor, portfolio)
    catalog = load_catalog(store, actor)
    name = provider_named(catalog, provider)
    rows = provider_rates(catalog, catalogue_chain(catalog, DEFAULTS), name)
    laws = rate_laws(rows, rates=catalog.rates, evidence=catalog.rate_evidence)
    closing = closing_law(laws, assumptions)
    if closing is None:
        return None
    stored = [one.signal for one in list_signals(store, actor, name)]
    documented = _documented_signals(store, actor, name)
    at = start_of_day(on) if on >= today else start_of_day(on + timedelta(days=1))
    counted = known_signals(stored + (documented if on < today else []), at)
    kinds = signal_kinds(store, actor, assumptions)

    def chance(moment: datetime) -> WindDown:
        return wind_down(
            closing, counted, kinds=kinds, as_of=moment, seed=SEED, numbers=assumptions
        )

    return ProviderSignals(
        wind_down=chance(at),
        decay=tuple((days, chance(at + timedelta(days=days)).probability) for days in DECAY_DAYS),
        days=_days(stored + documented),
    )


def _documented_signals(store: Store, actor: Actor, provider: str) -> list[Signal]:
    found = (one for one in shipped_crises(store, actor).values() if one.provider == provider)
    moments = (moment for replay in found for moment in replay.moments)
    return [one.signal for one in moments if one.signal is not None]


def _days(signals: Iterable[Signal]) -> tuple[date, ...]:
    return tuple(sorted({one.at.date() for one in signals}, reverse=True))
