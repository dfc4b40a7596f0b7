"""Scheduled reports: the pack of a portfolio that goes to a list of people by itself.

What is made on a day is kept with one message a person, in one transaction; from there
:mod:`db.services.subscriptions` sends it as every other message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import MessageRecord, PackFileRecord, PortfolioRecord, ScheduledReportRecord
from db.services.access import Action, Actor, ActorRole, NotAllowed, authorize
from db.services.audit import record
from db.services.channels import Attached, Channel, channel_named, checked_recipient, deliver
from db.services.people import actor_numbered
from db.services.slices import sliced_store
from db.services.subscriptions import Deliver, Fence, waits_after
from db.services.visible import visible_portfolio
from db.sharing.presets import Preset

#: People that one report goes to.
MOST_RECIPIENTS = 500


class Form(StrEnum):
    """What a report comes as; the first ones stay where files are too large together."""

    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"


class Every(StrEnum):
    """How often a report comes: on Mondays, or on the first of a month."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class ScheduledReport:
    """A report that goes out by itself, as ``maker`` sees the portfolio then.

    ``slices`` are texts such as ``country=DE``; ``preset`` leaves the rest out. ``pack_day`` is the
    day of the newest pack, or that on which the report was asked for; ``told`` are the figures
    that the newest pack told, made on ``told_on``. ``waits_since``: for the answer of the day.
    After ``attempts`` failures it is not tried again before ``due_at``. Of the messages kept,
    ``sent`` went out, the newest at ``sent_at``, ``waiting`` are still to go, and ``failed`` were
    not taken. ``problem`` is why the newest pack was not made, or why a message did not go out.
    """

    number: int
    portfolio: str
    slices: tuple[str, ...]
    preset: Preset
    forms: tuple[Form, ...]
    channel: str
    recipients: tuple[str, ...]
    every: Every
    made_by: str
    maker: Actor
    made_at: datetime
    pack_day: date
    told: Mapping[str, Any]
    told_on: date | None
    waits_since: datetime | None
    attempts: int
    due_at: datetime | None
    sent: int
    waiting: int
    failed: int
    sent_at: datetime | None
    problem: str | None


def schedule_report(
    store: Store,
    actor: Actor,
    channel: str,
    *,
    portfolio: str,
    forms: Iterable[Form],
    recipients: Iterable[str] = (),
    every: Every = Every.MONTH,
    slices: Iterable[str] = (),
    preset: Preset = Preset.EVERYTHING,
) -> int:
    """Have a report sent from the next Monday, or first of a month, on; return its number.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such channel, slice or form, a recipient is no e-mail address, or the
            same goes out already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SUBSCRIBE, f"a report of {portfolio} by {channel}")
    part = sliced_store(store, actor, portfolio, slices)
    chosen = [one for one in Form if one in set(forms)]
    if not chosen:
        raise Refused(f"Choose what it comes as: {', '.join(Form)}, or several.")
    if preset is not Preset.EVERYTHING and Form.XLSX in chosen:
        raise Refused("A workbook leaves nothing out: take PDF or HTML, or leave nothing out.")
    wanted: dict[str, Any] = {
        "slices": [f"{field}={value}" for field, value in part.view.slices],
        "preset": preset.value,
        "forms": [one.value for one in chosen],
        "channel": channel,
        "recipients": _checked(channel_named(channel), recipients),
        "every": every.value,
    }

    def work(session: Session) -> int:
        about = visible_portfolio(session, actor, portfolio)
        query = select(ScheduledReportRecord).where(
            ScheduledReportRecord.portfolio_id == about.id,
            ScheduledReportRecord.channel == channel,
        )
        for known in session.scalars(query):
            if all(getattr(known, name) == one for name, one in wanted.items()):
                raise Refused(f"Report {known.id} is the same and goes out already.")
        row = ScheduledReportRecord(
            portfolio_id=about.id,
            made_by=actor.name,
            made_by_person=actor.person,
            made_at=store.now(),
            # The first pack is that of the next week or month.
            pack_day=store.now().date(),
            told={},
            attempts=0,
            **wanted,
        )
        session.add(row)
        session.flush()
        _trail(store, session, actor, row, after=wanted)
        return row.id

    return store.transact(work)


def end_report(store: Store, actor: Actor, report: int) -> None:
    """Send a report no longer; what waits to be sent goes with it, and so do its files.

    Raises:
        Refused: there is no such report.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    authorize(actor, Action.SUBSCRIBE, f"report {report}")

    def work(session: Session) -> None:
        row = _own(session, actor, report)
        before = {"every": row.every, "recipients": list(row.recipients)}
        _trail(store, session, actor, row, before=before)
        for table in (MessageRecord, PackFileRecord):
            session.execute(delete(table).where(table.report_id == report))
        session.delete(row)

    store.transact(work)


def list_reports(store: Store, actor: Actor) -> tuple[ScheduledReport, ...]:
    """Return the reports that the actor has sent, of an owner all, with what became of them.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SUBSCRIBE, "scheduled reports")
    with store.read() as session:
        query = select(ScheduledReportRecord).order_by(ScheduledReportRecord.id)
        rows = session.scalars(query).all()
        return tuple(_as_report(session, row) for row in rows if _is_own(actor, row))


def put_pack(
    store: Store,
    actor: Actor,
    report: ScheduledReport,
    *,
    day: date,
    title: str,
    body: str,
    files: Sequence[Attached] = (),
    told: Mapping[str, Any] | None = None,
    may_act: Fence = lambda _: True,
) -> bool:
    """Put the pack of a day where it is sent from, once; return whether it is new.

    Everybody gets one message, all with the same ``files``. ``told`` are figures that the next
    pack is compared with; None: this one told none. Where the report is no longer as it was read,
    nothing is put.

    Raises:
        NotAllowed: the actor is no owner.
    """
    authorize(actor, Action.MANAGE_PEOPLE, "messages to others")
    key = f"{report.every} {day.isoformat()}"

    def work(session: Session) -> bool:
        row = session.get(ScheduledReportRecord, report.number)
        if row is None or not may_act(session) or row.pack_day != report.pack_day:
            return False
        row.pack_day = day
        row.attempts, row.due_at, row.waits_since, row.problem = 0, None, None, None
        same = select(MessageRecord.id).where(
            MessageRecord.report_id == row.id, MessageRecord.key == key
        )
        if session.scalars(same).first() is not None:
            return False
        now = store.now()
        if told is not None:
            row.told, row.told_on = dict(told), now.date()
        for file in files:
            session.add(
                PackFileRecord(
                    report_id=row.id,
                    key=key,
                    name=file.name,
                    size=len(file.data),
                    data=file.data,
                    made_at=now,
                )
            )
        for recipient in row.recipients or [""]:
            session.add(
                MessageRecord(
                    report_id=row.id,
                    recipient=recipient,
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


def put_off(
    store: Store,
    actor: Actor,
    report: ScheduledReport,
    *,
    problem: str | None = None,
    may_act: Fence = lambda _: True,
) -> None:
    """Keep why a pack could not be made and when it is tried again; None: it waits for an answer.

    Raises:
        NotAllowed: the actor is no owner.
    """
    authorize(actor, Action.MANAGE_PEOPLE, "messages to others")

    def work(session: Session) -> None:
        row = session.get(ScheduledReportRecord, report.number)
        if row is None or not may_act(session) or row.pack_day != report.pack_day:
            return
        now = store.now()
        if problem is None:
            row.waits_since = now
            return
        row.attempts += 1
        row.problem, row.due_at = problem, now + waits_after(row.attempts)

    store.transact(work, is_noticed=False)


def send_pack_test(
    store: Store,
    actor: Actor,
    report: int,
    *,
    title: str,
    body: str,
    to: str = "",
    files: Sequence[Attached] = (),
    send: Deliver = deliver,
) -> str:
    """Send a pack to one person now, beside all others; return to whom.

    ``to`` '': the first of its list.

    Raises:
        Refused: there is no such report, the recipient is no e-mail address, or the channel did
            not take the message.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    authorize(actor, Action.SUBSCRIBE, f"report {report}")
    with store.read() as session:
        row = _own(session, actor, report)
        channel, first = row.channel, next(iter(row.recipients), "")
    whom = checked_recipient(channel_named(channel), to or first)
    send(channel, whom, title, body, files)

    def work(session: Session) -> None:
        told = {"test": "sent", "to": whom}
        _trail(store, session, actor, _own(session, actor, report), after=told)

    store.transact(work)
    return whom


def _checked(channel: Channel, recipients: Iterable[str]) -> list[str]:
    """Whom a report goes to, each once whatever the case; none by a channel that says itself."""
    found: dict[str, str] = {}
    for one in list(recipients) or [""]:
        try:
            whom = checked_recipient(channel, one)
        except Refused as refused:
            raise Refused(f"“{one.strip()}”: {refused}" if one.strip() else str(refused)) from None
        found.setdefault(whom.casefold(), whom)
    if len(found) > MOST_RECIPIENTS:
        raise Refused(
            f"A report goes to at most {MOST_RECIPIENTS} people. Name the address of a list at "
            "your mail server instead."
        )
    return [one for one in found.values() if one]


def _is_own(actor: Actor, row: ScheduledReportRecord) -> bool:
    return actor.role is ActorRole.OWNER or row.made_by_person == actor.person


def _own(session: Session, actor: Actor, number: int) -> ScheduledReportRecord:
    row = session.get(ScheduledReportRecord, number)
    if row is None:
        raise Refused(f"There is no report {number}. “downstream reports list” lists them.")
    if not _is_own(actor, row):
        raise NotAllowed(f"{row.made_by} made report {row.id}. Ask them, or an owner.")
    return row


def _as_report(session: Session, row: ScheduledReportRecord) -> ScheduledReport:
    of_this = MessageRecord.report_id == row.id
    sent, waiting, kept, sent_at = session.execute(
        select(
            func.count(MessageRecord.sent_at),
            func.count(MessageRecord.due_at),
            func.count(MessageRecord.id),
            func.max(MessageRecord.sent_at),
        ).where(of_this)
    ).one()
    not_taken = session.scalar(
        select(MessageRecord.problem)
        .where(of_this, MessageRecord.problem.is_not(None))
        .order_by(MessageRecord.id.desc())
        .limit(1)
    )
    return ScheduledReport(
        number=row.id,
        portfolio=session.get_one(PortfolioRecord, row.portfolio_id).name,
        slices=tuple(row.slices),
        preset=Preset(row.preset),
        forms=tuple(Form(one) for one in row.forms),
        channel=row.channel,
        recipients=tuple(row.recipients),
        every=Every(row.every),
        made_by=row.made_by,
        maker=actor_numbered(session, row.made_by_person),
        made_at=row.made_at,
        pack_day=row.pack_day,
        told=row.told,
        told_on=row.told_on,
        waits_since=row.waits_since,
        attempts=row.attempts,
        due_at=row.due_at,
        sent=sent,
        waiting=waiting,
        failed=kept - sent - waiting,
        sent_at=sent_at,
        problem=row.problem or not_taken,
    )


def _trail(
    store: Store,
    session: Session,
    actor: Actor,
    row: ScheduledReportRecord,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    about = session.get_one(PortfolioRecord, row.portfolio_id)
    record(
        store,
        session,
        actor,
        Action.SUBSCRIBE,
        object_kind="scheduled report",
        object_name=f"{about.name} by {row.channel}",
        before=before,
        after=after,
    )
