"""Crises replayed on a stored portfolio, past ones and those that go on."""

from datetime import date

from db.engine import Store
from db.errors import Refused
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.deadlines import portfolio_deadlines
from db.services.hazard import SEED
from db.services.reference import FIXTURES, load_catalog
from db.services.scenario_files import crises
from db.services.signals import provider_named, signal_kinds
from db.services.valuations import valuation
from risk.hazard.signals import HORIZON_DAYS
from risk.portfolio.deadlines import DeadlineCalendar
from risk.scenarios.library import PastEvent, load_past_events
from risk.scenarios.replay import NoWindDownRate, ReplaySetting, open_replay
from risk.scenarios.replays import Replay


def past_events(store: Store, actor: Actor) -> tuple[PastEvent, ...]:
    """Return disruptions that happened, the oldest first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the past disruptions")
    return load_past_events(FIXTURES)


def replay_named(store: Store, actor: Actor, name: str) -> Replay:
    """Return one crisis by its id.

    Raises:
        Refused: there is no such replay; the sentence lists those there are.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the replay {name}")
    known = crises(store, actor)
    if name not in known:
        raise Refused(f"There is no replay “{name}”. Known: {', '.join(known)}.")
    return known[name]


def replay_setting(
    store: Store, actor: Actor, portfolio: str, provider: str, *, today: date
) -> ReplaySetting:
    """Return a portfolio made ready for the news of one developer's crisis.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such provider, or nobody knows how often it winds down.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    catalog = load_catalog(store, actor)
    name = provider_named(catalog, provider)
    assumptions = load_assumptions(store, actor, portfolio)
    try:
        return open_replay(
            valuation(store, actor, portfolio, today=today),
            name,
            catalog=catalog,
            kinds=signal_kinds(store, actor, assumptions),
            seed=SEED,
            endings=model_endings(store, actor, portfolio, name, today=today),
        )
    except NoWindDownRate as problem:
        raise Refused(str(problem)) from None


def model_endings(
    store: Store, actor: Actor, portfolio: str, provider: str, *, today: date
) -> DeadlineCalendar:
    """Return last days of a provider's models within the horizon of a wind-down's chance.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = portfolio_deadlines(store, actor, portfolio, today=today, days=int(HORIZON_DAYS))
    return found.of_models(provider)
