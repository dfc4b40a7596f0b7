"""How likely a provider is to falter: its rates with their laws, and what was heard of it."""

from dataclasses import dataclass
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.reference import load_catalog
from db.services.signals import list_signals, provider_named, signal_kinds, start_of_day
from risk.assumptions import DEFAULTS
from risk.catalog.falters import FalterKind
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import RateLaw, rate_laws
from risk.hazard.wind_down import WindDown, wind_down

#: Of the draws behind the interval.
SEED = 20231117


@dataclass(frozen=True, kw_only=True)
class ProviderHazard:
    """A provider's rates before any signal, and its wind-down after them.

    ``wind_down`` None: no rate of a wind-down is known for such a provider.
    """

    provider: str
    as_of: date
    rates: tuple[RateLaw, ...]
    wind_down: WindDown | None


def provider_hazard(store: Store, actor: Actor, provider: str, *, today: date) -> ProviderHazard:
    """Return what is known of how a provider falters, with signals up to ``today`` alone.

    Scores use the rates as they stand here, not the wind-down after signals.

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the hazard of {provider}")
    catalog = load_catalog(store, actor)
    name = provider_named(catalog, provider)
    rows = provider_rates(catalog, catalogue_chain(catalog, DEFAULTS), name)
    laws = rate_laws(rows, rates=catalog.rates, evidence=catalog.rate_evidence)
    closing = [one.law for one in laws if one.row.kind is FalterKind.WIND_DOWN]
    after = None
    if closing:
        after = wind_down(
            closing[0],
            [one.signal for one in list_signals(store, actor, name)],
            kinds=signal_kinds(store, actor),
            as_of=start_of_day(today),
            seed=SEED,
        )
    return ProviderHazard(provider=name, as_of=today, rates=laws, wind_down=after)
