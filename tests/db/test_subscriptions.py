"""Messages: sent once, kept where a channel fails, nothing of a secret said, real servers used."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.channels import Channel, channels, deliver
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolios import list_portfolios
from db.services.subscriptions import (
    Rhythm,
    Subscription,
    list_subscriptions,
    put_message,
    send_test,
    send_waiting,
    subscribe,
    unsubscribe,
)
from tests.db.access_decisions import DATA
from tests.db.feed_server import Page, serving
from tests.db.message_servers import Mailbox, taking_mail

SECRET = "s3cr3t-token-of-nobody"  # noqa: S105 - planted, to be looked for
START = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(store: Store) -> Clock:
    turned = Clock()
    store.now = turned
    return turned


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as box:
        address = f"mailto://127.0.0.1:{box.port}?from=downstream@example.com&to=nobody@example.com"
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_MAIL", address)
        yield box


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    page = Page()
    with serving({f"/{SECRET}": page}) as host:
        monkeypatch.setenv(
            "DOWNSTREAM_CHANNEL_RISK_TEAM", f"{host}/{SECRET}".replace("http", "json")
        )
        yield page


def only(store: Store) -> Subscription:
    (one,) = list_subscriptions(store, LOCAL_OWNER)
    return one


def put(store: Store, key: str = "day 2026-11-02", **options) -> bool:
    message = {"title": "Two limits", "body": "What changed.\nWhat to do.", **options}
    return put_message(store, LOCAL_OWNER, only(store), key=key, **message)


def test_a_message_by_mail_reaches_whoever_is_subscribed_and_nobody_else(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    assert put(store)
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)
    assert mailbox.to == [["anna@example.com"]]
    (mail,) = mailbox.came
    assert mail["subject"] == "Two limits"
    assert "What to do." in mailbox.texts[0]
    assert send_waiting(store, LOCAL_OWNER) == ()
    assert (only(store).sent_at, only(store).problem) == (START, None)


def test_a_webhook_gets_one_post(store: Store, clock: Clock, hook: Page):
    subscribe(store, LOCAL_OWNER, "risk-team")
    put(store)
    assert send_waiting(store, LOCAL_OWNER) == (("risk-team", None),)
    (posted,) = hook.posted
    assert b"What changed." in posted
    assert b"Two limits" in posted


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("mailtos://u:p@smtp.example.com", "e-mail"),
        ("slack://TokenA/TokenB/TokenC", "Slack"),
        ("workflows://host:443/workflow/signature", "Teams"),
        ("jsons://host/path", "webhook"),
    ],
)
def test_a_channel_is_shown_by_name_and_kind_alone(
    address: str, kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    file = tmp_path / "secret"
    file.write_text(address + "\n")
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_ONE_FILE", str(file))
    assert channels() == (Channel(name="one", kind=kind, to_people=kind == "e-mail"),)


def test_the_same_is_put_and_sent_once_where_two_processes_do(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    assert [put(store), put(store)] == [True, False]
    meanwhile = []

    def slow(*message: str) -> None:
        meanwhile.append(send_waiting(store, LOCAL_OWNER))  # another process, while this one sends
        deliver(*message)

    send_waiting(store, LOCAL_OWNER, send=slow)
    assert meanwhile == [()]
    assert len(mailbox.came) == 1


def test_a_process_that_leads_no_more_puts_and_sends_nothing(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    assert not put(store, may_act=lambda session: False)
    assert put(store)
    assert send_waiting(store, LOCAL_OWNER, may_act=lambda session: False) == ()
    assert mailbox.came == []


def test_a_message_that_was_claimed_by_one_that_died_is_sent_later(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    put(store)

    def die(*message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_waiting(store, LOCAL_OWNER, send=die)
    assert send_waiting(store, LOCAL_OWNER) == ()
    clock.now += timedelta(minutes=11)
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)


def test_what_a_channel_does_not_take_is_kept_told_and_tried_again(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    put(store)
    mailbox.refuses = "451 try later"
    ((_, problem),) = send_waiting(store, LOCAL_OWNER)
    assert "did not take the message" in problem
    assert (only(store).problem, only(store).waiting) == (problem, 1)
    assert send_waiting(store, LOCAL_OWNER) == ()
    tries, until = 0, clock.now + timedelta(days=1)
    while clock.now < until:
        clock.now += timedelta(minutes=5)
        tries += len(send_waiting(store, LOCAL_OWNER))
    # After 5, 10, 20, 40, 80, 160, 320 minutes and then six hours each: ten in a day at most.
    assert 6 <= tries <= 10
    mailbox.refuses = None
    clock.now += timedelta(hours=6)
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)
    assert (only(store).problem, only(store).waiting) == (None, 0)
    assert len(mailbox.came) == 1


def test_a_message_that_nobody_takes_is_given_up_after_a_week_and_that_is_said(
    store: Store, clock: Clock, mailbox: Mailbox
):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    put(store)
    mailbox.refuses = "550 no"
    clock.now += timedelta(days=8)
    send_waiting(store, LOCAL_OWNER)
    assert only(store).waiting == 0
    assert "did not take" in only(store).problem


def test_a_clock_set_back_keeps_no_message_waiting(store: Store, clock: Clock, mailbox: Mailbox):
    subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com")
    clock.now += timedelta(days=300)
    put(store)
    mailbox.refuses = "451 later"
    send_waiting(store, LOCAL_OWNER)
    mailbox.refuses = None
    clock.now = START
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)


def test_nothing_of_a_secret_is_in_store_trail_log_or_sentence(
    store: Store, clock: Clock, hook: Page, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    subscribe(store, LOCAL_OWNER, "risk-team")
    put(store)
    hook.status = 500
    ((_, problem),) = send_waiting(store, LOCAL_OWNER)
    with pytest.raises(Refused) as raised:
        send_test(store, LOCAL_OWNER, only(store).number, title="A", body="b")
    said = [problem, str(raised.value), caplog.text, repr(list_subscriptions(store, LOCAL_OWNER))]
    said += [repr(one) for one in list_audit(store, LOCAL_OWNER)]
    with store.read() as session:
        for table in ("subscriptions", "messages"):
            said.append(repr(session.execute(text(f"SELECT * FROM {table}")).all()))  # noqa: S608
    assert not any(SECRET in one for one in said)


@pytest.mark.parametrize(
    "recipient",
    ["", "anna", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "a b@c.example"],
)
def test_a_recipient_is_one_address(store: Store, mailbox: Mailbox, recipient: str):
    with pytest.raises(Refused, match="one e-mail address"):
        subscribe(store, LOCAL_OWNER, "mail", recipient=recipient)


def test_a_channel_that_is_not_set_is_refused_with_what_to_set(store: Store):
    with pytest.raises(Refused, match="DOWNSTREAM_CHANNEL_PAGER"):
        subscribe(store, LOCAL_OWNER, "pager")


def test_whoever_is_told_again_is_told_otherwise_and_not_twice(store: Store, mailbox: Mailbox):
    for rhythm in (Rhythm.WEEK, Rhythm.DAY):
        subscribe(store, LOCAL_OWNER, "mail", recipient="anna@example.com", rhythm=rhythm)
    assert only(store).rhythm is Rhythm.DAY
    unsubscribe(store, LOCAL_OWNER, only(store).number)
    assert list_subscriptions(store, LOCAL_OWNER) == ()


def test_a_subscription_is_its_makers_and_ends_with_their_role(
    store: Store, clock: Clock, mailbox: Mailbox
):
    for number in (1, 2):
        actor_of(store, SignIn(issuer="i", subject=str(number), name="", email="", at=store.now()))
        set_role(store, LOCAL_OWNER, number, ActorRole.ANALYST, team=("Blue", "Red")[number - 1])
    blue = Actor("Ann", ActorRole.ANALYST, team="Blue", person=1)
    red = Actor("Rob", ActorRole.ANALYST, team="Red", person=2)
    publish_import(store, blue, data=DATA, file_name="a.csv", portfolio="Fund")
    number = subscribe(store, blue, "mail", recipient="anna@example.com", portfolio="Fund")
    with pytest.raises(PortfolioNotFound):
        subscribe(store, red, "mail", recipient="rob@example.com", portfolio="Fund")
    for call in (
        lambda: unsubscribe(store, red, number),
        lambda: send_test(store, red, number, title="A", body="b"),
        lambda: subscribe(store, red, "mail", recipient="anna@example.com"),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert list_subscriptions(store, red) == ()
    assert [one.name for one in list_portfolios(store, only(store).maker)] == ["Fund"]
    put(store)
    set_role(store, LOCAL_OWNER, 1, ActorRole.NONE)
    assert send_waiting(store, LOCAL_OWNER) == ()
    assert mailbox.came == []
    assert "no role any more" in only(store).problem
