"""Limits of a portfolio: set with a reason, and how they came to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import WatchLimitRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import visible_portfolio
from risk.portfolio.watching import RANGES, Measure


@dataclass(frozen=True, kw_only=True)
class LimitChange:
    """One limit as somebody set it, and why. ``value`` None: it was taken away."""

    measure: Measure
    value: float | None
    reason: str
    by: str
    at: datetime


def set_limit(
    store: Store,
    actor: Actor,
    portfolio: str,
    measure: Measure,
    value: float | None,
    reason: str,
) -> None:
    """Set the limit of one measure; None takes it away.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it lies outside what the measure can be, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SET_LIMIT, f"{measure} of portfolio {portfolio}")
    _check(measure, value, reason)

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        before = limits_in(session, found.id).get(measure)
        session.add(
            WatchLimitRecord(
                portfolio_id=found.id,
                measure=measure.value,
                value=value,
                reason=reason.strip(),
                set_by=actor.name,
                set_at=store.now(),
            )
        )
        record(
            store,
            session,
            actor,
            Action.SET_LIMIT,
            object_kind="limit",
            object_name=f"{found.name}: {measure}",
            before={"value": before},
            after={"value": value},
            reason=reason.strip(),
        )

    store.transact(work)


def _check(measure: Measure, value: float | None, reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why the limit is set so: others will want to know.")
    low, high = RANGES[measure]
    if value is not None and not low <= value <= high:
        raise Refused(f"A limit of {measure} lies between {low:,.10g} and {high:,.10g}.")


def load_limits(store: Store, actor: Actor, portfolio: str) -> Mapping[Measure, float]:
    """Return the limits of a portfolio that are set.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return limits_in(session, visible_portfolio(session, actor, portfolio).id)


def limit_history(store: Store, actor: Actor, portfolio: str) -> tuple[LimitChange, ...]:
    """Return every limit that was set or taken away, newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        rows = _changes(session, visible_portfolio(session, actor, portfolio).id)
    return tuple(
        LimitChange(
            measure=Measure(row.measure),
            value=row.value,
            reason=row.reason,
            by=row.set_by,
            at=row.set_at,
        )
        for row in reversed(rows)
    )


def _changes(session: Session, portfolio_id: int) -> list[WatchLimitRecord]:
    return list(
        session.scalars(
            select(WatchLimitRecord)
            .where(WatchLimitRecord.portfolio_id == portfolio_id)
            .order_by(WatchLimitRecord.id)
        )
    )


def limits_in(session: Session, portfolio_id: int) -> dict[Measure, float]:
    """Return the limits that are set: the newest of each measure, unless it took it away."""
    newest = {Measure(row.measure): row.value for row in _changes(session, portfolio_id)}
    return {measure: value for measure, value in newest.items() if value is not None}
