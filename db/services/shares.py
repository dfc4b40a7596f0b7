"""Links for outsiders: what one is, and making one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import QuestionFormRecord, ShareLinkRecord, SnapshotRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.share_addresses import base_url
from db.services.share_rules import sharing_row
from db.services.visible import visible_portfolio
from db.sharing.secrets_of_links import (
    HashedPasscode,
    checked_passcode,
    digest_of,
    hash_passcode,
    new_secret,
)

if TYPE_CHECKING:
    from db.services.share_contents import Frozen, Narrow, Wanted

USUAL_DAYS = 30


class ShareKind(StrEnum):
    """A live link shows today's data, a snapshot those of the day on which it was made.

    A link with questions shows nothing but a form for one startup, as it was frozen.
    """

    LIVE = "live"
    SNAPSHOT = "snapshot"
    QUESTIONS = "questions"


class ShareState(StrEnum):
    """Whether a link still opens."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class NewShare:
    """A link just made. ``link`` holds the token and is known to nobody afterwards."""

    share: int
    kind: ShareKind
    link: str
    expires_at: datetime
    digest: str | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """A link without its secrets. ``digest``: the SHA-256 of what a snapshot shows."""

    share: int
    kind: ShareKind
    state: ShareState
    portfolio: str
    startup: str | None
    view: Mapping[str, Any] | None
    redacted: tuple[str, ...]
    has_passcode: bool
    made_by: str
    made_by_person: int | None
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opens: int
    last_opened_at: datetime | None
    digest: str | None

    @property
    def stress_test(self) -> str | None:
        """The title of the stress test that it is about, or None."""
        return _stress_test(self.view)

    @property
    def incident(self) -> str | None:
        """What the hour of an incident is called that it is about, or None."""
        return _incident(self.view)


@dataclass(frozen=True, kw_only=True)
class ShareOpen:
    """One opening of a link; ``client`` is a shortened address."""

    share: int
    at: datetime
    client: str


def create_share(
    store: Store,
    actor: Actor,
    wanted: "Wanted",
    *,
    kind: ShareKind = ShareKind.LIVE,
    days: int | None = None,
    passcode: str | None = None,
    view: Mapping[str, Any] | None = None,
    narrow: "Narrow | None" = None,
) -> NewShare:
    """Make a link to a portfolio or to one startup of it, for 30 days unless ``days`` says other.

    ``view`` is the page and its state, and ``narrow`` which startups its filters let through. A
    link that asks is made by :func:`db.services.question_forms.ask_founder`.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        risk.scenarios.event.UnknownRoot: nobody knows where the stress test begins.
        Refused: the days or the passcode cannot be, an hour is to be live, or links beyond this
            machine have no https address.
        NotAllowed: the actor may only read.
    """
    from db.services.share_contents import frozen_content, require_good_form
    from db.sharing.hour_content import kept_hour
    from db.sharing.scenario_content import kept_view

    authorize(actor, Action.MAKE_SHARE, f"portfolio {wanted.portfolio}")
    if wanted.hour is not None and kind is not ShareKind.SNAPSHOT:
        raise Refused("An hour of an incident stays as it was: share it as a snapshot.")
    base = base_url(store)
    hashed = hash_passcode(checked_passcode(passcode)) if passcode is not None else None
    # A live link is built once too, so that one that cannot show anything is never made.
    frozen = frozen_content(store, actor, wanted, narrow=narrow)
    token = new_secret()
    kept = kept_view(view, wanted.scenario)
    if wanted.hour is not None:
        kept = kept_hour(kept, wanted.hour.title)

    def work(session: Session) -> NewShare:
        now = store.now()
        lives = timedelta(days=_checked_days(days, sharing_row(session).longest_days))
        asks = kind is ShareKind.QUESTIONS
        if asks:
            require_good_form(wanted, frozen, today=now.date(), expires_on=(now + lives).date())
        link = ShareLinkRecord(
            token_digest=digest_of(token),
            # What does not know forms shows of them what is frozen, and nothing of today.
            kind=ShareKind.SNAPSHOT if asks else kind,
            purpose=ShareKind.QUESTIONS if asks else None,
            portfolio_id=visible_portfolio(session, actor, wanted.portfolio).id,
            portfolio=frozen.portfolio,
            startup=frozen.startup,
            view=kept,
            redacted=sorted(wanted.left_out),
            made_by=actor.name,
            made_by_person=actor.person,
            made_at=now,
            expires_at=now + lives,
        )
        _add(session, link, frozen, hashed)
        if asks and wanted.asks is not None:
            session.add(QuestionFormRecord(link_id=link.id, due_on=wanted.asks.due_on))
        note_share(session, store, actor, Action.MAKE_SHARE, link, after=_told(link, frozen))
        return _new(link, frozen, address=f"{base}/s/#{token}")

    return store.whole.transact(work)


def _add(
    session: Session, link: ShareLinkRecord, frozen: "Frozen", hashed: HashedPasscode | None
) -> None:
    if hashed is not None:
        link.passcode_salt, link.passcode_hash = hashed.salt, hashed.hash
    session.add(link)
    session.flush()
    if link.kind == ShareKind.SNAPSHOT:
        session.add(
            SnapshotRecord(
                link_id=link.id,
                content=frozen.text,
                digest=frozen.digest,
                places=list(frozen.places),
            )
        )


def _new(link: ShareLinkRecord, frozen: "Frozen", *, address: str) -> NewShare:
    return NewShare(
        share=link.id,
        kind=kind_of(link),
        link=address,
        expires_at=link.expires_at,
        digest=frozen.digest if link.kind == ShareKind.SNAPSHOT else None,
    )


def kind_of(link: ShareLinkRecord) -> ShareKind:
    """Return what a link is: one that asks is frozen as a snapshot is."""
    return ShareKind(link.purpose or link.kind)


def _checked_days(days: int | None, longest: int) -> int:
    if days is None:
        return min(USUAL_DAYS, longest)
    if not 1 <= days <= longest:
        raise Refused(f"A link lives 1 to {longest} days; an owner can set another maximum.")
    return days


def _told(link: ShareLinkRecord, frozen: "Frozen") -> dict[str, Any]:
    return {
        "kind": kind_of(link),
        "expires_at": link.expires_at.isoformat(timespec="seconds"),
        "locked": link.passcode_hash is not None,
        "redacted": list(link.redacted),
        "digest": frozen.digest if link.kind == ShareKind.SNAPSHOT else None,
    }


def note_share(
    session: Session,
    store: Store,
    actor: Actor,
    action: Action,
    link: ShareLinkRecord,
    after: dict[str, Any] | None = None,
) -> None:
    """Write to the audit trail what somebody did with a link."""
    one = link.startup or _stress_test(link.view) or _incident(link.view)
    about = link.portfolio if one is None else f"{link.portfolio}: {one}"
    record(
        store,
        session,
        actor,
        action,
        object_kind="share link",
        object_name=f"{link.id} ({about})",
        after=after,
    )


def _stress_test(view: Mapping[str, Any] | None) -> str | None:
    if not view:
        return None
    # The list of links starts without the engine.
    from db.sharing.scenario_content import stress_test_of

    return stress_test_of(view)


def _incident(view: Mapping[str, Any] | None) -> str | None:
    if not view:
        return None
    from db.sharing.hour_content import hour_title_of

    return hour_title_of(view)
