"""The numbers of the model that somebody changed for a portfolio, with reason, name and time."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import AssumptionOverrideRecord
from db.register.portfolios import mark_written
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import visible_portfolio
from risk.assumptions import DEFAULTS, Assumptions, override


@dataclass(frozen=True, kw_only=True)
class AssumptionChange:
    """One change of one number. ``value`` None: the default was put back."""

    name: str
    value: float | None
    reason: str
    by: str
    at: datetime


def load_assumptions(store: Store, actor: Actor, portfolio: str) -> Assumptions:
    """Return the model's numbers as they stand for a portfolio.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: a stored number lies outside the range that this version allows.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return assumptions_of(session, visible_portfolio(session, actor, portfolio).id)


def assumptions_of(session: Session, portfolio_id: int) -> Assumptions:
    """The same, inside a transaction of another service, which has authorised it."""
    return _overridden(_values(session, portfolio_id))


def assumptions_at(session: Session, portfolio_id: int, moment: datetime) -> Assumptions:
    """As :func:`assumptions_of`, as they stood at a moment."""
    return _overridden(_values(session, portfolio_id, moment))


def set_assumption(
    store: Store, actor: Actor, portfolio: str, name: str, value: float | None, reason: str
) -> None:
    """Change one number for a portfolio; None puts the default back.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such number, it lies outside its range, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SET_ASSUMPTION, f"{name} of portfolio {portfolio}")
    if not reason.strip():
        raise Refused("Say why the number changes: others will want to know.")
    if name not in {one.name for one in fields(Assumptions)}:
        raise Refused(f"There is no assumption called “{name}”.")

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        before = _values(session, found.id)
        after = {one: kept for one, kept in before.items() if one != name}
        if value is not None:
            after[name] = value
        _overridden(after)
        session.add(
            AssumptionOverrideRecord(
                portfolio_id=found.id,
                name=name,
                value=value,
                reason=reason.strip(),
                changed_by=actor.name,
                changed_at=store.now(),
            )
        )
        mark_written(found, at=store.now())
        record(
            store,
            session,
            actor,
            Action.SET_ASSUMPTION,
            object_kind="assumption",
            object_name=f"{found.name}: {name}",
            before={"value": before.get(name, getattr(DEFAULTS, name))},
            after={"value": after.get(name, getattr(DEFAULTS, name))},
            reason=reason.strip(),
        )

    store.transact(work)


def assumption_history(store: Store, actor: Actor, portfolio: str) -> tuple[AssumptionChange, ...]:
    """Return every change made for a portfolio, newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        rows = _changes(session, visible_portfolio(session, actor, portfolio).id)
    return tuple(
        AssumptionChange(
            name=row.name,
            value=row.value,
            reason=row.reason,
            by=row.changed_by,
            at=row.changed_at,
        )
        for row in reversed(rows)
    )


def _changes(session: Session, portfolio_id: int) -> list[AssumptionOverrideRecord]:
    return list(
        session.scalars(
            select(AssumptionOverrideRecord)
            .where(AssumptionOverrideRecord.portfolio_id == portfolio_id)
            .order_by(AssumptionOverrideRecord.id)
        )
    )


def _values(
    session: Session, portfolio_id: int, moment: datetime | None = None
) -> dict[str, float]:
    """Return the numbers that differ from the default: the newest change of each counts.

    Only changes made by ``moment`` where one is given.

    A number that the model had once and has no more stays in the history and changes nothing.
    """
    known = {one.name for one in fields(Assumptions)}
    newest = {
        row.name: row.value
        for row in _changes(session, portfolio_id)
        if moment is None or row.changed_at <= moment
    }
    return {name: at for name, at in newest.items() if at is not None and name in known}


def _overridden(values: dict[str, float]) -> Assumptions:
    try:
        return override(DEFAULTS, values)
    except ValueError as error:
        raise Refused(str(error)) from None
