"""Packs: made once on their day, with the files of a report; what is left out is in none of it."""

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER, ActorRole
from db.services.channels import Attached
from db.services.kept_answers import keep_answer
from db.services.leadership import Leadership
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolios import load_portfolio
from db.services.scheduled_reports import (
    Every,
    Form,
    ScheduledReport,
    list_reports,
    schedule_report,
)
from db.services.share_contents import Wanted
from db.services.slices import slice_choices, sliced_store
from db.services.subscriptions import send_waiting
from db.sharing.presets import Preset
from tests.db.access_decisions import REPORT
from tests.db.feed_server import Page, serving
from tests.db.message_servers import Mailbox, taking_mail
from tests.ui.conftest import DEMO_DAY, Downloads, Open, texts
from ui import packs, scheduling
from ui.digests import Readings
from ui.packs import make_due, make_pack, next_day, pack_due, preview, send_preview
from ui.reports import pdf
from ui.reports.making import html_report
from ui.reports.pdf import printer

#: The demo's day is a Monday; the day before nothing was due.
NOON = datetime.combine(DEMO_DAY, datetime.min.time(), UTC) + timedelta(hours=12)
MONTH, WEEK = REPORT, replace(REPORT, every=Every.WEEK)


@dataclass
class Clock:
    now: datetime = NOON - timedelta(days=1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(part_store: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A part of the demo portfolio with its answer of the demo's day, and a channel that is set."""
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", "json://127.0.0.1:9/")
    opened = open_store(clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as box:
        address = f"mailto://127.0.0.1:{box.port}?from=downstream@example.com&to=nobody@example.com"
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_MAIL", address)
        yield box


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The portfolios whose report was made, one entry a making."""
    made: list[str] = []
    really = packs.frozen_report

    def counted(store: Store, actor: Any, wanted: Wanted) -> Any:
        made.append(wanted.portfolio)
        return really(store, actor, wanted)

    monkeypatch.setattr(packs, "frozen_report", counted)
    return made


def schedule(store: Store, channel: str = "hook", **options: Any) -> int:
    asked: dict[str, Any] = {"portfolio": "demo", "forms": [Form.HTML], "every": Every.WEEK}
    return schedule_report(store, LOCAL_OWNER, channel, **asked | options)


def only(store: Store) -> ScheduledReport:
    (one,) = list_reports(store, LOCAL_OWNER)
    return one


def look(store: Store) -> int | None:
    """One look of the schedule of a process that leads."""
    return make_due(store, LOCAL_OWNER, may_act=lambda session: True)


def sent(store: Store) -> list[tuple[str, str, Sequence[Attached]]]:
    """Title, text and files of what goes out now."""
    came: list[tuple[str, str, Sequence[Attached]]] = []
    while send_waiting(store, LOCAL_OWNER, send=lambda *one: came.append(one[2:])):
        pass
    return came


def attachments(mail: EmailMessage) -> dict[str, bytes]:
    """The files of a mail by how their names end."""
    return {
        str(one.get_filename()).rpartition(".")[2]: one.get_payload(decode=True)
        for one in mail.iter_attachments()
    }


@pytest.mark.parametrize(
    ("one", "last", "now", "due"),
    [
        # Asked for on 31 January: the first pack is that of 1 February, from seven on.
        (MONTH, "2027-01-31", "2027-01-31 23:59", None),
        (MONTH, "2027-01-31", "2027-02-01 06:59", None),
        (MONTH, "2027-01-31", "2027-02-01 07:00", "2027-02-01"),
        (MONTH, "2027-02-01", "2027-02-28 23:00", None),
        # The server stood still over the first, and over two of them: the newest one, once.
        (MONTH, "2027-01-01", "2027-02-17 12:00", "2027-02-01"),
        (MONTH, "2027-01-01", "2027-03-02 07:00", "2027-03-01"),
        # The clock was a year ahead when the last one was made.
        (MONTH, "2028-02-01", "2027-02-01 08:00", "2027-02-01"),
        # Mondays of 2026: 23 and 30 November.
        (WEEK, "2026-11-24", "2026-11-29 23:59", None),
        (WEEK, "2026-11-24", "2026-11-30 07:00", "2026-11-30"),
        (WEEK, "2026-11-23", "2026-11-30 06:59", None),
    ],
)
def test_a_pack_is_due_from_seven_of_its_day(
    one: ScheduledReport, last: str, now: str, due: str | None
):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = pack_due(replace(one, pack_day=date.fromisoformat(last)), moment)
    assert found == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize(
    ("one", "last", "now", "coming"),
    [
        (MONTH, "2027-01-31", "2027-01-31 12:00", "2027-02-01"),
        # Asked for early on the first, before its hour: that of the next month.
        (MONTH, "2027-02-01", "2027-02-01 06:00", "2027-03-01"),
        (MONTH, "2026-12-01", "2026-12-31 12:00", "2027-01-01"),
        (MONTH, "2026-12-01", "2027-01-05 12:00", "2027-01-01"),
        (WEEK, "2026-11-24", "2026-11-24 12:00", "2026-11-30"),
    ],
)
def test_the_next_pack_is_that_of_the_first_day_after_the_last_one(
    one: ScheduledReport, last: str, now: str, coming: str
):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = next_day(replace(one, pack_day=date.fromisoformat(last)), moment)
    assert found == date.fromisoformat(coming)


def test_a_pack_by_mail_has_the_report_the_print_and_a_workbook_that_opens(
    store: Store, clock: Clock, mailbox: Mailbox
):
    schedule(store, "mail", forms=list(Form), recipients=["anna@example.com"])
    assert look(store) is None
    clock.now = NOON
    assert look(store) == only(store).number
    assert send_waiting(store, LOCAL_OWNER) == (("mail", None),)
    (mail,) = mailbox.came
    assert mail["subject"] == "Downstream, Demo portfolio: the week to 23 Nov 2026"
    files = attachments(mail)
    wanted = Wanted(portfolio="demo", today=DEMO_DAY)
    assert files["html"].replace(b"\r\n", b"\n") == html_report(store, LOCAL_OWNER, wanted)
    assert load_workbook(BytesIO(files["xlsx"])).sheetnames[0] == "Summary"
    assert ("pdf" in files) == (printer() is not None)
    if "pdf" in files:
        assert files["pdf"].startswith(b"%PDF-")
    (text,) = mailbox.texts
    for said in ("in 8 of 10 worlds", "This is the first pack", "To do", "/reports?portfolio=demo"):
        assert said in text
    assert f"Attached: demo-2026-11-23-report.{'pdf' if 'pdf' in files else 'html'} (" in text


def test_a_list_of_two_hundred_gets_what_was_made_once(
    store: Store, clock: Clock, makings: list[str], monkeypatch: pytest.MonkeyPatch
):
    people = [f"person{number}@example.com" for number in range(200)]
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_MAIL", "mailto://127.0.0.1:9?from=d@example.com")
    schedule(store, "mail", recipients=people)
    clock.now = NOON
    # Another process, or the same after a restart, makes nothing more.
    assert [look(store), look(store), look(store)] == [only(store).number, None, None]
    came = sent(store)
    assert (makings, len(came)) == (["demo"], 200)
    assert len({(title, body, tuple(files)) for title, body, files in came}) == 1
    assert only(store).sent == 200


def test_a_webhook_gets_the_files_and_a_channel_that_takes_none_is_told_where_they_are(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    page = Page()
    with serving({"/hook": page}) as host:
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", f"{host}/hook".replace("http", "json"))
        schedule(store)
        clock.now, leadership = NOON, Leadership(store)
        assert leadership.leads()
        for _ in range(3):  # made, sent, and nothing more to do
            scheduling.work(store, leadership, Readings())
    (posted,) = map(json.loads, page.posted)
    (file,) = posted["attachments"]
    assert file["filename"] == "demo-2026-11-23-report.html"
    assert b"Demo portfolio" in b64decode(file["base64"])
    monkeypatch.setenv("DOWNSTREAM_CHANNEL_TEAM", "workflows://localhost:443/workflow/signature")
    number = schedule(store, "team", forms=list(Form))
    made = preview(store, LOCAL_OWNER, number)
    assert made.files == ()
    assert "takes no files: they are in Reports.\nhttp" in made.body


def test_a_process_that_dies_before_it_has_put_the_pack_loses_nothing_and_doubles_nothing(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    schedule(store)
    clock.now = NOON

    def die(*facts: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(packs, "put_pack", die)
        with pytest.raises(KeyboardInterrupt):
            look(store)
    assert sent(store) == []
    assert look(store) == only(store).number
    assert len(sent(store)) == 1


def test_what_cannot_be_made_is_kept_and_tried_again_and_others_are_made(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    first = schedule(store)
    schedule(store, forms=[Form.XLSX])
    clock.now = NOON
    really = packs.make_pack

    def fails(store: Store, one: ScheduledReport, **more: Any) -> packs.Pack:
        if one.number == first:
            raise RuntimeError("boom")
        return really(store, one, **more)

    with monkeypatch.context() as broken:
        broken.setattr(packs, "make_pack", fails)
        assert look(store) == first + 1
        assert look(store) is None
    failed, made = list_reports(store, LOCAL_OWNER)
    assert (failed.attempts, "log of the server" in (failed.problem or "")) == (1, True)
    assert (made.attempts, made.problem) == (0, None)
    assert look(store) is None  # it waits five minutes
    clock.now += timedelta(minutes=5)
    assert look(store) == first
    # A clock that was set back by a year keeps nothing waiting for a year.
    late = replace(failed, due_at=clock.now + timedelta(days=365))
    assert not packs._is_put_off(late, clock.now)


def test_where_nothing_prints_the_message_says_so_and_the_other_forms_go_out(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pdf, "printer", lambda path=None: None)
    schedule(store, forms=[Form.PDF, Form.HTML])
    clock.now = NOON
    look(store)
    ((_, body, files),) = sent(store)
    assert [one.name for one in files] == ["demo-2026-11-23-report.html"]
    assert f"Without the PDF, as the server says: {pdf.NO_PRINTER}" in body


def test_what_is_too_large_is_left_out_and_named(store: Store, clock: Clock):
    schedule(store, forms=[Form.HTML, Form.XLSX])
    whole = make_pack(store, only(store), now=NOON)
    page, book = (len(one.data) for one in whole.files)
    part = make_pack(store, only(store), now=NOON, most_bytes=page + book - 1)
    assert [one.name for one in part.files] == ["demo-2026-11-23-report.html"]
    assert "Without the Excel workbook (" in part.body
    assert "/reports?portfolio=demo" in part.body


@pytest.mark.parametrize("preset", [Preset.NAMES, Preset.MONEY, Preset.OUTLINE])
def test_what_is_left_out_is_in_neither_text_nor_files(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, preset: Preset
):
    monkeypatch.setattr(packs.kept_answers, "is_stale", lambda *facts, **more: False)
    schedule(store, preset=preset)
    companies = [one.name for one in load_portfolio(store, LOCAL_OWNER, "demo").startups]
    clock.now = NOON
    look(store)
    clock.now += timedelta(days=7)  # the second one also says what changed
    look(store)
    for title, body, files in sent(store):
        told = [title, body, *(one.name for one in files), *(one.data.decode() for one in files)]
        if not preset.has_names:
            hidden = [*companies, "demo", "Demo portfolio"]
            assert not [name for name in hidden for text in told if name in text]
        if not preset.has_money:
            assert not [text for text in told if "$" in text]
    assert "Changed since the pack of 23 Nov 2026" in body


def test_the_next_pack_says_what_changed_since_the_last_one(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packs.kept_answers, "is_stale", lambda *facts, **more: False)
    schedule(store)
    clock.now = NOON
    keep_answer(store, LOCAL_OWNER, "demo", today=DEMO_DAY)
    look(store)
    told = only(store).told
    assert told["startups"] == len(load_portfolio(store, LOCAL_OWNER, "demo").startups)
    clock.now += timedelta(days=9)  # two days late
    look(store)
    _, (_, body, _) = sent(store)
    assert body.startswith("This was due on 30 Nov 2026 and comes late.")
    assert "Expected loss (mean) since 23 Nov 2026: " in body
    fewer = replace(only(store), told={**told, "startups": told["startups"] - 1})
    said = make_pack(store, fewer, now=clock.now).body
    assert f"Companies: {told['startups'] - 1} then, {told['startups']} now." in said


def test_a_pack_waits_three_hours_for_the_answer_of_its_day_and_then_says_that_it_is_missing(
    store: Store, clock: Clock
):
    schedule(store)
    clock.now = NOON + timedelta(days=7)
    assert look(store) is None
    assert only(store).waits_since == clock.now
    clock.now += timedelta(hours=2, minutes=59)
    assert look(store) is None
    clock.now += timedelta(minutes=1)
    assert look(store) == only(store).number
    ((_, body, files),) = sent(store)
    assert "there is no answer of today yet" in body
    assert "$" not in body
    assert (files, only(store).told_on) == ((), None)


def test_a_part_of_the_portfolio_is_told_alone_and_as_report_tells_it(store: Store, clock: Clock):
    country, count = next(iter(slice_choices(store, LOCAL_OWNER, "demo")["country"].items()))
    schedule(store, slices=[f"country={country}"])
    made = make_pack(store, only(store), now=clock.now)
    part = sliced_store(store, LOCAL_OWNER, "demo", [f"country={country}"])
    wanted = Wanted(portfolio="demo", today=clock.now.date())
    assert made.files[0].data == html_report(part, LOCAL_OWNER, wanted)
    assert f"Only some companies: country {country}." in made.body
    assert f"slice=country%3A{country}" in made.body
    assert made.told is not None
    assert made.told["startups"] == count
    # With anything left out it is not told which companies these are.
    hidden = make_pack(store, replace(only(store), preset=Preset.MONEY), now=clock.now).body
    assert "Only some companies: " in hidden
    assert f"country {country}" not in hidden
    assert "slice" not in hidden


def test_nothing_leaves_once_the_maker_has_no_role_and_that_is_said(store: Store, clock: Clock):
    actor_of(store, SignIn(issuer="i", subject="1", name="Ann", email="", at=store.now()))
    set_role(store, LOCAL_OWNER, 1, ActorRole.OWNER)
    ann = replace(LOCAL_OWNER, name="Ann", person=1)
    schedule_report(store, ann, "hook", portfolio="demo", forms=[Form.HTML], every=Every.WEEK)
    actor_of(store, SignIn(issuer="i", subject="2", name="Bo", email="", at=store.now()))
    set_role(store, LOCAL_OWNER, 2, ActorRole.OWNER)
    set_role(store, LOCAL_OWNER, 1, ActorRole.NONE)
    clock.now = NOON
    assert look(store) is None
    assert sent(store) == []
    assert only(store).problem == "Ann, who made it, has no role any more. Nothing is sent."


def test_a_report_is_sent_by_the_page_seen_beforehand_tried_and_ended(
    store: Store,
    open_page: Open,
    downloads: Downloads,
    monkeypatch: pytest.MonkeyPatch,
):
    tests: list[str] = []

    def tried(*facts: Any, **more: Any) -> str:
        tests.append(more["title"])
        return ""

    monkeypatch.setattr(packs, "send_pack_test", tried)
    app = open_page("reports.py", portfolio="demo")

    def click(label: str) -> None:
        next(one for one in app.button if one.label == label).click().run()
        assert not app.exception

    click("Send from now on")
    one = only(store)
    assert (one.channel, one.portfolio, one.forms, one.every) == (
        *("hook", "demo", (Form.PDF,)),
        Every.MONTH,
    )
    app.session_state[f"report_{one.number}"] = True
    app.run()
    assert "Nothing was sent yet" in texts(app)
    monkeypatch.setattr(packs, "pdf_of", lambda make: b"%PDF-1.4 made")
    click("See it beforehand")
    assert "Downstream, Demo portfolio: the month to" in texts(app)
    (name,) = (file for file in downloads if file.endswith("-report.pdf") and "-20" in file)
    assert downloads[name]() == b"%PDF-1.4 made"
    click("Send a test")
    assert tests[0].startswith("Test: Downstream, Demo portfolio")
    click("Send no longer")
    assert list_reports(store, LOCAL_OWNER) == ()


def test_a_preview_is_sent_as_it_was_seen(store: Store, clock: Clock, mailbox: Mailbox):
    number = schedule(store, "mail", recipients=["anna@example.com"])
    pack = preview(store, LOCAL_OWNER, number)
    assert send_preview(store, LOCAL_OWNER, number, pack, to="bo@example.com") == "bo@example.com"
    (mail,) = mailbox.came
    assert (mail["subject"], mailbox.to) == (f"Test: {pack.title}", [["bo@example.com"]])
    assert list(attachments(mail)) == ["html"]
