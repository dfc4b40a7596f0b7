"""What a stored portfolio should do all together: its options once, then plans under any limits."""

from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.judgements import load_judgements
from db.services.option_setting import setting_for
from db.services.portfolios import load_portfolio
from risk.alternatives.evidence import judgements_of
from risk.alternatives.planning.answer import PlanGround
from risk.alternatives.planning.answer import plan_ground as value_options


def plan_ground(store: Store, actor: Actor, portfolio: str, *, today: date) -> PlanGround:
    """Value every option of a portfolio, ready to plan with.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return value_options(
        load_portfolio(store, actor, portfolio).startups,
        setting_for(store, actor, portfolio, today=today),
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
    )
