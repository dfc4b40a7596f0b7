"""Plans of a stored portfolio: its options once, then plans under any limits."""

from collections.abc import Sequence
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_in
from db.services.judgements import load_judgements
from db.services.option_setting import setting_for
from db.services.portfolios import load_portfolio
from db.services.reference import load_catalog
from db.services.signals import provider_named
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.alternatives.judgements import judgements_of
from risk.alternatives.planning.answer import PreparedPlan, large_prepared
from risk.alternatives.planning.answer import prepared_plan as value_options
from risk.alternatives.planning.wishes import Wishes

#: Portfolios of more startups are planned by prices, without a record of each.
PLANNED_WHOLE = 200


def prepared_plan(store: Store, actor: Actor, portfolio: str, *, today: date) -> PreparedPlan:
    """Value every option of a portfolio, ready to plan with.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NoPlan: there is nothing to plan.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return value_options(
        load_portfolio(store, actor, portfolio).startups,
        setting_for(store, actor, portfolio, today=today),
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
    )


def is_planned_by_prices(store: Store, actor: Actor, portfolio: str) -> bool:
    """Return whether a portfolio has too many startups for a plan that lists every choice.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return startups_in(store, session, [found])[found.id] > PLANNED_WHOLE


def wishes_of(
    store: Store, actor: Actor, *, pins: Sequence[str] = (), excluded: Sequence[str] = ()
) -> Wishes:
    """Return pins as they were written, and excluded providers by their own names.

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the providers")
    catalog = load_catalog(store, actor)
    return Wishes(
        pins=tuple(pins), excluded=tuple(provider_named(catalog, one) for one in excluded)
    )


def large_prepared_plan(
    store: Store, actor: Actor, portfolio: str, *, today: date, pins: Sequence[str] = ()
) -> PreparedPlan:
    """Value the options of a portfolio of any size, ready to plan by prices.

    Startups that ``pins`` begin with are looked at whatever they lose.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NoPlan: a pin begins with no startup's name, or there is nothing to plan.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    judgements = judgements_of(load_judgements(store, actor, portfolio))
    return large_prepared(
        valuation(store, actor, portfolio, today=today), judgements=judgements, pins=pins
    )
