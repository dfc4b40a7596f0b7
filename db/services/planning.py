"""What a stored portfolio should do all together: its options once, then plans under any limits."""

from collections.abc import Callable
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.hazard import catalog_for_scores
from db.services.judgements import load_judgements
from db.services.portfolios import load_portfolio
from risk.alternatives.evidence import judgements_of
from risk.alternatives.planning.answer import PlanGround
from risk.alternatives.planning.answer import plan_ground as score_options
from risk.alternatives.variants import Setting


def plan_ground(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    progress: Callable[[float], None] | None = None,
) -> PlanGround:
    """Score every option of a portfolio, ready to plan with. ``progress`` hears 0 to 1.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    assumptions = load_assumptions(store, actor, portfolio)
    setting = Setting(
        catalog=catalog_for_scores(store, actor, assumptions, today=today),
        assumptions=assumptions,
        today=today,
    )
    return score_options(
        load_portfolio(store, actor, portfolio),
        setting,
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
        progress=progress,
    )
