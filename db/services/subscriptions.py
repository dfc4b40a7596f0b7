"""Subscriptions: who is told of a portfolio by themselves, how often, and what went out.

A message is put into the store first and sent from there, so that two processes send it once, and
one that a channel does not take is kept, told of, and tried again. Where a process dies in the very
moment of sending, the message goes out again rather than not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import (
    MessageRecord,
    PackFileRecord,
    PortfolioRecord,
    ScheduledReportRecord,
    SubscriptionRecord,
)
from db.services.access import Action, Actor, ActorRole, NotAllowed, authorize
from db.services.audit import record
from db.services.channels import Attached, channel_named, checked_recipient, deliver
from db.services.people import actor_numbered
from db.services.visible import sees, visible_portfolio

#: After a failure a message waits five minutes, then twice as long each time, up to six hours.
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
#: A message that no channel took for so long is given up; what is done with is kept as long.
GIVEN_UP_AFTER, KEPT_FOR = timedelta(days=7), timedelta(days=90)
#: A process that claimed a message and said nothing for so long has died.
_CLAIM_HOLDS_FOR = timedelta(minutes=10)
_MOST_AT_ONCE = 20
#: Whether this process may still act, asked inside a transaction.
Fence = Callable[[Session], bool]
#: Sends a message: channel, recipient, title, body, files.
Deliver = Callable[[str, str, str, str, Sequence[Attached]], None]


class Rhythm(StrEnum):
    """How often a digest comes."""

    DAY = "day"
    WEEK = "week"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Who is told what. ``portfolio`` None: every one that ``maker`` sees, as they stand now.

    ``told`` are the limits by portfolio that were exceeded when it was last told at once, each by
    :attr:`risk.portfolio.watching.Limit.key`: of the whole portfolio the name of its measure.
    ``problem`` is why the newest message did not go out, ``sent_at`` when one last did.
    """

    number: int
    channel: str
    recipient: str
    portfolio: str | None
    rhythm: Rhythm
    at_once: bool
    made_by: str
    maker: Actor
    made_at: datetime
    told: Mapping[str, Sequence[str]]
    told_at: datetime | None
    digest_day: date | None
    waiting: int
    problem: str | None
    sent_at: datetime | None


def subscribe(
    store: Store,
    actor: Actor,
    channel: str,
    *,
    recipient: str = "",
    portfolio: str | None = None,
    rhythm: Rhythm = Rhythm.WEEK,
    at_once: bool = True,
) -> int:
    """Have somebody told from now on; return the subscription's number.

    Whoever is told by a channel already is told anew as this says: one message a person.

    Raises:
        Refused: there is no such channel, the recipient is no e-mail address, or somebody else's
            subscription stands there.
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SUBSCRIBE, f"messages by {channel}")
    whom = checked_recipient(channel_named(channel), recipient)
    if rhythm is Rhythm.NONE and not at_once:
        raise Refused("Choose a digest, or messages at once, or both.")

    def work(session: Session) -> int:
        about = visible_portfolio(session, actor, portfolio) if portfolio is not None else None
        row = session.scalar(
            select(SubscriptionRecord).where(
                SubscriptionRecord.channel == channel, SubscriptionRecord.recipient == whom
            )
        )
        if row is None:
            row = SubscriptionRecord(channel=channel, recipient=whom, told={})
            session.add(row)
        else:
            _require_own(actor, row)
            row.told, row.told_at = {}, None
        row.portfolio_id = about.id if about is not None else None
        row.rhythm, row.at_once = rhythm.value, at_once
        row.made_by, row.made_by_person, row.made_at = actor.name, actor.person, store.now()
        # The first digest is that of the next day or week.
        row.digest_day = store.now().date()
        session.flush()
        _trail(store, session, actor, row, after={"rhythm": rhythm.value, "at_once": at_once})
        return row.id

    return store.transact(work)


def unsubscribe(store: Store, actor: Actor, subscription: int) -> None:
    """Tell somebody no longer; what waits to be sent goes with it.

    Raises:
        Refused: there is no such subscription.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    authorize(actor, Action.SUBSCRIBE, f"subscription {subscription}")

    def work(session: Session) -> None:
        row = _named(session, subscription)
        _require_own(actor, row)
        _trail(store, session, actor, row, before={"rhythm": row.rhythm, "at_once": row.at_once})
        session.execute(delete(MessageRecord).where(MessageRecord.subscription_id == subscription))
        session.delete(row)

    store.transact(work)


def list_subscriptions(store: Store, actor: Actor) -> tuple[Subscription, ...]:
    """Return the subscriptions that the actor made, of an owner all, with what became of them.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SUBSCRIBE, "subscriptions")
    with store.read() as session:
        rows = session.scalars(select(SubscriptionRecord).order_by(SubscriptionRecord.id)).all()
        return tuple(_as_subscription(session, row) for row in rows if _is_own(actor, row))


def put_message(
    store: Store,
    actor: Actor,
    subscription: Subscription,
    *,
    key: str,
    title: str,
    body: str,
    told: Mapping[str, Sequence[str]] | None = None,
    digest_day: date | None = None,
    may_act: Fence = lambda _: True,
) -> bool:
    """Put a message where it is sent from, once for its ``key``; return whether it is new.

    ``told`` and ``digest_day`` are kept with it, in one transaction. Where the subscription is no
    longer as it was read, nothing is put: it is looked at anew.

    Raises:
        NotAllowed: the actor is no owner.
    """
    authorize(actor, Action.MANAGE_PEOPLE, "messages to others")

    def work(session: Session) -> bool:
        row = session.get(SubscriptionRecord, subscription.number)
        if row is None or not may_act(session) or dict(row.told) != dict(subscription.told):
            return False
        if told is not None:
            row.told = {name: list(one) for name, one in told.items()}
        if digest_day is not None:
            row.digest_day = digest_day
        same = select(MessageRecord.id).where(
            MessageRecord.subscription_id == row.id, MessageRecord.key == key
        )
        if not body or session.scalar(same) is not None:
            return False
        now = store.now()
        if told is not None:
            row.told_at = now
        session.add(
            MessageRecord(
                subscription_id=row.id,
                key=key,
                title=title,
                body=body,
                made_at=now,
                due_at=now,
                attempts=0,
            )
        )
        return True

    return store.transact(work, is_noticed=False)


def send_waiting(
    store: Store,
    actor: Actor,
    *,
    may_act: Fence = lambda _: True,
    send: Deliver = deliver,
) -> tuple[tuple[str, str | None], ...]:
    """Send what waits; return each message's channel and why it did not go out (None: it did).

    Raises:
        NotAllowed: the actor is no owner.
    """
    authorize(actor, Action.MANAGE_PEOPLE, "messages to others")
    with store.read() as session:
        waiting = _due(session, store.now())
    done: list[tuple[str, str | None]] = []
    for number in waiting[:_MOST_AT_ONCE]:
        claimed = store.transact(partial(_claim, store, number, may_act), is_noticed=False)
        if claimed is None:
            continue
        problem = None
        try:
            send(*claimed)
        except Refused as refused:
            problem = str(refused)
        store.transact(partial(_note, store, number, problem), is_noticed=False)
        done.append((claimed[0], problem))
    return tuple(done)


def send_test(
    store: Store,
    actor: Actor,
    subscription: int,
    *,
    title: str,
    body: str,
    send: Deliver = deliver,
) -> None:
    """Send one message now, beside all others, to see that it arrives.

    Raises:
        Refused: there is no such subscription, or its channel did not take the message.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    authorize(actor, Action.SUBSCRIBE, f"subscription {subscription}")
    with store.read() as session:
        row = _named(session, subscription)
        _require_own(actor, row)
        channel, recipient = row.channel, row.recipient
    send(channel, recipient, title, body, ())

    def work(session: Session) -> None:
        _trail(store, session, actor, _named(session, subscription), after={"test": "sent"})

    store.transact(work)


def waits_after(attempts: int) -> timedelta:
    """How long it is until something that failed so many times is tried again."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)


def _due(session: Session, now: datetime) -> list[int]:
    query = select(MessageRecord).where(MessageRecord.due_at.is_not(None))
    found = session.scalars(query.order_by(MessageRecord.due_at, MessageRecord.id))
    return [one.id for one in found if _is_due(one, now)]


def _is_due(row: MessageRecord, now: datetime) -> bool:
    """Whether a message's turn has come; one asked later than now: a clock was set back since."""
    if row.due_at is None:
        return False
    return row.due_at <= now or (row.asked_at is not None and row.asked_at > now)


def _claim(
    store: Store, number: int, may_act: Fence, session: Session
) -> tuple[str, str, str, str, Sequence[Attached]] | None:
    """Put a message's next turn off, so that nobody else takes it; None: it is not ours to send."""
    now = store.now()
    row = session.get(MessageRecord, number)
    if row is None or not may_act(session) or not _is_due(row, now):
        return None
    about: SubscriptionRecord | ScheduledReportRecord | None
    if row.report_id is None:
        about = session.get(SubscriptionRecord, row.subscription_id)
    else:
        about = session.get(ScheduledReportRecord, row.report_id)
    maker = None if about is None else actor_numbered(session, about.made_by_person)
    if about is None or maker is None or maker.role is ActorRole.NONE:
        # Whoever may no longer read is told no more.
        row.due_at, row.problem = None, "Whoever made it has no role any more."
        return None
    if isinstance(about, ScheduledReportRecord) and not sees(session, maker, about.portfolio_id):
        row.due_at, row.problem = None, "Whoever made it no longer sees the portfolio."
        return None
    row.asked_at, row.due_at = now, now + _CLAIM_HOLDS_FOR
    row.attempts += 1
    whom = about.recipient if isinstance(about, SubscriptionRecord) else row.recipient or ""
    return about.channel, whom, row.title, row.body, _files_with(session, row)


def _files_with(session: Session, row: MessageRecord) -> tuple[Attached, ...]:
    if row.report_id is None:
        return ()
    query = select(PackFileRecord.name, PackFileRecord.data).where(
        PackFileRecord.report_id == row.report_id, PackFileRecord.key == row.key
    )
    found = session.execute(query.order_by(PackFileRecord.id))
    return tuple(Attached(name=name, data=data) for name, data in found)


def _note(store: Store, number: int, problem: str | None, session: Session) -> None:
    now = store.now()
    row = session.get(MessageRecord, number)
    if row is None:
        return
    row.problem = problem
    if problem is None:
        row.sent_at, row.due_at = now, None
    elif now - row.made_at >= GIVEN_UP_AFTER:
        row.due_at = None
    else:
        row.due_at = now + waits_after(row.attempts)
    for kept in (MessageRecord, PackFileRecord):
        session.execute(delete(kept).where(kept.made_at < now - KEPT_FOR))


def _maker(session: Session, row: SubscriptionRecord) -> Actor:
    return actor_numbered(session, row.made_by_person)


def _is_own(actor: Actor, row: SubscriptionRecord) -> bool:
    return actor.role is ActorRole.OWNER or row.made_by_person == actor.person


def _require_own(actor: Actor, row: SubscriptionRecord) -> None:
    if not _is_own(actor, row):
        raise NotAllowed(f"{row.made_by} made subscription {row.id}. Ask them, or an owner.")


def _named(session: Session, number: int) -> SubscriptionRecord:
    row = session.get(SubscriptionRecord, number)
    if row is None:
        raise Refused(
            f"There is no subscription {number}. “downstream watch subscriptions” lists them."
        )
    return row


def _as_subscription(session: Session, row: SubscriptionRecord) -> Subscription:
    about = session.get(PortfolioRecord, row.portfolio_id) if row.portfolio_id else None
    messages = session.scalars(
        select(MessageRecord)
        .where(MessageRecord.subscription_id == row.id)
        .order_by(MessageRecord.id)
    ).all()
    return Subscription(
        number=row.id,
        channel=row.channel,
        recipient=row.recipient,
        portfolio=about.name if about is not None else None,
        rhythm=Rhythm(row.rhythm),
        at_once=row.at_once,
        made_by=row.made_by,
        maker=_maker(session, row),
        made_at=row.made_at,
        told=row.told,
        told_at=row.told_at,
        digest_day=row.digest_day,
        waiting=sum(one.due_at is not None for one in messages),
        problem=messages[-1].problem if messages else None,
        sent_at=max((one.sent_at for one in messages if one.sent_at is not None), default=None),
    )


def _trail(
    store: Store,
    session: Session,
    actor: Actor,
    row: SubscriptionRecord,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        store,
        session,
        actor,
        Action.SUBSCRIBE,
        object_kind="subscription",
        object_name=f"{row.channel} {row.recipient}".strip(),
        before=before,
        after=after,
    )
