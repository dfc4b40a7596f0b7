"""Scheduled reports in the store: asked for, put once, sent with their files, kept no longer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from db import migration
from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.records import MessageRecord, PackFileRecord, ScheduledReportRecord
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.channels import Attached, deliver, takes_files
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolio_changes import delete_portfolio
from db.services.scheduled_reports import (
    Every,
    Form,
    ScheduledReport,
    end_report,
    list_reports,
    put_off,
    put_pack,
    schedule_report,
    send_pack_test,
)
from db.services.subscriptions import (
    list_subscriptions,
    put_message,
    send_waiting,
    subscribe,
    waits_after,
)
from db.services.teams import assign_team
from db.sharing.presets import Preset
from tests.db.inventories import publish
from tests.db.message_servers import Mailbox, taking_mail

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = date(2026, 12, 1)
FILES = (
    Attached(name="fund-report.pdf", data=b"%PDF-1.7 made up"),
    Attached(name="fund-report.html", data=b"<!doctype html><p>Fund</p>"),
    Attached(name="fund-workbook.xlsx", data=bytes(range(256)) * 40),
)
PEOPLE = ("anna@example.com", "bo@example.com")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(store: Store) -> Clock:
    turned = Clock()
    store.now = turned
    publish(store, {"startup": "Acme", "provider": "OpenAI", "country": "DE"})
    return turned


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as box:
        address = f"mailto://127.0.0.1:{box.port}?from=downstream@example.com&to=nobody@example.com"
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_MAIL", address)
        yield box


def schedule(store: Store, actor: Actor = LOCAL_OWNER, **options: Any) -> int:
    asked = {"portfolio": "Fund", "forms": [Form.PDF], "recipients": PEOPLE, **options}
    return schedule_report(store, actor, asked.pop("channel", "mail"), **asked)


def only(store: Store) -> ScheduledReport:
    (one,) = list_reports(store, LOCAL_OWNER)
    return one


def put(
    store: Store, report: ScheduledReport | None = None, day: date = FIRST, **more: Any
) -> bool:
    said = {"title": "The month", "body": "What changed.", "files": FILES, **more}
    return put_pack(store, LOCAL_OWNER, report or only(store), day=day, **said)


def rows(store: Store, table: type[Any]) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_everybody_on_the_list_gets_one_message_with_every_file_as_it_was_made(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    assert put(store, told={"startups": 1})
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None), ("mail", None))
    assert mailbox.to == [[one] for one in PEOPLE]
    for mail in mailbox.came:
        assert mail["subject"] == "The month"
        assert "What changed." in mail.get_body(("plain", "html")).get_content()
        came = {one.get_filename(): one.get_payload(decode=True) for one in mail.iter_attachments()}
        assert came == {one.name: one.data for one in FILES}
    assert (only(store).sent, only(store).waiting, only(store).sent_at) == (2, 0, START)
    assert (only(store).pack_day, only(store).told, only(store).told_on) == (
        FIRST,
        {"startups": 1},
        START.date(),
    )


def test_the_same_pack_is_put_once_where_two_processes_made_it(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    seen = only(store)
    assert [put(store, seen), put(store, seen)] == [True, False]
    # Nor does one that read it later, or whose clock had been a month ahead, put it again.
    assert not put(store)
    assert put(store, day=date(2027, 1, 1))
    assert not put(store)
    assert rows(store, MessageRecord) == 2 * 2
    assert only(store).pack_day == FIRST


def test_a_process_that_leads_no_more_puts_nothing_and_keeps_no_failure(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    assert not put(store, may_act=lambda session: False)
    put_off(store, LOCAL_OWNER, only(store), problem="x", may_act=lambda session: False)
    assert only(store).problem is None
    assert rows(store, MessageRecord) == rows(store, PackFileRecord) == 0


def test_a_process_that_dies_between_two_people_leaves_the_rest_to_the_next(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    put(store)
    told = []

    def die_at_the_second(*message: Any) -> None:
        if told:
            raise KeyboardInterrupt
        told.append(message[1])
        deliver(*message)

    with pytest.raises(KeyboardInterrupt):
        send_waiting(store, LOCAL_OWNER, send=die_at_the_second)
    clock.now += timedelta(minutes=11)
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)
    assert mailbox.to == [[one] for one in PEOPLE]


def test_what_could_not_be_made_is_kept_and_waits_twice_as_long_each_time(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    for attempts in (1, 2, 3):
        put_off(store, LOCAL_OWNER, only(store), problem="no memory")
        # After 5, 10 and 20 minutes.
        waits = timedelta(minutes=5 * 2 ** (attempts - 1))
        assert (only(store).attempts, only(store).due_at) == (attempts, START + waits)
    assert only(store).problem == "no memory"
    assert waits_after(99) == timedelta(hours=6)
    put(store)
    assert (only(store).attempts, only(store).due_at, only(store).problem) == (0, None, None)


def test_files_go_with_the_messages_that_they_belong_to(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store)
    put(store)
    send_waiting(store, LOCAL_OWNER)
    assert rows(store, PackFileRecord) == 3
    clock.now += timedelta(days=91)
    put(store, day=date(2027, 2, 1), files=())
    mailbox.refuses = "550 no"  # a channel that is broken for good fills the store neither
    send_waiting(store, LOCAL_OWNER)
    assert rows(store, PackFileRecord) == 0
    assert rows(store, MessageRecord) == 2
    put(store, day=date(2027, 3, 1))
    end_report(store, LOCAL_OWNER, only(store).number)
    tables = (ScheduledReportRecord, MessageRecord, PackFileRecord)
    assert [rows(store, table) for table in tables] == [0, 0, 0]


def test_a_deleted_portfolio_takes_its_reports_along_and_no_other_message(
    store: Store, clock: Clock, mailbox: Mailbox
):
    publish(store, {"startup": "Zeta", "provider": "Cohere"}, portfolio="Other")
    schedule(store)
    put(store)
    schedule(store, portfolio="Other")
    put(store, list_reports(store, LOCAL_OWNER)[1])
    subscribe(store, LOCAL_OWNER, "mail", recipient="cy@example.com")
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    assert only(store).portfolio == "Other"
    assert (rows(store, MessageRecord), rows(store, PackFileRecord)) == (2, 3)


def test_an_older_edition_has_the_messages_of_subscriptions_alone(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="cy@example.com")
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    put_message(store, LOCAL_OWNER, one, key="week 2026-11-30", title="A week", body="b")
    schedule(store)
    put(store)
    titles = text("SELECT title FROM messages")
    with store.write_engine.begin() as connection:
        assert len(list(connection.scalars(titles))) == 3
        migration.downgrade(connection, to="0033")
        assert list(connection.scalars(titles)) == ["A week"]
        migration.upgrade(connection)
    assert list_reports(store, LOCAL_OWNER) == ()
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)
    assert mailbox.to == [["cy@example.com"]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"recipients": ()}, "one e-mail address"),
        ({"recipients": ("anna@example.com", "bo")}, "“bo”: Write one e-mail address"),
        ({"recipients": [f"p{one}@example.com" for one in range(501)]}, "at most 500"),
        ({"forms": ()}, "Choose what it comes as"),
        ({"forms": [Form.XLSX], "preset": Preset.MONEY}, "leaves nothing out"),
        ({"slices": ["country=FR"]}, "has the country “FR”"),
        ({"channel": "pager"}, "DOWNSTREAM_CHANNEL_PAGER"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_to_do(
    store: Store, clock: Clock, mailbox: Mailbox, asked: dict[str, Any], said: str
):
    with pytest.raises(Refused, match=said):
        schedule(store, **asked)
    assert list_reports(store, LOCAL_OWNER) == ()


def test_a_report_is_kept_as_it_was_asked_for_and_the_same_only_once(
    store: Store, clock: Clock, mailbox: Mailbox
):
    people = ("Anna@example.com", "anna@EXAMPLE.com", "bo@example.com")
    asked: dict[str, Any] = {"forms": [Form.HTML, Form.PDF], "every": Every.WEEK}
    asked |= {"slices": ["country=de"], "preset": Preset.NAMES, "recipients": people}
    number = schedule(store, **asked)
    one = only(store)
    assert (one.number, one.portfolio, one.slices) == (number, "Fund", ("country=DE",))
    assert (one.forms, one.every, one.preset) == ((Form.PDF, Form.HTML), Every.WEEK, Preset.NAMES)
    assert one.recipients == ("Anna@example.com", "bo@example.com")
    assert one.pack_day == START.date()
    with pytest.raises(Refused, match=f"Report {number} is the same"):
        schedule(store, **asked)
    assert schedule(store, **asked | {"every": Every.MONTH}) != number


def test_a_channel_without_people_gets_one_message_for_all(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_TEAM", "workflows://localhost:443/workflow/signature")
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", "json://localhost/")
    assert (takes_files("team"), takes_files("hook")) == (False, True)
    with pytest.raises(Refused, match="name nobody"):
        schedule(store, channel="team")
    schedule(store, channel="team", recipients=())
    put(store)
    came: list[tuple[Any, ...]] = []
    send_waiting(store, LOCAL_OWNER, send=lambda *message: came.append(message))
    assert [one[:2] for one in came] == [("team", "")]


def test_a_report_is_its_makers_and_ends_with_their_role_or_their_sight(
    store: Store, clock: Clock, mailbox: Mailbox
):
    for number in (1, 2):
        actor_of(store, SignIn(issuer="i", subject=str(number), name="", email="", at=store.now()))
        set_role(store, LOCAL_OWNER, number, ActorRole.ANALYST, team=("Blue", "Red")[number - 1])
    blue = Actor("Ann", ActorRole.ANALYST, team="Blue", person=1)
    red = Actor("Rob", ActorRole.ANALYST, team="Red", person=2)
    data = b"startup,provider\nAcme,OpenAI\n"
    publish_import(store, blue, data=data, file_name="a.csv", portfolio="Blues")
    number = schedule(store, blue, portfolio="Blues")
    with pytest.raises(PortfolioNotFound):
        schedule(store, red, portfolio="Blues")
    for call in (
        lambda: end_report(store, red, number),
        lambda: send_pack_test(store, red, number, title="A", body="b"),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotAllowed):
        schedule(store, replace(blue, role=ActorRole.VIEWER), portfolio="Blues")
    assert list_reports(store, red) == ()
    assert [one.number for one in list_reports(store, LOCAL_OWNER)] == [number]
    put(store)
    assign_team(store, LOCAL_OWNER, "Blues", "Red")
    assert send_waiting(store, LOCAL_OWNER) == ()
    assert "no longer sees" in (only(store).problem or "")
    put(store, day=date(2027, 1, 1))
    set_role(store, LOCAL_OWNER, 1, ActorRole.NONE)
    assert send_waiting(store, LOCAL_OWNER) == ()
    assert (only(store).failed, mailbox.came) == (4, [])


def test_a_test_goes_to_one_person_and_into_the_trail(store: Store, clock: Clock, mailbox: Mailbox):
    number = schedule(store)
    said: dict[str, Any] = {"title": "Test", "body": "b", "files": FILES[:1]}
    assert send_pack_test(store, LOCAL_OWNER, number, **said) == "anna@example.com"
    assert send_pack_test(store, LOCAL_OWNER, number, to="me@example.com", **said)
    assert mailbox.to == [["anna@example.com"], ["me@example.com"]]
    with pytest.raises(Refused, match="one e-mail address"):
        send_pack_test(store, LOCAL_OWNER, number, to="me", **said)
    end_report(store, LOCAL_OWNER, number)
    trail = [one for one in list_audit(store, LOCAL_OWNER) if one.object_kind == "scheduled report"]
    assert [one.object_name for one in trail] == ["Fund by mail"] * 4
    ended, to_me, _, asked = trail
    assert ended.before == {"every": "month", "recipients": list(PEOPLE)}
    assert to_me.after == {"test": "sent", "to": "me@example.com"}
    assert asked.after is not None
    assert asked.after["forms"] == ["pdf"]
