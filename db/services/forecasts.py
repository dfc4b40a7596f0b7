"""Forecasts of a portfolio: kept before the fact, answered after it, never changed.

The day is the store's own, so that nobody keeps a forecast of what has begun. What imported
incidents decide is read from them each time; what somebody states stands before that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import (
    ForecastAnswerRecord,
    ForecastRecord,
    OwnProviderRecord,
    PortfolioRecord,
    ProviderRecord,
)
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import sees, visible_portfolio
from risk.catalog.records import Role
from risk.hazard.forecasts import (
    Answered,
    Forecast,
    Kept,
    Outcome,
    Question,
    answered_by_incidents,
)

if TYPE_CHECKING:  # Lists are read without the engine.
    from risk.catalog.records import Catalog

#: Their pages tell of single products, so that an incident there decides nothing of the whole.
_WHOLE_CLOUDS = frozenset({Role.CLOUD, Role.EDGE})
#: More hours than this are a slip of the pen.
_MOST_HOURS = 1e6


@dataclass(frozen=True, kw_only=True)
class ForecastsKept:
    """What was kept just now, and how many of the same period were kept already."""

    portfolio: str
    new: tuple[Kept, ...]
    known: int


def keep_forecasts(
    store: Store, actor: Actor, portfolio: str, *, provider: str | None = None
) -> ForecastsKept:
    """Keep every forecast that can be made today of one provider, or of all of a portfolio's.

    The portfolio's are the developers and hosts that its companies call. A price is asked of the
    model that they call most at a host. A question that was kept for the same period is kept once.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such provider, nothing is known of it, or the portfolio calls nobody.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.KEEP_FORECAST, f"portfolio {portfolio}")
    made = _forecasts(store, actor, portfolio, provider, today=store.now().date())

    def work(session: Session) -> ForecastsKept:
        from risk.portfolio.assessment import MODEL_VERSION

        found = visible_portfolio(session, actor, portfolio)
        held = {
            _place(row)
            for row in session.scalars(
                select(ForecastRecord).where(
                    ForecastRecord.portfolio_id == found.id,
                    ForecastRecord.last_day >= min(one.last_day for one in made),
                )
            )
        }
        rows = [
            ForecastRecord(
                portfolio_id=found.id,
                question=one.question,
                provider=one.provider,
                subject=one.subject,
                first_day=one.first_day,
                last_day=one.last_day,
                threshold=one.threshold,
                probability=one.probability,
                low=one.low,
                high=one.high,
                quantiles=list(one.quantiles) or None,
                basis=one.basis,
                model_version=MODEL_VERSION,
                kept_by=actor.name,
                kept_at=store.now(),
            )
            for one in made
            if _place(one) not in held
        ]
        session.add_all(rows)
        session.flush()
        if rows:
            record(
                store,
                session,
                actor,
                Action.KEEP_FORECAST,
                object_kind="forecasts",
                object_name=f"{found.name}: {provider or 'all providers'}",
                after={"forecasts": [_told(row) for row in rows]},
            )
        new = tuple(_kept(row, None) for row in rows)
        return ForecastsKept(portfolio=found.name, new=new, known=len(made) - len(rows))

    return store.transact(work)


def list_forecasts(store: Store, actor: Actor, portfolio: str) -> tuple[Kept, ...]:
    """Return the forecasts of a portfolio with what came of them, in the order of their last day.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = select(ForecastRecord).where(ForecastRecord.portfolio_id == found.id)
        rows = session.scalars(query.order_by(ForecastRecord.last_day, ForecastRecord.id)).all()
        said = _newest_answers(session, found)
        kept = [_kept(row, said.get(row.id)) for row in rows]
        return _with_incidents(session, kept, today=store.now().date())


def settle_forecast(store: Store, actor: Actor, number: int, answer: Answered) -> None:
    """State what came of a forecast; the newest statement counts, older ones stay on record.

    Raises:
        Refused: there is no such forecast, the answer does not fit the question or its time, or
            no source is named.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SETTLE_FORECAST, f"forecast {number}")

    def work(session: Session) -> None:
        row = session.get(ForecastRecord, number)
        if row is None or not sees(session, actor, row.portfolio_id):
            raise Refused(f"There is no forecast {number}. “downstream forecasts list” shows them.")
        _check(_forecast(row), answer, today=store.now().date())
        session.add(
            ForecastAnswerRecord(
                forecast_id=number,
                outcome=answer.outcome,
                hours=answer.hours,
                day=answer.day,
                source=answer.source.strip(),
                said_by=actor.name,
                said_at=store.now(),
            )
        )
        portfolio = session.get_one(PortfolioRecord, row.portfolio_id)
        record(
            store,
            session,
            actor,
            Action.SETTLE_FORECAST,
            object_kind="forecast",
            object_name=f"{portfolio.name}: {number}",
            before=_told(row),
            after={
                "outcome": answer.outcome.value,
                "hours": answer.hours,
                "day": answer.day.isoformat() if answer.day else None,
            },
            reason=answer.source.strip(),
        )

    store.transact(work)


def _check(asked: Forecast, answer: Answered, *, today: date) -> None:
    outcome, last = answer.outcome, asked.last_day
    if not answer.source.strip():
        raise Refused("Name where the answer comes from: others will want to know.")
    if outcome is Outcome.VOID:
        return
    if asked.question.is_amount != (outcome is Outcome.AMOUNT):
        wanted = "hours, or void" if asked.question.is_amount else "yes, no or void"
        raise Refused(f"This question is answered by {wanted}.")
    # What is no number (NaN) is not at least 0 either.
    hours = answer.hours if answer.hours is not None else -1.0
    if outcome is Outcome.AMOUNT and not 0 <= hours < _MOST_HOURS:
        raise Refused("Write the hours as a number from 0 up; where nobody knows, leave it.")
    if outcome is not Outcome.YES and not asked.is_over(today):
        raise Refused(f"Its time is over after {last:%d %B %Y}: until then only a yes is known.")
    if outcome is Outcome.YES and not asked.is_over(today) and answer.day is None:
        raise Refused("Name the day on which it happened: its time is not over.")
    if answer.day is not None and not asked.first_day <= answer.day <= min(last, today):
        raise Refused(
            f"The question is about {asked.first_day:%d %B %Y} to {last:%d %B %Y}, and nothing "
            "happens after today: name a day of these."
        )


# --- What can be asked ----------------------------------------------------------------------------


def _forecasts(
    store: Store, actor: Actor, portfolio: str, provider: str | None, *, today: date
) -> Sequence[Forecast]:
    from db.services.assumptions import load_assumptions
    from db.services.hazard import hazard_for_scores, provider_hazards
    from db.services.signals import provider_named
    from risk.assumptions import DEFAULTS
    from risk.catalog.failure_kinds import FailureKind
    from risk.hazard.forecast_chances import Known, forecasts_of, price_rows
    from risk.hazard.neighbours import catalogue_chain, provider_rates
    from risk.hazard.rate_laws import rate_laws

    assumptions = load_assumptions(store, actor, portfolio)
    catalog = hazard_for_scores(store, actor, assumptions, today=today).catalog
    called = _called(store, actor, portfolio)
    wanted = sorted(
        {name for one in called for name in one[:2] if name and name in catalog.providers}
    )
    if provider is not None:
        wanted = [provider_named(catalog, provider)]
    if not wanted:
        raise Refused(
            f"No company of {portfolio} calls a provider that is known, so there is nothing to "
            "forecast. Name a provider, or import who depends on whom."
        )
    hazards = provider_hazards(store, actor, wanted, today=today, assumptions=assumptions)
    chain, models = catalogue_chain(catalog, DEFAULTS), _most_called(called, catalog)

    def known(name: str) -> Known:
        rows = [
            row for row in provider_rates(catalog, chain, name) if row.kind is FailureKind.OUTAGE
        ]
        developer, model = models.get(name, (None, ""))
        prices = price_rows(catalog, developer, model, host=name) if developer else ()
        laws = rate_laws((*rows, *prices), rates=catalog.rates, evidence=catalog.rate_evidence)
        return Known(
            provider=name,
            wind_down=hazards[name].wind_down,
            outages=tuple(one for one in laws if one.row.kind is FailureKind.OUTAGE),
            price=next((one for one in laws if one.row.kind is FailureKind.PRICE_SHOCK), None),
            model=model,
        )

    made = [one for name in wanted for one in forecasts_of(known(name), assumptions, today=today)]
    if not made:
        raise Refused(f"Nothing is known of how often {wanted[0]} fails: there is no forecast.")
    return made


#: Developer, host, model and how many dependencies call it.
_Called = tuple[str | None, str | None, str | None, int]


def _called(store: Store, actor: Actor, portfolio: str) -> list[_Called]:
    """Whom the companies of a portfolio call for a language model, counted by the database."""
    from db.register.tables import DEPENDENCIES, LIVE_DEPENDENCY, STARTUPS, USE_CASES, startups_of
    from risk.catalog.records import Answer

    one = DEPENDENCIES.c
    joined = DEPENDENCIES.join(USE_CASES, USE_CASES.c.id == one.use_case_id)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = (
            select(one.developer, one.host, one.model, func.count())
            .select_from(joined.join(STARTUPS, STARTUPS.c.id == USE_CASES.c.startup_id))
            .where(startups_of(session, found.id), LIVE_DEPENDENCY, one.answer == Answer.YES)
            .group_by(one.developer, one.host, one.model)
        )
        return [tuple(row) for row in session.execute(query)]


def _most_called(called: Sequence[_Called], catalog: "Catalog") -> Mapping[str, tuple[str, str]]:
    """The developer and name of the model that is called most at each host, of known ones."""
    ordered = sorted(called, key=lambda one: (-one[3], str(one[2])))
    found: dict[str, tuple[str, str]] = {}
    for developer, host, model, _ in ordered:
        if developer and host and model in catalog.models:
            found.setdefault(host, (developer, str(model)))
    return found


# --- Rows -----------------------------------------------------------------------------------------


def _place(one: ForecastRecord | Forecast) -> tuple[Any, ...]:
    """What makes two forecasts the same question."""
    return one.question, one.provider, one.subject, one.first_day, one.last_day


def _forecast(row: ForecastRecord) -> Forecast:
    return Forecast(
        question=Question(row.question),
        provider=row.provider,
        subject=row.subject,
        first_day=row.first_day,
        last_day=row.last_day,
        threshold=row.threshold,
        probability=row.probability,
        low=row.low,
        high=row.high,
        quantiles=tuple(row.quantiles or ()),
        basis=row.basis,
    )


def _kept(row: ForecastRecord, said: ForecastAnswerRecord | None) -> Kept:
    answer = None
    if said is not None:
        answer = Answered(
            outcome=Outcome(said.outcome), hours=said.hours, day=said.day, source=said.source
        )
    return Kept(
        number=row.id,
        forecast=_forecast(row),
        kept_by=row.kept_by,
        kept_at=row.kept_at,
        model_version=row.model_version,
        answer=answer,
        answered_by=None if said is None else said.said_by,
    )


def _newest_answers(session: Session, found: PortfolioRecord) -> Mapping[int, ForecastAnswerRecord]:
    query = (
        select(ForecastAnswerRecord)
        .join(ForecastRecord, ForecastRecord.id == ForecastAnswerRecord.forecast_id)
        .where(ForecastRecord.portfolio_id == found.id)
        .order_by(ForecastAnswerRecord.id)
    )
    return {one.forecast_id: one for one in session.scalars(query)}


def _with_incidents(session: Session, kept: Sequence[Kept], *, today: date) -> tuple[Kept, ...]:
    """The same with what imported incidents decide of those that nobody answered."""
    open_ones = {
        one.forecast.provider
        for one in kept
        if one.answer is None
        and one.forecast.first_day <= today
        and one.forecast.question in (Question.LONG_OUTAGE, Question.OUTAGE_HOURS)
    }
    if not open_ones:
        return tuple(kept)
    from db.importing.history import stored_incidents, stored_service_days

    tables = (ProviderRecord.__table__.c, OwnProviderRecord.__table__.c)
    roles = {
        name: set(known)
        for one in tables
        for name, known in session.execute(
            select(one.name, one.roles).where(one.name.in_(open_ones))
        )
    }
    watched = {name for name, known in roles.items() if not known & _WHOLE_CLOUDS}
    incidents = [one for one in stored_incidents(session) if one.provider in watched]
    days = [one for one in stored_service_days(session) if one.provider in watched]

    def answered(one: Kept) -> Kept:
        if one.answer is not None or one.forecast.provider not in watched:
            return one
        return replace(
            one, answer=answered_by_incidents(one.forecast, incidents, days, today=today)
        )

    return tuple(map(answered, kept))


def _told(row: ForecastRecord) -> dict[str, Any]:
    """Return a forecast for the trail."""
    return {
        "number": row.id,
        "question": Question(row.question).value,
        "provider": row.provider,
        "subject": row.subject,
        "days": [row.first_day.isoformat(), row.last_day.isoformat()],
        "probability": row.probability,
        "range": [row.low, row.high],
        "quantiles": row.quantiles,
    }
