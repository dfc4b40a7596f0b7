"""Chances that a provider falters: its rates with their laws, and its signals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.engine import Store
from db.reference.reading import own_state
from db.services.access import Action, Actor, authorize
from db.services.incidents import history_revision, load_incidents, load_service_days
from db.services.reference import load_catalog
from db.services.signals import list_signals, provider_named, signal_kinds, start_of_day
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.hazard.failure_settings import closing_law, rate_factor
from risk.hazard.learned_rates import learned_from_incidents, learned_from_signals, with_learned
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import RateLaw, rate_laws
from risk.hazard.signals import WindDown, wind_down

#: Of the draws behind the interval.
SEED = 20231117
#: From here up a number that is 0 or 1 means 1.
ON = 0.5


@dataclass(frozen=True, kw_only=True)
class ProviderHazard:
    """A provider's rates before any signal, and its wind-down after them.

    ``wind_down`` None: no rate of a wind-down is known for such a provider.
    """

    provider: str
    as_of: date
    rates: tuple[RateLaw, ...]
    wind_down: WindDown | None


def provider_hazard(
    store: Store,
    actor: Actor,
    provider: str,
    *,
    today: date,
    assumptions: Assumptions = DEFAULTS,
) -> ProviderHazard:
    """Return what is known of how a provider falters, with signals up to ``today`` alone.

    How signals are read, and the factor on wind-downs, are those of ``assumptions``; the rates
    are those of the reference facts.

    Scores use the wind-down after signals and, where the portfolio's assumptions say so, rates
    learned from imported incidents (:func:`catalog_for_scores`).

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the hazard of {provider}")
    name = provider_named(load_catalog(store, actor), provider)
    return provider_hazards(store, actor, [name], today=today, assumptions=assumptions)[name]


def provider_hazards(
    store: Store,
    actor: Actor,
    providers: Sequence[str],
    *,
    today: date,
    assumptions: Assumptions = DEFAULTS,
) -> Mapping[str, ProviderHazard]:
    """Return the same of several providers by name, as the catalogue spells them.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the hazard of providers")
    catalog = load_catalog(store, actor)
    chain = catalogue_chain(catalog, DEFAULTS)
    kinds = signal_kinds(store, actor, assumptions)
    heard = [one.signal for one in list_signals(store, actor)]

    def hazard(name: str) -> ProviderHazard:
        rows = provider_rates(catalog, chain, name)
        laws = rate_laws(rows, rates=catalog.rates, evidence=catalog.rate_evidence)
        closing = closing_law(laws, assumptions)
        after = None
        if closing is not None:
            after = wind_down(
                closing,
                [one for one in heard if one.provider == name],
                kinds=kinds,
                as_of=start_of_day(today),
                seed=SEED,
                numbers=assumptions,
            )
        return ProviderHazard(provider=name, as_of=today, rates=laws, wind_down=after)

    return {name: hazard(name) for name in providers}


@dataclass(frozen=True, kw_only=True)
class ScoredHazard:
    """The reference facts that scores use, and what was known before signals.

    ``before_signals``: by provider, the rate of winding down a year that signals replaced in
    ``catalog``, times the portfolio's factor on wind-downs.
    """

    catalog: Catalog
    before_signals: Mapping[str, float]


def hazard_for_scores(
    store: Store,
    actor: Actor,
    assumptions: Assumptions,
    *,
    today: date,
    known_at: datetime | None = None,
) -> ScoredHazard:
    """Return the reference facts with the rates that were learned since, as far as is wished.

    Imported incidents count where ``learn_from_incidents`` is 1, signals up to ``today`` unless
    ``signals_in_scores`` is 0. ``learned`` of the catalogue says which rates were replaced, and
    why. Only what was recorded by ``known_at`` counts where a moment is given.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    catalog = load_catalog(store, actor)
    if assumptions.learn_from_incidents >= ON:
        learned = learned_from_incidents(
            catalog,
            load_incidents(store, actor, known_at=known_at),
            load_service_days(store, actor, known_at=known_at),
            today=today,
        )
        catalog = with_learned(catalog, learned)
    before: dict[str, float] = {}
    if assumptions.signals_in_scores >= ON:
        heard = learned_from_signals(
            catalog,
            [
                one.signal
                for one in list_signals(store, actor)
                if known_at is None or one.at <= known_at
            ],
            kinds=signal_kinds(store, actor, assumptions),
            as_of=start_of_day(today),
            assumptions=assumptions,
        )
        catalog = with_learned(catalog, heard)
        before = {
            one.row.node: one.before * rate_factor(one.row.kind, assumptions) for one in heard
        }
    return ScoredHazard(catalog=catalog, before_signals=before)


def catalog_for_scores(
    store: Store, actor: Actor, assumptions: Assumptions, *, today: date
) -> Catalog:
    """Return the reference facts alone of :func:`hazard_for_scores`.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    return hazard_for_scores(store, actor, assumptions, today=today).catalog


def hazard_revision(store: Store, actor: Actor) -> str:
    """Return a text that changes with each signal noted, import of incidents, and own fact.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    newest = max((one.number for one in list_signals(store, actor)), default=0)
    with store.read() as session:
        own = own_state(session)
    return " ".join(map(str, (newest, history_revision(store, actor), *own)))
