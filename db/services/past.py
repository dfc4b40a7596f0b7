"""A portfolio as of a past day: what was known then, read by the same services as today's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import AuditRecord, PastRegisterRecord, PortfolioRecord, table_of
from db.register.bulk import Columns, append_columns, reserve_numbers
from db.register.past import History, history_of, renumbered, rows_as_of
from db.register.saving import remove_register
from db.register.tables import REGISTER_TABLES
from db.services.access import Action, Actor, authorize
from db.services.visible import visible_portfolio

_PAST = table_of(PastRegisterRecord)
_PORTFOLIOS = table_of(PortfolioRecord)
#: Past registers that a store keeps; more drop the oldest.
_MOST_KEPT = 6
#: When a past register that was not finished will not be any more.
_GIVEN_UP_AFTER = timedelta(hours=1)
#: Rows that one short transaction writes.
_AT_ONCE = 20_000
#: Names that no reader can give: a portfolio's name is printable.
_HIDDEN = "\x1fpast "


def as_of(store: Store, actor: Actor, portfolio: str, day: date | None) -> Store:
    """Return the store as it is read of a portfolio's register as of the end of a day.

    Every answer that is asked of the store returned is about that register, by today's model and
    reference facts; nothing can be written through it. None, or today: the store as it is.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the day is still to come, or nothing is known of the register on that day.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    today = store.now().date()
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        if day is None or day == today:
            return store
        if day > today:
            raise Refused(f"{day:%d %B %Y} is still to come. Name a past day.")
        history = history_of(session, found.id)
        _refuse_before(session, found, history, day)
        told = _told(session, found, history, day)
    return _viewed(store, day, told)


def as_known_at(store: Store, actor: Actor, portfolio: str, moment: datetime) -> Store:
    """Return the store as a portfolio's register was known at a moment.

    Unlike :func:`as_of` it does not count what was told later of a day before.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: nothing is known of the register at that moment.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        history = history_of(session, found.id).known_at(moment)
        _refuse_before(session, found, history, moment.date(), moment)
        told = _told(session, found, history, moment.date())
    return _viewed(store, moment.date(), told)


class _Told(NamedTuple):
    """A register of a past day: whose, in which hidden portfolio if it is in one, or its rows."""

    number: int
    hidden: int | None
    rests_on: str
    rows: Mapping[str, Columns]


def _told(session: Session, found: PortfolioRecord, history: History, day: date) -> _Told:
    rests_on = history.mark(day, found.revision)
    if not history.after(day):
        return _Told(found.id, found.id, rests_on, {})
    hidden = _kept(session, found.id, day, rests_on)
    rows = {} if hidden else rows_as_of(session, found.id, history, day)
    return _Told(found.id, hidden, rests_on, rows)


def _viewed(store: Store, day: date, told: _Told) -> Store:
    """The store through the view of a past day, whose register is made unless it is there."""
    hidden = told.hidden or _make(store.whole, told.number, day, told.rests_on, told.rows)
    return store.viewed(replace(store.view, as_of=day, past=(told.number, hidden)))


def _refuse_before(
    session: Session,
    found: PortfolioRecord,
    history: History,
    day: date,
    moment: datetime | None = None,
) -> None:
    """Refuse a day, or a moment in it, before the first of which anything is kept."""
    saved = session.scalar(
        select(func.max(AuditRecord.at)).where(
            AuditRecord.action == Action.SAVE_PORTFOLIO,
            AuditRecord.object_name.in_(_names(session, found)),
        )
    )
    begun = saved.date() if saved is not None else next(iter(history.days), None)
    saved_since = moment is not None and saved is not None and saved > moment
    if begun is not None and (day < begun or saved_since):
        raise Refused(
            f"Nothing is kept of {found.name} as of {day:%d %B %Y}: its register begins on "
            f"{begun:%d %B %Y}. Name that day or a later one."
        )


def _names(session: Session, found: PortfolioRecord) -> set[str]:
    """The name of a portfolio, and those that it had before, as the trail tells them."""
    renames = {
        row.after["name"]: row.before["name"]
        for row in session.scalars(
            select(AuditRecord)
            .where(AuditRecord.action == Action.MANAGE_PORTFOLIO)
            .order_by(AuditRecord.number)
        )
        if row.before and row.after and "name" in row.before and "name" in row.after
    }
    names, name = {found.name}, found.name
    while (name := renames.get(name, found.name)) not in names:
        names.add(name)
    return names


def _kept(session: Session, number: int, day: date, rests_on: str) -> int | None:
    return session.scalar(
        select(PastRegisterRecord.portfolio_id).where(
            PastRegisterRecord.past_of == number,
            PastRegisterRecord.as_of == day,
            PastRegisterRecord.rests_on == rests_on,
        )
    )


def _make(store: Store, number: int, day: date, rests_on: str, rows: Mapping[str, Columns]) -> int:
    """Write rows as those of a hidden portfolio, a part at a time, and say what they are."""
    hidden, placed = store.transact(partial(_begin, store=store, rows=rows))
    for table in REGISTER_TABLES:
        columns = placed[table.name]
        for start in range(0, len(columns["id"]), _AT_ONCE):
            some = {name: values[start : start + _AT_ONCE] for name, values in columns.items()}
            store.transact(partial(append_columns, table=table, columns=some))
    said = {"portfolio_id": hidden, "past_of": number, "as_of": day, "rests_on": rests_on}

    def end(session: Session) -> None:
        session.add(PastRegisterRecord(**said, made_at=store.now()))
        session.flush()
        _drop_old(session, store.now() - _GIVEN_UP_AFTER)

    store.transact(end)
    return hidden


def _begin(
    session: Session, store: Store, rows: Mapping[str, Columns]
) -> tuple[int, dict[str, Columns]]:
    last = session.scalar(select(func.max(_PORTFOLIOS.c.id))) or 0
    name = f"{_HIDDEN}{last + 1}"
    portfolio = PortfolioRecord(
        name=name, name_key=name, live=False, revision=0, updated_at=store.now()
    )
    session.add(portfolio)
    session.flush()
    first = {
        table.name: reserve_numbers(session, table, len(rows[table.name]["id"]))
        if len(rows[table.name]["id"])
        else 0
        for table in REGISTER_TABLES
    }
    return portfolio.id, renumbered(rows, first, portfolio.id)


def _drop_old(session: Session, given_up: datetime) -> None:
    """Drop the past registers made first, as far as there are too many, and unfinished ones."""
    query = select(_PAST.c.portfolio_id).order_by(_PAST.c.made_at.desc(), _PAST.c.portfolio_id)
    unfinished = select(_PORTFOLIOS.c.id).where(
        _PORTFOLIOS.c.name_key.startswith(_HIDDEN),
        _PORTFOLIOS.c.id.not_in(select(_PAST.c.portfolio_id)),
        _PORTFOLIOS.c.updated_at < given_up,
    )
    for number in (*session.scalars(query).all()[_MOST_KEPT:], *session.scalars(unfinished)):
        remove_register(session, number)
        session.execute(delete(_PAST).where(_PAST.c.portfolio_id == number))
        session.execute(delete(_PORTFOLIOS).where(_PORTFOLIOS.c.id == number))
