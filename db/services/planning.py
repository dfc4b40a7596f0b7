"""Plans of a stored portfolio: its options once, then plans under any limits, and their tasks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from db.engine import Store
from db.register.naming import comparison_key
from db.register.stated import read_contacts
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_in
from db.services.deadlines import MOST_DAYS, portfolio_deadlines
from db.services.decision_results import Decision
from db.services.decisions import list_decisions
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
from risk.alternatives.planning.plan import PlanChoice
from risk.alternatives.planning.table import place_key
from risk.alternatives.planning.tasks import Assignment, Contact, Task, tasks_of
from risk.alternatives.planning.wishes import Decided, Wishes
from risk.portfolio.deadlines import Deadline

#: Portfolios of more startups are planned by prices, without a record of each.
PLANNED_WHOLE = 200


def prepared_plan(
    store: Store, actor: Actor, portfolio: str, pins: Sequence[str] = (), *, today: date
) -> PreparedPlan:
    """Value the options of a portfolio of any size, ready to plan with.

    Of a large one startups that ``pins`` begin with are looked at whatever they lose.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NoPlan: a pin begins with no startup's name, or there is nothing to plan.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        startups = startups_in(store, session, [found])[found.id]
    judgements = judgements_of(load_judgements(store, actor, portfolio))
    if startups > PLANNED_WHOLE:
        laid_out = valuation(store, actor, portfolio, today=today)
        return large_prepared(laid_out, judgements=judgements, pins=pins)
    return value_options(
        load_portfolio(store, actor, portfolio).startups,
        setting_for(store, actor, portfolio, today=today),
        judgements=judgements,
    )


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


def decisions_to_keep(store: Store, actor: Actor, portfolio: str) -> tuple[Decided, ...]:
    """Return the decisions that stand, carried out or not, newest first, for a plan to keep.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return tuple(
        Decided(
            startup=one.startup,
            use_case=one.use_case,
            key=one.promise.dependency_key,
            option=one.option,
            done=one.done is not None,
        )
        for one in list_decisions(store, actor, portfolio)
        if one.stands
    )


def plan_tasks(
    store: Store, actor: Actor, portfolio: str, choices: Sequence[PlanChoice], *, today: date
) -> tuple[Task, ...]:
    """Return the changes of a plan as tasks: who, from what to what, and when it must begin.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    changed = [one for one in choices if one.changes]
    names = list(dict.fromkeys(one.startup for one in changed))
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        contacts = read_contacts(session, found.id, names)
    return tasks_of(
        changed,
        contacts={
            name: Contact(watched_by=watched_by, email=email)
            for name, (watched_by, email) in contacts.items()
        },
        assigned=_assigned(changed, list_decisions(store, actor, portfolio)),
        deadlines=_deadlines(store, actor, portfolio, names, today=today),
    )


def _assigned(
    choices: Iterable[PlanChoice], decisions: Iterable[Decision]
) -> dict[str, Assignment]:
    """Who took on a choice that was decided and is still to be carried out, by its key."""
    taken = {
        (comparison_key(one.startup), comparison_key(one.option), name): Assignment(
            owner=one.owner, due=one.due
        )
        for one in decisions
        if one.stands and one.done is None
        for name in (one.promise.dependency_key, one.use_case)
        if name is not None
    }
    found = {}
    for each in choices:
        of = comparison_key(each.startup), comparison_key(each.option)
        # A large plan knows dependencies by their places alone.
        mine = taken.get((*of, each.key)) or taken.get((*of, each.use_case or ""))
        if mine is not None:
            found[each.key] = mine
    return found


def _deadlines(
    store: Store, actor: Actor, portfolio: str, startups: Sequence[str], *, today: date
) -> dict[str, list[Deadline]]:
    """What ends for some startups, by the key of the dependency and by its place."""
    calendar = portfolio_deadlines(store, actor, portfolio, today=today, days=MOST_DAYS)
    wanted = set(startups)
    own = np.array([name in wanted for name in calendar.names], dtype=np.bool_)
    places = np.flatnonzero(own[calendar.ends.startup])
    found: dict[str, list[Deadline]] = defaultdict(list)
    links = calendar.ends.link[places].tolist()
    for link, one in zip(links, calendar.listed(places), strict=True):
        found[one.dependency_key].append(one)
        found[place_key(link)].append(one)
    return found
