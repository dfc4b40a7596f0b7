"""A portfolio beside its limits: its scores checked against them, and remembered for next time.

A check writes nothing. ``remember_watch`` keeps its readings, so that the next check can say what
changed since; the check for cron does both.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.records import WatchReadingRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.audit import record
from db.services.deadlines import portfolio_deadlines
from db.services.hazard import ON, provider_hazard
from db.services.incidents import history_revision
from db.services.limits import limits_in
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio
from db.services.signals import list_signals
from db.services.visible import visible_portfolio
from risk.portfolio.deadlines import DeadlineCalendar
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import (
    Measure,
    Reading,
    Readings,
    Watch,
    compare,
    take_readings,
)

#: As far ahead as retirements are published.
_DAYS_AHEAD = 730


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
        limits = limits_in(session, found.id)
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
            chances[developer] = after
    learns = assumptions.learn_from_incidents >= ON
    heard = [one.number for one in list_signals(store, actor) if one.signal.provider in chances]
    return take_readings(
        scored,
        wind_downs=chances,
        calendar=calendar,
        signals=" ".join(str(number) for number in sorted(heard)),
        incidents=history_revision(store, actor) if learns else "",
    )


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
