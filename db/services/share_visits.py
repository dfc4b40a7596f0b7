"""Opening a link and looking at what it shows: everything a reader without an account can do.

A reader holds a token, then a visit; both are random and only their SHA-256 is kept. Every look
asks again whether the visit, the link, its day, its maker's rights and its data still stand.
Unknown, expired and revoked links take one path and get one answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.auditing import append_to_audit
from db.engine import Store
from db.errors import PasscodeNeeded, ShareNotAvailable, StoreBusy, TooManyAttempts
from db.metrics import SHARE_OPENS, ended
from db.records import PortfolioRecord, ShareLinkRecord, ShareVisitRecord, StartupRecord
from db.register.naming import comparison_key
from db.register.tables import startups_of
from db.services.access import Action, Actor, NotAllowed, authorize
from db.services.people import actor_numbered
from db.services.shares import ShareKind, kind_of
from db.services.visible import sees
from db.sharing import limits
from db.sharing.secrets_of_links import (
    LONGEST_TOKEN,
    TURNS,
    HashedPasscode,
    Turns,
    digest_of,
    new_secret,
    passcode_is_right,
)

VISIT_HOURS = 8
#: What the audit trail calls whoever looks at a link.
VISIT_ROLE = "share visit"


@dataclass(frozen=True, kw_only=True)
class NewVisit:
    """A visit just begun; ``secret`` goes into the reader's cookie and nowhere else."""

    share: int
    secret: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit that stands, with the link that it looks at and the present maker of it."""

    number: int
    share: int
    kind: ShareKind
    portfolio: str
    startup: str | None
    view: Mapping[str, Any] | None
    redacted: tuple[str, ...]
    maker: Actor
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class _Asked:
    """The passcode of this link is to be checked; the attempt counts as failed until it is."""

    link_id: int
    attempt: int
    known: HashedPasscode


def open_share(
    store: Store, *, token: str, passcode: str | None, client: str, turns: Turns = TURNS
) -> NewVisit:
    """Begin a visit with a link's token, and its passcode where it has one.

    ``client`` names who asks, for counting: an address, shortened.

    Raises:
        ShareNotAvailable: no link with this token opens.
        PasscodeNeeded: it has a passcode and none, or a wrong one, was given.
        TooManyAttempts: this client failed or opened too often lately, or this link failed.
        StoreBusy: too many passcodes are being checked, or one of this client.
    """
    with ended(SHARE_OPENS):
        first = store.transact(lambda session: _find(session, store, token, passcode, client))
        if isinstance(first, NewVisit):
            return first
        if isinstance(first, Exception):
            raise first
        try:
            right = passcode_is_right(passcode or "", first.known, client=client, turns=turns)
        except StoreBusy:
            store.transact(lambda session: limits.take_back(session, first.attempt))
            raise
        second = store.transact(
            lambda session: _answered(session, store, first, client, right=right)
        )
        if isinstance(second, Exception):
            raise second
        return second


def visit_of(store: Store, *, secret: str, share: int) -> Visit:
    """Return the visit of one link that a reader's cookie names, if all of it still stands.

    Raises:
        ShareNotAvailable: it does not, or it is the visit of another link.
    """
    with store.read() as session:
        now = store.now()
        visit = session.scalar(
            select(ShareVisitRecord).where(ShareVisitRecord.visit_digest == digest_of(secret))
        )
        link = session.get(ShareLinkRecord, visit.link_id if visit else -1)
        maker = _maker_if_available(session, link, now)
    if visit is None or link is None or maker is None or now >= visit.ends_at or link.id != share:
        raise ShareNotAvailable
    return Visit(
        number=visit.id,
        share=link.id,
        kind=kind_of(link),
        portfolio=link.portfolio,
        startup=link.startup,
        view=link.view,
        redacted=tuple(link.redacted),
        maker=maker,
        made_at=link.made_at,
        expires_at=link.expires_at,
    )


def note_export(store: Store, visit: Visit, *, what: str) -> None:
    """Write to the audit trail that a reader took a file: each visit's, once an hour."""
    kind, every = limits.EXPORT, limits.FILES_NOTED_EVERY
    client = f"visit {visit.number}: {what}"[:200]

    def is_new(session: Session) -> bool:
        return limits.is_worth_a_note(session, kind, every, client=client, now=store.now())

    def work(session: Session) -> None:
        if is_new(session):
            limits.note_attempt(session, kind, client=client, at=store.now())
            _note(session, store, "export share", visit.share, after={"file": what})

    with store.read() as session:
        if not is_new(session):
            return
    store.transact(work)


def _find(
    session: Session, store: Store, token: str, passcode: str | None, client: str
) -> NewVisit | _Asked | Exception:
    """Look a token up. Refusals are returned, not raised: what they counted must be kept."""
    now = store.now()
    wait = limits.unknown_tokens_wait(session, client, now)
    if wait is not None:
        return TooManyAttempts(wait)
    link = session.scalar(
        select(ShareLinkRecord).where(
            ShareLinkRecord.token_digest == digest_of(token[:LONGEST_TOKEN])
        )
    )
    if _maker_if_available(session, link, now) is None or link is None:
        return _not_available(session, store, link, client, now)
    wait = limits.opening_wait(session, link.id, client, now)
    if wait is not None:
        return TooManyAttempts(wait)
    if link.passcode_hash is None or link.passcode_salt is None:
        return _new_visit(session, store, link, client, now)
    if not passcode:
        return PasscodeNeeded("This link opens with a passcode.")
    wait = limits.passcode_wait(session, link.id, client, now)
    if wait is not None:
        return TooManyAttempts(wait)
    # Counted before it is checked, so that a hundred tries at once are still counted one by one.
    attempt = limits.note_attempt(session, limits.PASSCODE, client=client, at=now, link_id=link.id)
    return _Asked(link.id, attempt, HashedPasscode(link.passcode_salt, link.passcode_hash))


def _answered(
    session: Session, store: Store, asked: _Asked, client: str, *, right: bool
) -> NewVisit | Exception:
    """Begin the visit if the passcode was right and the link still stands after the check."""
    now = store.now()
    link = session.get_one(ShareLinkRecord, asked.link_id)
    if not right:
        if limits.is_worth_a_note(
            session,
            limits.PASSCODE,
            limits.FAILURES_NOTED_EVERY,
            client=client,
            now=now,
            link_id=link.id,
            but=asked.attempt,
        ):
            _note(session, store, "fail to open share", link.id, after={"because": "passcode"})
        return PasscodeNeeded("This is not the passcode of the link.")
    limits.take_back(session, asked.attempt)
    if _maker_if_available(session, link, now) is None:
        return _not_available(session, store, link, client, now)
    return _new_visit(session, store, link, client, now)


def _maker_if_available(
    session: Session, link: ShareLinkRecord | None, now: datetime
) -> Actor | None:
    """Return the maker as they stand now if the link opens now; the same steps for every link."""
    maker, has_data = _present_maker(session, link), _has_data(session, link)
    stands = link is not None and link.revoked_at is None and now < link.expires_at
    return maker if stands and has_data else None


def _present_maker(session: Session, link: ShareLinkRecord | None) -> Actor | None:
    """Return the maker of a link as they stand now; None if they could not make it today."""
    maker = actor_numbered(session, link.made_by_person if link else None)
    try:
        authorize(maker, Action.MAKE_SHARE, "a link made before")
    except NotAllowed:
        return None
    return maker if sees(session, maker, link.portfolio_id if link else -1) else None


def _has_data(session: Session, link: ShareLinkRecord | None) -> bool:
    """Whether the register still has what a live link shows or asks; a snapshot has its own."""
    portfolio = session.get(PortfolioRecord, link.portfolio_id if link else -1)
    name = (link.startup if link else None) or ""
    startup = session.scalar(
        select(StartupRecord.id).where(
            startups_of(session, portfolio.id if portfolio else -1),
            StartupRecord.name_key == comparison_key(name),
        )
    )
    if link is None or portfolio is None or kind_of(link) is ShareKind.SNAPSHOT:
        return link is not None
    return portfolio.live and (link.startup is None or startup is not None)


def _not_available(
    session: Session, store: Store, link: ShareLinkRecord | None, client: str, now: datetime
) -> ShareNotAvailable:
    every = limits.FAILURES_NOTED_EVERY
    if limits.is_worth_a_note(session, limits.TOKEN, every, client=client, now=now):
        _note(session, store, "fail to open share", link.id if link else None)
    limits.note_attempt(session, limits.TOKEN, client=client, at=now)
    return ShareNotAvailable()


def _new_visit(
    session: Session, store: Store, link: ShareLinkRecord, client: str, now: datetime
) -> NewVisit:
    secret = new_secret()
    session.add(
        ShareVisitRecord(
            visit_digest=digest_of(secret),
            link_id=link.id,
            client=client,
            started_at=now,
            ends_at=now + timedelta(hours=VISIT_HOURS),
        )
    )
    _note(session, store, "open share", link.id)
    return NewVisit(share=link.id, secret=secret)


def _note(
    session: Session,
    store: Store,
    action: str,
    share: int | None,
    after: Mapping[str, Any] | None = None,
) -> None:
    name = "unknown" if share is None else str(share)
    append_to_audit(
        session,
        at=store.now(),
        actor="reader of a link" if share is None else f"reader of share link {share}",
        role=VISIT_ROLE,
        action=action,
        object_kind="share link",
        object_name=name,
        after=after,
    )
