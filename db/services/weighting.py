"""Concentration by count and by value: what startups are worth, from holdings or as invested."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from db.engine import Store
from db.register.columns import to_usd
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.funds import list_holdings
from db.services.scoring import score_portfolio
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.structure import Dependences, dependence_of
from risk.portfolio.weighting import Weighted, weighted

FAIR_VALUE, INVESTED = "fair value", "amount invested"


@dataclass(frozen=True, kw_only=True)
class WeightedConcentration:
    """Concentration where each startup counts once, and as it is worth by ``basis``."""

    count: Weighted
    value: Weighted
    basis: str


def weighted_concentration(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assessment: PortfolioAssessment | None = None,
) -> WeightedConcentration:
    """Return the concentration of a portfolio by count and by value.

    Values are the fair values that funds hold, where any is stated, else the amounts invested.
    ``assessment`` spares scoring it again where the caller holds its answer.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    answer = assessment or score_portfolio(store, actor, portfolio, today=today)
    dependence = answer.dependence
    if not isinstance(dependence, Dependences):
        dependence = dependence_of(valuation(store, actor, portfolio, today=today))
    values, basis = _values(store, actor, portfolio)
    return WeightedConcentration(
        count=weighted(dependence), value=weighted(dependence, values), basis=basis
    )


def _values(store: Store, actor: Actor, portfolio: str) -> tuple[Mapping[str, float], str]:
    """What startups are worth by their names, and by what."""
    held: dict[str, float] = {}
    unknown = set()
    for one in list_holdings(store, actor, portfolio):
        if one.startup is None:
            continue
        if one.value_usd is None:
            unknown.add(one.startup)
        else:
            held[one.startup] = held.get(one.startup, 0.0) + one.value_usd
    if held:
        return {name: usd for name, usd in held.items() if name not in unknown}, FAIR_VALUE
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = select(STARTUPS.c.name, STARTUPS.c.invested_cents).where(
            startups_of(session, found.id), STARTUPS.c.invested_cents.is_not(None)
        )
        invested = {name: to_usd(cents) or 0.0 for name, cents in session.execute(query)}
    return invested, INVESTED
