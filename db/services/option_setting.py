"""Setting in which options of a stored portfolio are valued: the worlds of the whole portfolio."""

from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.counts import startups_in
from db.services.hazard import hazard_for_scores
from db.services.visible import visible_portfolio
from risk.alternatives.variants import Setting
from risk.loss.worlds import worlds_for


def setting_for(store: Store, actor: Actor, portfolio: str, *, today: date) -> Setting:
    """Return the reference facts, numbers and worlds on which a portfolio stands.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    assumptions = load_assumptions(store, actor, portfolio)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        startups = startups_in(store, session, [found])[found.id]
    hazard = hazard_for_scores(store, actor, assumptions, today=today)
    return Setting(
        catalog=hazard.catalog,
        before_signals=hazard.before_signals,
        assumptions=assumptions,
        today=today,
        count=worlds_for(startups),
    )
