"""Deadlines of a stored portfolio: retirements and renewals against the register."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import PortfolioRecord
from db.register.stated import places_under, read_renewals, read_stated
from db.services.access import Action, Actor, authorize
from db.services.valuations import valuation, valuation_alone
from db.services.visible import visible_portfolio
from risk.loss.valuation import Valuation
from risk.portfolio.deadlines import (
    Deadline,
    DeadlineCalendar,
    Renewals,
    Stated,
    Told,
    deadline_calendar,
)
from risk.portfolio.deadlines import days_to_leave as leaving

Result = TypeVar("Result")

#: Nobody plans further ahead by days.
MOST_DAYS = 3650
#: So often a register is read again that is changed meanwhile.
_ATTEMPTS = 3
_NO_RENEWALS = Renewals(link=np.zeros(0, dtype=np.int64), day=np.zeros(0, dtype=np.int64))
#: Renewals as they were read last from each open store, and what they were read from.
_kept: WeakKeyDictionary[Store, tuple[Hashable, Renewals]] = WeakKeyDictionary()


def portfolio_deadlines(
    store: Store, actor: Actor, portfolio: str, *, today: date, days: int = 90
) -> DeadlineCalendar:
    """Return retirements, renewals and the last days to give notice within ``days`` of today.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: ``days`` is not between 1 and 3650.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Look between 1 and {MOST_DAYS:,} days ahead, not {days:,}.")

    def work(session: Session, found: PortfolioRecord, laid_out: Valuation) -> DeadlineCalendar:
        renewals = _renewals(store, session, found)
        told = stated_of_links(laid_out, store, actor, portfolio)
        return deadline_calendar(laid_out, renewals, told, days=days)

    return _beside_its_valuation(store, actor, portfolio, work, today=today)


def model_ends(
    store: Store, actor: Actor, portfolio: str, startup: str, *, today: date, days: int = 365
) -> tuple[Deadline, ...]:
    """Return the last days of the models that one startup uses, the soonest first.

    The same as in :func:`portfolio_deadlines`, without reading the other startups.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup of this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    for _ in range(_ATTEMPTS):
        with store.read() as session:
            before = _state(visible_portfolio(session, actor, portfolio))
        alone = valuation_alone(store, actor, portfolio, startup, today=today)
        told = stated_of_links(alone, store, actor, portfolio)
        found = deadline_calendar(alone, _NO_RENEWALS, told, days=days)
        with store.read() as session:
            if _state(visible_portfolio(session, actor, portfolio)) == before:
                return found.deadlines
    raise Refused(f"{portfolio} is being changed; ask again once that is done.")


def days_to_leave(
    store: Store, actor: Actor, portfolio: str, contract: str, *, today: date
) -> float | None:
    """Return how many days it takes to leave the provider of a contract: the model's median.

    The longest of the dependencies on language models that name it; None where none does.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")

    def work(session: Session, found: PortfolioRecord, laid_out: Valuation) -> float | None:
        places = places_under(session, found.id, contract.strip())
        return float(leaving(laid_out, places)[1].max()) if places else None

    return _beside_its_valuation(store, actor, portfolio, work, today=today)


def _beside_its_valuation(
    store: Store,
    actor: Actor,
    portfolio: str,
    work: Callable[[Session, PortfolioRecord, Valuation], Result],
    *,
    today: date,
) -> Result:
    """Read the register beside the valuation of the same state of it."""
    for _ in range(_ATTEMPTS):
        with store.read() as session:
            before = _state(visible_portfolio(session, actor, portfolio))
        laid_out = valuation(store, actor, portfolio, today=today)
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            if _state(found) == before:
                return work(session, found, laid_out)
    raise Refused(f"{portfolio} is being changed; ask again once that is done.")


def _state(found: PortfolioRecord) -> tuple[object, ...]:
    """What moves whenever something is written to a portfolio."""
    return found.id, found.revision, found.updated_at


def _renewals(store: Store, session: Session, found: PortfolioRecord) -> Renewals:
    state = _state(found)
    known = _kept.get(store)
    if known is None or known[0] != state:
        known = _kept[store] = state, read_renewals(session, found.id)
    return known[1]


def stated_of_links(laid_out: Valuation, store: Store, actor: Actor, portfolio: str) -> Told:
    """Give what reads what is stated of some dependencies, by their places, when it is asked."""
    one, names = laid_out.book.exposures, laid_out.members.names
    starts = one.link_start[one.case_start]

    def told(links: Sequence[int]) -> list[Stated]:
        rows = np.searchsorted(starts, links, side="right") - 1
        owners = [names[row] for row in rows.tolist()]
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            stated = read_stated(session, found.id, owners)
        listed = []
        for link, row, name in zip(links, rows.tolist(), owners, strict=True):
            own = stated.get(name, [])
            if len(own) != starts[row + 1] - starts[row]:
                raise Refused(f"{name} was changed meanwhile; open its portfolio again.")
            listed.append(own[link - starts[row]])
        return listed

    return told
