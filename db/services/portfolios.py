"""Portfolios: which there are, what is in one, and saving a whole one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import PortfolioArchived, PortfolioNotFound, Refused
from db.records import PortfolioRecord, StartupRecord
from db.register.naming import comparison_key
from db.register.portfolios import (
    digest_of,
    mark_written,
)
from db.register.rows import as_portfolio, read_register
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.audit import record
from db.services.counts import startups_in
from db.services.visible import (
    new_portfolio,
    portfolio_to_write,
    seen_by,
    visible_portfolio,
)
from risk.inventory.records import Portfolio, Startup
from risk.money.currencies import USD
from risk.money.rates import quoted_on

#: Startups among which one is chosen from a list; among more, a name is typed.
CHOSEN_FROM_A_LIST = 5_000
#: Startups whose records are held at once where all are gone through.
AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class PortfolioSummary:
    """One line of the list of portfolios. ``updated``: the last write, in UTC.

    ``currency`` is that in which its money is shown.
    """

    name: str
    startups: int
    updated: datetime
    invented: bool
    revision: int
    currency: str = USD


#: Names of a file that are looked for in the portfolios.
_NAMES_COMPARED = 2_000


def portfolio_of_most(
    store: Store, actor: Actor, startups: Sequence[str], *, rather: str | None = None
) -> str | None:
    """Return the portfolio that holds more than half of some startups, or None.

    Of several the one that holds most, but ``rather`` the named one if it is among them. Of many
    names the first 2,000 different ones tell. A portfolio of invented startups is none.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "portfolios")
    keys = list(dict.fromkeys(map(comparison_key, startups)))[:_NAMES_COMPARED]
    held = (
        select(PortfolioRecord.name, func.count())
        .join(StartupRecord, StartupRecord.portfolio_id == PortfolioRecord.id)
        .where(PortfolioRecord.live, ~PortfolioRecord.invented, seen_by(actor))
        .where(StartupRecord.name_key.in_(keys))
        .group_by(PortfolioRecord.name)
        .order_by(func.count().desc(), PortfolioRecord.name)
    )
    with store.read() as session:
        homes = [str(name) for name, count in session.execute(held) if 2 * count > len(keys)]
    return rather if rather in homes else next(iter(homes), None)


def list_portfolios(store: Store, actor: Actor) -> tuple[PortfolioSummary, ...]:
    """Return all portfolios by name.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "portfolios")
    query = (
        select(PortfolioRecord)
        .where(PortfolioRecord.live, seen_by(actor))
        .order_by(PortfolioRecord.name_key)
    )
    with store.read() as session:
        found = session.scalars(query).all()
        startups = startups_in(store, session, found)
        return tuple(
            PortfolioSummary(
                name=portfolio.name,
                startups=startups[portfolio.id],
                updated=portfolio.updated_at,
                invented=portfolio.invented,
                revision=portfolio.revision,
                currency=portfolio.currency,
            )
            for portfolio in found
        )


def currency_of(store: Store, actor: Actor, name: str) -> str:
    """Return the currency in which a portfolio's money is shown, by its code.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {name}")
    with store.read() as session:
        return visible_portfolio(session, actor, name).currency


def set_currency(store: Store, actor: Actor, name: str, currency: str) -> str:
    """Show a portfolio's money in another currency from now on; return its code.

    The figures stay what they are: only how they are written changes.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        Refused: the European Central Bank quotes no such currency.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.MANAGE_PORTFOLIO, f"portfolio {name}")
    code = known_currency(currency)

    def work(session: Session) -> str:
        visible_portfolio(session, actor, name)
        found = portfolio_to_write(session, actor, name)
        if found is None:
            raise PortfolioNotFound(name)
        before, found.currency = found.currency, code
        if before != code:
            record(
                store,
                session,
                actor,
                Action.MANAGE_PORTFOLIO,
                object_kind="portfolio",
                object_name=found.name,
                before={"currency": before},
                after={"currency": code},
            )
        return code

    return store.transact(work)


def known_currency(currency: str) -> str:
    """The code of a currency that money can be shown in, from its code in any case.

    Raises:
        Refused: the European Central Bank quotes no such currency.
    """
    code = currency.strip().upper()
    if code not in quoted_on():
        raise Refused(
            f"{currency.strip() or 'Nothing'} is no currency that the European Central Bank quotes."
            f" Choose one of {', '.join(quoted_on())}."
        )
    return code


def summary_of(known: Iterable[PortfolioSummary], name: str) -> PortfolioSummary | None:
    """The summary of the portfolio with this name, however it is spelled; None has none."""
    key = comparison_key(name)
    return next((one for one in known if comparison_key(one.name) == key), None)


def load_portfolio(store: Store, actor: Actor, name: str) -> Portfolio:
    """Return a portfolio with everything in it, dependencies that are no language model included.

    What drills showed and contracts promise is laid over what the inventory said.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    # What reads a portfolio for its score imports the engine, which lists do without.
    from db.chunks.sources import scored_portfolio

    authorize(actor, Action.READ, f"portfolio {name}")
    with store.read() as session:
        found = visible_portfolio(session, actor, name)
        return scored_portfolio(session, found, assumptions_of(session, found.id))


def each_startup(store: Store, actor: Actor, portfolio: str) -> Iterator[Startup]:
    """Give the startups of :func:`load_portfolio` one by one, however many there are.

    They are as of one moment: somebody who writes to the portfolio meanwhile is not seen.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        visible_portfolio(session, actor, portfolio)
    return _each(store, actor, portfolio)


def _each(store: Store, actor: Actor, portfolio: str) -> Iterator[Startup]:
    from db.chunks.sources import scored_portfolio
    from db.register.loss_columns import stretches

    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        assumptions = assumptions_of(session, found.id)
        for numbers in stretches(session, found.id, size=AT_ONCE):
            yield from scored_portfolio(session, found, assumptions, numbers=numbers).startups


def load_startup(store: Store, actor: Actor, portfolio: str, startup: str) -> Portfolio:
    """Return a portfolio as if it held this startup alone; it has none where the name is unknown.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    from db.chunks.sources import scored_portfolio

    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return scored_portfolio(
            session,
            found,
            assumptions_of(session, found.id),
            startup_key=comparison_key(startup),
        )


def state_hash(store: Store, actor: Actor, name: str) -> str:
    """Return the SHA-256 over all facts of a portfolio; equal before an import and after its undo.

    A portfolio that does not exist has the hash of an empty one.
    """
    authorize(actor, Action.READ, f"portfolio {name}")
    with store.read() as session:
        try:
            found = visible_portfolio(session, actor, name)
            known = as_portfolio(found, read_register(session, found.id))
        except PortfolioNotFound:
            known = Portfolio(name=name, startups=())
    # Of a large portfolio this takes longer than a database lets a transaction be idle.
    return digest_of(known)


def save_portfolio(store: Store, actor: Actor, portfolio: Portfolio) -> None:
    """Store a whole portfolio in place of what its name held.

    Raises:
        Refused: the name is blank, or two of its records have one name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SAVE_PORTFOLIO, f"portfolio {portfolio.name}")
    store.transact(lambda session: _save(session, store, actor, portfolio))


def add_portfolio(store: Store, actor: Actor, portfolio: Portfolio) -> bool:
    """Store a whole portfolio unless there is one of its name; return whether it was stored.

    Raises:
        Refused: the name is blank, or two of its records have one name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SAVE_PORTFOLIO, f"portfolio {portfolio.name}")

    def work(session: Session) -> bool:
        try:
            found = portfolio_to_write(session, actor, portfolio.name)
        except PortfolioArchived:
            return False
        if found is not None and found.live:
            return False
        _save(session, store, actor, portfolio)
        return True

    return store.transact(work)


def _save(session: Session, store: Store, actor: Actor, portfolio: Portfolio) -> None:
    found = portfolio_to_write(session, actor, portfolio.name) or new_portfolio(
        session, actor, portfolio.name, at=store.now()
    )
    found.invented, found.live = portfolio.invented, True
    mark_written(found, at=store.now())
    # Lists start without what writes a register.
    from db.register.saving import replace_register

    replace_register(session, found.id, portfolio)
    record(
        store,
        session,
        actor,
        Action.SAVE_PORTFOLIO,
        object_kind="portfolio",
        object_name=found.name,
        after={"startups": len(portfolio.startups), "invented": portfolio.invented},
    )
