"""Decisions of startups about their providers: which option, who does it, by when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import DecisionRecord, DecisionTermsRecord, PortfolioRecord
from db.register.naming import comparison_key, tidy
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.decision_results import (
    NOTHING_PROMISED,
    Decision,
    Promise,
    as_decision,
    terms_of,
)
from db.services.visible import sees, visible_portfolio


def record_decision(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    option: str,
    *,
    owner: str,
    use_case: str | None = None,
    due: date | None = None,
    note: str | None = None,
    promise: Promise = NOTHING_PROMISED,
) -> int:
    """Note a decision and return its number. It changes no figure until it is carried out.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: no startup, option or owner is named, or another decision about the same
            dependency is still to be carried out.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"{startup} of portfolio {portfolio}")
    if not all(text.strip() for text in (startup, option, owner)):
        raise Refused("Name the company, the option that was chosen, and who sees to it.")

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
        _refuse_second(session, found.id, startup, promise.dependency_key)
        decision = DecisionRecord(
            portfolio_id=found.id,
            startup=tidy(startup),
            startup_key=comparison_key(startup),
            use_case=use_case,
            option=option.strip(),
            owner=owner.strip(),
            due=due,
            note=note,
            decided_by=actor.name,
            decided_at=store.now(),
        )
        session.add(decision)
        session.flush()
        session.add(terms_of(decision.id, promise))
        _audit(store, session, actor, decision, before=None, after=_told(decision))
        return decision.id

    return store.transact(work)


def finish_decision(store: Store, actor: Actor, number: int, *, done: date) -> None:
    """Note that a decision was carried out.

    Raises:
        Refused: there is no such decision, or it was taken back.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"decision {number}")
    _change_done(store, actor, number, done)


def reopen_decision(store: Store, actor: Actor, number: int) -> None:
    """Undo :func:`finish_decision`: the decision is to be carried out again.

    Raises:
        Refused: there is no such decision, or it was taken back.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"decision {number}")
    _change_done(store, actor, number, None)


def withdraw_decision(store: Store, actor: Actor, number: int, *, reason: str) -> None:
    """Take a decision back. It stays on record and promises nothing any longer.

    Raises:
        Refused: there is no such decision, it was taken back before, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"decision {number}")
    if not reason.strip():
        raise Refused("Say why the decision is taken back: others will want to know.")

    def work(session: Session) -> None:
        decision, terms = _standing(session, actor, number)
        before = _told(decision)
        terms.withdrawn_by, terms.withdrawn_at = actor.name, store.now()
        terms.withdrawn_reason = reason.strip()
        _audit(store, session, actor, decision, before=before, after=None, reason=reason.strip())

    store.transact(work)


def list_decisions(
    store: Store, actor: Actor, portfolio: str, startup: str | None = None
) -> tuple[Decision, ...]:
    """Return the decisions of a portfolio or of one startup, newest first, taken-back ones too.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = (
            select(DecisionRecord, DecisionTermsRecord)
            .outerjoin(DecisionTermsRecord, DecisionTermsRecord.decision_id == DecisionRecord.id)
            .where(DecisionRecord.portfolio_id == found.id)
        )
        if startup is not None:
            query = query.where(DecisionRecord.startup_key == comparison_key(startup))
        rows = session.execute(query.order_by(DecisionRecord.id.desc()))
        return tuple(as_decision(row, terms) for row, terms in rows)


def decided_dependencies(store: Store, actor: Actor, portfolio: str) -> frozenset[tuple[str, str]]:
    """Return the dependencies (startup and key) about which a decision stands.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return frozenset(
        (one.startup, one.promise.dependency_key)
        for one in list_decisions(store, actor, portfolio)
        if one.stands and one.promise.dependency_key is not None
    )


def _change_done(store: Store, actor: Actor, number: int, done: date | None) -> None:
    def work(session: Session) -> None:
        decision, _ = _standing(session, actor, number)
        before, decision.done = decision.done, done
        _audit(
            store,
            session,
            actor,
            decision,
            before={"done": before.isoformat() if before else None},
            after={"done": done.isoformat() if done else None},
        )

    store.transact(work)


def _standing(
    session: Session, actor: Actor, number: int
) -> tuple[DecisionRecord, DecisionTermsRecord]:
    decision = session.get(DecisionRecord, number)
    if decision is None or not sees(session, actor, decision.portfolio_id):
        raise Refused(f"There is no decision {number}.")
    terms = session.get(DecisionTermsRecord, number)
    if terms is None:
        terms = terms_of(number, NOTHING_PROMISED)
        session.add(terms)
    if terms.withdrawn_at is not None:
        raise Refused(f"Decision {number} was taken back by {terms.withdrawn_by}.")
    return decision, terms


def _refuse_second(session: Session, portfolio_id: int, startup: str, key: str | None) -> None:
    """One open decision a dependency, so that no risk is promised away twice."""
    if key is None:
        return
    query = (
        select(DecisionRecord)
        .join(DecisionTermsRecord, DecisionTermsRecord.decision_id == DecisionRecord.id)
        .where(
            DecisionRecord.portfolio_id == portfolio_id,
            DecisionRecord.startup_key == comparison_key(startup),
            DecisionRecord.done.is_(None),
            DecisionTermsRecord.dependency_key == key,
            DecisionTermsRecord.withdrawn_at.is_(None),
        )
    )
    open_one = session.scalar(query)
    if open_one is not None:
        raise Refused(
            f"“{open_one.option}” was decided for this already (decision {open_one.id}). Take it "
            "back or mark it done first."
        )


def _told(decision: DecisionRecord) -> dict[str, Any]:
    return {
        "number": decision.id,
        "option": decision.option,
        "owner": decision.owner,
        "use_case": decision.use_case,
        "due": decision.due.isoformat() if decision.due else None,
    }


def _audit(
    store: Store,
    session: Session,
    actor: Actor,
    decision: DecisionRecord,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str | None = None,
) -> None:
    portfolio = session.get_one(PortfolioRecord, decision.portfolio_id)
    record(
        store,
        session,
        actor,
        Action.RECORD_DECISION,
        object_kind="decision",
        object_name=f"{portfolio.name}: {decision.startup}: {decision.option}",
        before=before,
        after=after,
        reason=reason,
    )
