"""What startups decided to do about their providers: which option, who does it, by when."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import DecisionRecord
from db.register.naming import comparison_key, tidy
from db.register.portfolios import mark_written
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import sees, visible_portfolio


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision. ``use_case`` None: about the whole startup; ``done`` None: still to do."""

    number: int
    startup: str
    use_case: str | None
    option: str
    owner: str
    due: date | None
    done: date | None
    note: str | None
    by: str
    at: datetime


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
) -> int:
    """Note a decision and return its number.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: no startup, option or owner is named.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"{startup} of portfolio {portfolio}")
    if not all(text.strip() for text in (startup, option, owner)):
        raise Refused("Name the startup, the option that was chosen, and who sees to it.")

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
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
        mark_written(found, at=store.now())
        record(
            store,
            session,
            actor,
            Action.RECORD_DECISION,
            object_kind="decision",
            object_name=f"{found.name}: {decision.startup}",
            after={"option": decision.option, "owner": decision.owner, "use_case": use_case},
        )
        return decision.id

    return store.transact(work)


def finish_decision(store: Store, actor: Actor, number: int, *, done: date) -> None:
    """Note that a decision was carried out.

    Raises:
        Refused: there is no such decision.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"decision {number}")

    def work(session: Session) -> None:
        decision = session.get(DecisionRecord, number)
        if decision is None or not sees(session, actor, decision.portfolio_id):
            raise Refused(f"There is no decision {number}.")
        before, decision.done = decision.done, done
        record(
            store,
            session,
            actor,
            Action.RECORD_DECISION,
            object_kind="decision",
            object_name=f"{decision.startup}: {decision.option}",
            before={"done": before.isoformat() if before else None},
            after={"done": done.isoformat()},
        )

    store.transact(work)


def list_decisions(
    store: Store, actor: Actor, portfolio: str, startup: str | None = None
) -> tuple[Decision, ...]:
    """Return the decisions of a portfolio or of one startup, newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = select(DecisionRecord).where(DecisionRecord.portfolio_id == found.id)
        if startup is not None:
            query = query.where(DecisionRecord.startup_key == comparison_key(startup))
        return tuple(
            Decision(
                number=row.id,
                startup=row.startup,
                use_case=row.use_case,
                option=row.option,
                owner=row.owner,
                due=row.due,
                done=row.done,
                note=row.note,
                by=row.decided_by,
                at=row.decided_at,
            )
            for row in session.scalars(query.order_by(DecisionRecord.id.desc()))
        )
