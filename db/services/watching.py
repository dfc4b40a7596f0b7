"""Limits of a portfolio: set with a reason, checked against its scores, remembered for next time.

A check writes nothing. ``remember_watch`` keeps its readings, so that the next check can say what
changed since; the check for cron does both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import WatchLimitRecord, WatchReadingRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.audit import record
from db.services.deadlines import portfolio_deadlines
from db.services.hazard import ON, provider_hazard
from db.services.incidents import history_revision
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio
from db.services.signals import list_signals
from db.services.visible import visible_portfolio
from risk.portfolio.deadlines import DeadlineCalendar
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import (
    RANGES,
    Measure,
    Reading,
    Readings,
    Watch,
    compare,
    take_readings,
)

#: As far ahead as retirements are published.
_DAYS_AHEAD = 730


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
        before = _limits(session, found.id).get(measure)
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
        return _limits(session, visible_portfolio(session, actor, portfolio).id)


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


def watch_portfolio(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assessment: PortfolioAssessment | None = None,
) -> Watch:
    """Set a portfolio beside its limits and beside what was remembered last. Writes nothing.

    ``assessment`` spares scoring it again where the caller holds its answer.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    scored = assessment or score_portfolio(store, actor, portfolio, today=today)
    calendar = portfolio_deadlines(store, actor, portfolio, today=today, days=_DAYS_AHEAD)
    readings = _read(store, actor, scored, calendar, today)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        limits = _limits(session, found.id)
        row = session.get(WatchReadingRecord, found.id)
        name = found.name
        before, since = (_restored(row.reading), row.read_at) if row else (None, None)
    return compare(name, readings, limits=limits, before=before, since=since)


def remember_watch(store: Store, actor: Actor, watch: Watch) -> None:
    """Keep the readings of a check, with which the next one is compared.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMEMBER_WATCH, f"portfolio {watch.portfolio}")

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, watch.portfolio)
        row = session.get(WatchReadingRecord, found.id)
        if row is None:
            row = WatchReadingRecord(portfolio_id=found.id)
            session.add(row)
        row.read_at, row.reading = store.now(), _kept(watch.readings)
        record(
            store,
            session,
            actor,
            Action.REMEMBER_WATCH,
            object_kind="watch",
            object_name=found.name,
            after={one.measure.value: one.value for one in watch.findings}
            | {"exceeded": [one.measure.value for one in watch.exceeded]},
        )

    store.transact(work)


def last_watch(store: Store, actor: Actor, portfolio: str) -> datetime | None:
    """Return when a check of a portfolio was last remembered; None: never.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        row = session.get(WatchReadingRecord, found.id)
        return row.read_at if row else None


def _read(
    store: Store,
    actor: Actor,
    scored: PortfolioAssessment,
    calendar: DeadlineCalendar,
    today: date,
) -> Readings:
    """The readings, with the chance of a wind-down of every developer the portfolio stands on."""
    known = load_catalog(store, actor).providers
    assumptions = load_assumptions(store, actor, scored.portfolio)
    developers = [one for one in scored.concentration["developer"].shares if one in known]
    chances = {}
    for developer in developers:
        after = provider_hazard(
            store, actor, developer, today=today, assumptions=assumptions
        ).wind_down
        if after is not None:
            chances[developer] = after.probability
    learns = assumptions.learn_from_incidents >= ON
    heard = [one.number for one in list_signals(store, actor) if one.signal.provider in chances]
    return take_readings(
        scored,
        wind_downs=chances,
        calendar=calendar,
        signals=" ".join(str(number) for number in sorted(heard)),
        incidents=history_revision(store, actor) if learns else "",
    )


def _changes(session: Session, portfolio_id: int) -> list[WatchLimitRecord]:
    return list(
        session.scalars(
            select(WatchLimitRecord)
            .where(WatchLimitRecord.portfolio_id == portfolio_id)
            .order_by(WatchLimitRecord.id)
        )
    )


def _limits(session: Session, portfolio_id: int) -> dict[Measure, float]:
    """The newest limit of each measure counts, and None takes it away."""
    newest = {Measure(row.measure): row.value for row in _changes(session, portfolio_id)}
    return {measure: value for measure, value in newest.items() if value is not None}


def _kept(readings: Readings) -> dict[str, Any]:
    return {
        "as_of": readings.as_of.isoformat(),
        "data": readings.data,
        "facts": readings.facts,
        "model": readings.model,
        "signals": readings.signals,
        "incidents": readings.incidents,
        "measures": {
            measure.value: {
                "value": one.value,
                "subject": one.subject,
                "parts": dict(one.parts),
                "is_cut": one.is_cut,
            }
            for measure, one in readings.measures.items()
        },
    }


def _restored(kept: Mapping[str, Any]) -> Readings:
    return Readings(
        as_of=date.fromisoformat(kept["as_of"]),
        data=kept["data"],
        facts=kept["facts"],
        model=kept["model"],
        signals=kept["signals"],
        incidents=kept.get("incidents"),
        measures={
            Measure(name): Reading(
                value=one["value"],
                subject=one["subject"],
                parts=one["parts"],
                is_cut=one.get("is_cut", False),
            )
            for name, one in kept["measures"].items()
            if name in set(Measure)
        },
    )
