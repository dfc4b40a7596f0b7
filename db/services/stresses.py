"""Choices for a stress test of a stored portfolio: what it begins with and hits, at every size."""

from dataclasses import dataclass
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.portfolios import CHOSEN_FROM_A_LIST
from db.services.valuations import valuation
from risk.scenarios.replay import leading_developers


@dataclass(frozen=True, kw_only=True)
class StressChoices:
    """Startups by name, the models that they use, and the developer on whom most depends.

    There are no ``startups`` where they are too many to choose from by hand.
    """

    startups: tuple[str, ...]
    models: tuple[str, ...]
    lead: str | None


def stress_choices(store: Store, actor: Actor, portfolio: str, *, today: date) -> StressChoices:
    """Return what a reader can choose from.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    held = valuation(store, actor, portfolio, today=today)
    few = len(held.members) <= CHOSEN_FROM_A_LIST
    models = {route.endpoint.model for route in held.book.routes} - {None}
    return StressChoices(
        startups=tuple(sorted(held.members.names, key=str.casefold)) if few else (),
        models=tuple(sorted(map(str, models), key=str.casefold)),
        lead=next(iter(leading_developers(held)), None),
    )
