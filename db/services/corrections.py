"""Corrections that come back through a one-startup snapshot: proposing, listing, declining."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.auditing import append_to_audit
from db.engine import Store
from db.errors import CorrectionNotFound, PortfolioNotFound, Refused
from db.importing.planning import USE_CASE_FACTS
from db.records import CorrectionRecord, PortfolioRecord, ShareLinkRecord, SnapshotRecord
from db.register.columns import model_field
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.portfolios import load_startup
from db.services.share_visits import VISIT_ROLE, Visit
from db.services.shares import ShareKind, kind_of
from db.services.visible import seen_by, sees
from db.sharing.proposals import Proposal
from db.sharing.question_form import NO_MODEL, USE
from db.sharing.startup_content import plain
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Portfolio
from risk.portfolio.asked import STANDS_FOR

_MOST_A_DAY = 20
_LONGEST_MESSAGE = 2000
_LONGEST_NAME = 100
#: Accepting takes seconds; one that was begun longer ago was cut short and may begin again.
_ACCEPTED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class ProposedChange:
    """One line of the diff: what the snapshot said, what the register says now, what is proposed.

    ``of`` is the dependency in words, or None for a fact of the startup. ``is_gone``: the register
    no longer has what it is about. The field ``dependency`` is one that the register does not have:
    ``proposed`` holds its cells by the column of an inventory.
    """

    place: int
    of: str | None
    field: str
    before: Any
    now: Any
    proposed: Any
    is_gone: bool = False

    @property
    def has_moved(self) -> bool:
        """Did the register change since the snapshot was made?"""
        return self.is_gone or bool(self.now != self.before)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What one reader proposed, and what became of it (``decision`` None: it waits).

    ``asked``: these are answers to questions that somebody here sent.
    """

    number: int
    share: int
    portfolio: str
    startup: str
    message: str | None
    proposed_by: str | None
    proposed_at: datetime
    changes: tuple[ProposedChange, ...]
    decision: str | None
    accepted: tuple[int, ...] = field(default=())
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    batch: int | None = None
    asked: bool = False


def propose_correction(
    store: Store,
    visit: Visit,
    proposals: Sequence[Proposal],
    *,
    message: str = "",
    proposed_by: str = "",
) -> int:
    """Keep what the reader of a visit that stands proposes, for somebody to decide; its number.

    Raises:
        Refused: nothing is proposed, or this link has sent too much today.
    """
    message, proposed_by = message.strip()[:_LONGEST_MESSAGE], proposed_by.strip()[:_LONGEST_NAME]
    if not proposals and not message:
        raise Refused("Nothing is filled in yet. Write a value or a message.")

    def work(session: Session) -> int:
        _require_few(session, store, visit)
        return keep_proposals(
            session, store, visit, proposals, message=message, proposed_by=proposed_by or None
        )

    return store.transact(work)


def keep_proposals(
    session: Session,
    store: Store,
    visit: Visit,
    proposals: Sequence[Proposal],
    *,
    message: str,
    proposed_by: str | None,
) -> int:
    """Keep what was proposed through a link, in the transaction of a visit that stands."""
    items = [vars(one) for one in proposals]
    row = CorrectionRecord(
        link_id=visit.share,
        items=items,
        message=message or None,
        proposed_by=proposed_by,
        proposed_at=store.now(),
    )
    session.add(row)
    session.flush()
    append_to_audit(
        session,
        at=store.now(),
        actor=f"reader of share link {visit.share}",
        role=VISIT_ROLE,
        action="propose correction",
        object_kind="correction",
        object_name=f"{row.id} ({visit.portfolio}: {visit.startup})",
        after={"fields": len(items), "message": bool(message)},
    )
    return row.id


def _require_few(session: Session, store: Store, visit: Visit) -> None:
    since = store.now() - timedelta(days=1)
    query = (
        select(func.count())
        .select_from(CorrectionRecord)
        .where(CorrectionRecord.link_id == visit.share, CorrectionRecord.proposed_at > since)
    )
    if (session.scalar(query) or 0) >= _MOST_A_DAY:
        raise Refused(f"This link has sent {_MOST_A_DAY} proposals today. Try again tomorrow.")


def list_corrections(store: Store, actor: Actor) -> tuple[Correction, ...]:
    """Return every correction to a portfolio that the actor sees, newest first, as a diff.

    Raises:
        NotAllowed: the actor decides on none.
    """
    authorize(actor, Action.DECIDE_CORRECTION, "the corrections")
    query = (
        select(CorrectionRecord, ShareLinkRecord, SnapshotRecord.places)
        .join(ShareLinkRecord, ShareLinkRecord.id == CorrectionRecord.link_id)
        .join(SnapshotRecord, SnapshotRecord.link_id == CorrectionRecord.link_id)
        .join(PortfolioRecord, PortfolioRecord.id == ShareLinkRecord.portfolio_id)
        .where(seen_by(actor))
        .order_by(CorrectionRecord.id.desc())
    )
    with store.read() as session:
        found = [(row, link, places) for row, link, places in session.execute(query)]
    books: dict[tuple[str, str], Portfolio] = {}
    for _, link, _ in found:
        about = (link.portfolio, link.startup or "")
        if about not in books:
            books[about] = _book(store, actor, *about)
    return tuple(
        _correction(row, link, places, books[link.portfolio, link.startup or ""])
        for row, link, places in found
    )


def decline_correction(store: Store, actor: Actor, correction: int, *, reason: str = "") -> None:
    """Decide that a correction changes nothing.

    Raises:
        CorrectionNotFound: there is no such correction.
        Refused: somebody decided already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.DECIDE_CORRECTION, f"correction {correction}")

    def work(session: Session) -> None:
        row = undecided(session, store, actor, correction)
        row.decision, row.reason = "declined", reason.strip() or None
        row.decided_by, row.decided_at = actor.name, store.now()
        note_decision(session, store, actor, row, after={"decision": row.decision})

    store.transact(work)


def undecided(session: Session, store: Store, actor: Actor, correction: int) -> CorrectionRecord:
    """Return a correction that waits.

    Raises:
        CorrectionNotFound: there is none of that number that the actor sees.
        Refused: somebody decided already, or is about to.
    """
    row = session.get(CorrectionRecord, correction)
    link = session.get(ShareLinkRecord, row.link_id) if row else None
    if row is None or link is None or not sees(session, actor, link.portfolio_id):
        raise CorrectionNotFound(correction)
    if _is_begun(row):
        if row.decided_at is None or store.now() - row.decided_at < _ACCEPTED_WITHIN:
            raise Refused(
                f"Correction {correction} is being accepted by {row.decided_by}. Look again in a "
                "moment."
            )
    elif row.decision is not None:
        raise Refused(f"Correction {correction} was {row.decision} already, by {row.decided_by}.")
    return row


def _is_begun(row: CorrectionRecord) -> bool:
    """Is somebody just taking it over into the register? Until that is done, it waits."""
    return row.decision == "accepted" and row.accepted is None


def note_decision(
    session: Session,
    store: Store,
    actor: Actor,
    row: CorrectionRecord,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
) -> None:
    """Write to the audit trail what was decided on a correction."""
    record(
        store,
        session,
        actor,
        Action.DECIDE_CORRECTION,
        object_kind="correction",
        object_name=str(row.id),
        before=before,
        after=after,
        reason=row.reason,
    )


def _book(store: Store, actor: Actor, name: str, startup: str) -> Portfolio:
    """A portfolio that holds the startup alone, which corrections are about."""
    try:
        return load_startup(store, actor, name, startup)
    except PortfolioNotFound:  # an undo has taken it away
        return Portfolio(name=name, startups=())


def _correction(
    row: CorrectionRecord, link: ShareLinkRecord, places: Sequence[str], book: Portfolio
) -> Correction:
    return Correction(
        number=row.id,
        share=link.id,
        portfolio=link.portfolio,
        startup=link.startup or "",
        message=row.message,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        changes=tuple(
            _change(place, item, link.startup or "", places, book)
            for place, item in enumerate(row.items)
        ),
        decision=row.decision if not _is_begun(row) else None,
        accepted=tuple(row.accepted or ()),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        batch=row.batch_id,
        asked=kind_of(link) is ShareKind.QUESTIONS,
    )


def _stands_for(dependency: Dependency) -> str | None:
    """What a name stands for as the register has it; None where nobody can tell."""
    if dependency.answer is Answer.ASK:
        return None
    return NO_MODEL if dependency.answer is Answer.NO else dependency.developer


def _change(
    place: int, item: Mapping[str, Any], name: str, places: Sequence[str], book: Portfolio
) -> ProposedChange:
    startup = next((one for one in book.startups if one.name == name), None)
    about: Any = startup
    of = None
    if item["dependency"] is not None:
        key = places[item["dependency"]]
        cases = startup.use_cases if startup else ()
        pairs = ((case, one) for case in cases for one in case.dependencies if one.key == key)
        case, about = next(pairs, (None, None))
        of = f"{case.name}: {about.provider_text}" if case is not None else key
        if item["field"] in USE_CASE_FACTS:
            about = case
    is_new = item["field"] == USE
    now = None
    if about is not None and item["field"] == STANDS_FOR:
        now = _stands_for(about)
    elif about is not None and not is_new:
        now = plain(getattr(about, model_field(item["field"])))
    return ProposedChange(
        place=place,
        of=of,
        field=item["field"],
        before=item["before"],
        now=now,
        proposed=item["proposed"],
        is_gone=about is None,
    )
