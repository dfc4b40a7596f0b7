"""A founder answers on a phone and the analyst takes it over; and attackers at the same door."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.question_forms import ask_proposed, list_question_forms, question_form
from db.services.scoring import score_startup
from db.services.setup import initialise
from db.services.share_lists import revoke_share
from db.sharing.question_form import Asking
from tests.browser.serving import Dashboard, running
from tests.browser.test_every_page import OVERFLOW, RULES
from tests.browser.visitor import Visitor
from ui.cached import today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STARTUP, UNTOUCHED = "Quillhaven Briefs", "Tallowmere Support"
FUND = b"""startup,use_case,provider,model,annual_revenue_usd,engineers
Quillhaven Briefs,drafts,OpenAI,gpt-4o,,
Harrowgate Outreach,outreach,Azure OpenAI,,9000000,12
Tallowmere Support,answers,Anthropic,,,
"""
BILL = b"startup,use_case,provider,spend_usd\nQuillhaven Briefs,drafts,OpenAI,4000\n"
#: Seconds for a tap that is looked for, for a key of a phone, and for reading a question: the
#: keystroke-level model (Card, Moran and Newell 1980) has 1.35 s to think, 1.1 s to point and
#: 0.28 s a key for an average typist; a phone is slower, so these are taken twice.
SECONDS_A_TAP, SECONDS_A_KEY, SECONDS_A_QUESTION = 2.2, 0.56, 5.0


@pytest.fixture(scope="module")
def server(
    chromium: str, prepared_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    with running(tmp_path_factory.mktemp("founder"), store=prepared_file) as started:
        store = open_store(f"sqlite:///{started.folder / 'store.sqlite3'}")
        initialise(store)
        publish_import(store, LOCAL_OWNER, data=FUND, file_name="fund.csv", portfolio="Fund")
        store.close()
        yield started


@dataclass(frozen=True)
class Asked:
    share: int
    link: str

    @property
    def token(self) -> str:
        return self.link.partition("#")[2]


def ask(server: Dashboard, startup: str = UNTOUCHED) -> Asked:
    store = open_store(f"sqlite:///{server.folder / 'store.sqlite3'}")
    asking = Asking(due_on=today() + timedelta(days=7), asked_by="Ann Bell")
    made = ask_proposed(store, LOCAL_OWNER, "Fund", startup, asking, today=today()).made
    store.close()
    return Asked(made.share, made.link)


@dataclass
class Thumb:
    """Whoever taps and types on a phone, with both counted."""

    page: Page
    taps: int = 0
    keys: int = 0
    texts: list[str] = field(default_factory=list)

    def tap(self, question: str, answer: str) -> None:
        self.box(question).get_by_role("radio", name=answer, exact=True).tap()
        self.taps += 1
        self.kept()

    def write(self, question: str, text: str, unit: str = "") -> None:
        written = self.box(question).get_by_role("textbox")
        written.tap()
        written.press_sequentially(text)
        self.taps, self.keys = self.taps + 1, self.keys + len(text)
        if unit:
            self.box(question).get_by_role("radio", name=unit, exact=True).tap()
            self.taps += 1
        else:
            written.blur()
        self.kept()

    def box(self, question: str):  # type: ignore[no-untyped-def]  # a Locator
        return self.page.locator(".ask").filter(has_text=question)

    def kept(self) -> None:
        expect(self.page.locator("#saved")).to_have_text(" · kept")


def phone(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce"
    )


def opened(context: BrowserContext, link: str) -> Page:
    page = context.new_page()
    page.goto(link)
    page.wait_for_url("**/s/view/*")
    return page


def loss_range(server: Dashboard) -> tuple[float, float]:
    store = open_store(f"sqlite:///{server.folder / 'store.sqlite3'}")
    _, _, whole = score_startup(store, LOCAL_OWNER, "Fund", STARTUP, today=today())
    store.close()
    found = whole.startups[0].aal_interval_usd
    return found.low, found.high


def test_a_founder_answers_nine_questions_on_a_phone_and_the_score_changes(
    server: Dashboard, browser: Browser, capsys: pytest.CaptureFixture[str]
):
    before = loss_range(server)
    asked = ask(server, STARTUP)
    context = phone(browser)
    page = opened(context, asked.link)
    expect(page.get_by_role("heading", name=f"{STARTUP}: 9 questions")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    found = Axe().run(page, options=RULES).response["violations"]
    assert [one["id"] for one in found] == []
    for secret in ("Harrowgate", "score", "Fund", "$"):
        assert secret not in page.locator("main").inner_text()

    thumb = Thumb(page)
    thumb.write("revenue a year", "2.5", "million USD")
    thumb.tap("gross margin", "70 %")
    thumb.tap("share of your revenue", "100 %")
    thumb.tap("How many engineers", "5")
    thumb.tap("How much of your product", "5 · All of it stops")
    # Closed on the way; another device goes on where this one was.
    context.close()
    context = phone(browser)
    page = thumb.page = opened(context, asked.link)
    expect(page.locator("#progress")).to_contain_text("5 of 9 answered")
    expect(thumb.box("revenue a year").get_by_role("textbox")).to_have_value("2.5")
    expect(thumb.box("gross margin").get_by_label("70 %")).to_be_checked()
    thumb.tap("How is OpenAI built into", "Plain calls to its API")
    thumb.tap("Is there a plan", "I don’t know")
    thumb.tap("does not answer", "A backup that we tried")
    thumb.write("What do you pay", "4", "thousand USD")
    page.locator("input[type=file]").set_input_files(
        {"name": "bill.csv", "mimeType": "text/csv", "buffer": BILL}
    )
    thumb.taps += 2
    expect(page.get_by_role("button", name="Take bill.csv away")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("9 of 9 answered")
    page.get_by_label("Your name").fill("Bea")
    thumb.taps, thumb.keys = thumb.taps + 1, thumb.keys + 3
    page.get_by_role("button", name="Send answers").tap()
    thumb.taps += 1
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()
    seconds = thumb.taps * SECONDS_A_TAP + thumb.keys * SECONDS_A_KEY + 9 * SECONDS_A_QUESTION
    with capsys.disabled():
        print(f"\nfounder: {thumb.taps} taps, {thumb.keys} keys, about {seconds:.0f} s")
    assert seconds < 180

    analyst = Visitor(
        context=browser.new_context(viewport={"width": 1360, "height": 860}),
        address=server.address,
    )
    page = analyst.open("questions?portfolio=Fund")
    expect(page.get_by_text("Bea answered on")).to_be_visible()
    diff = page.get_by_test_id("stMain").inner_text()
    for said in ("Annual revenue", "Spend per month", "tested"):
        assert said in diff
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("are accepted as batch")).to_be_visible(timeout=60_000)
    analyst.settle(page)
    after = loss_range(server)
    assert after != before
    assert after[1] / after[0] < before[1] / before[0]  # and is known more narrowly

    page = analyst.open(f"questions?portfolio=Fund&form={asked.share}&section=sent")
    expect(page.get_by_text("does not know").first).to_be_visible()
    page.get_by_role("button", name="Open in the import").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible(timeout=60_000)
    analyst.settle(page)
    expect(page.get_by_text("bill.csv").first).to_be_visible()
    assert analyst.complaints == []
    analyst.context.close()


def test_without_scripts_a_form_is_kept_and_sent_all_the_same(server: Dashboard, browser: Browser):
    asked = ask(server)
    with httpx.Client(base_url=server.address, timeout=60) as client:
        cookie = begin(client, asked)
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": server.address}])
        page = context.new_page()
        page.goto(f"{server.address}/s/view/{asked.share}")
        margin = page.locator(".ask").filter(has_text="gross margin")
        margin.get_by_role("textbox").fill("0.6")
        page.get_by_role("button", name="Keep for later").click()
        expect(page.get_by_text("Is it 0.6 % or 60 %?")).to_be_visible()
        margin.get_by_role("textbox").fill("60")
        page.get_by_role("button", name="Keep for later").click()
        expect(page.locator("#progress")).to_contain_text("1 of 9 answered")
        # Somebody else answers meanwhile; this page, which is older, takes nothing of it back.
        engineers = place_of(page, "How many engineers")
        assert save(client, asked, {f"t{engineers}": "7"}).status_code == 200
        page.get_by_role("button", name="Send answers").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        context.close()
    form = form_of(server, asked)
    assert {one.answer for one in (form.answers or {}).values()} == {"60", "7"}


def form_of(server: Dashboard, asked: Asked):  # type: ignore[no-untyped-def]  # a form
    store = open_store(f"sqlite:///{server.folder / 'store.sqlite3'}")
    form = question_form(store, LOCAL_OWNER, asked.share)
    store.close()
    return form


def place_of(page: Page, question: str) -> str:
    return str(page.locator(".ask").filter(has_text=question).get_attribute("data-place"))


def begin(client: httpx.Client, asked: Asked) -> tuple[str, str]:
    """Open a link as a browser does; the name and value of the visit's cookie."""
    client.cookies.clear()
    answer = client.post("/s/open", json={"token": asked.token}, headers=own(client))
    assert answer.status_code == 200, answer.text
    name, _, rest = answer.headers["set-cookie"].partition("=")
    return name, rest.partition(";")[0]


def own(client: httpx.Client) -> dict[str, str]:
    """What a browser says of itself on a page of ours."""
    return {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}


def save(client: httpx.Client, asked: Asked, fields: dict[str, str], **headers: str):  # type: ignore[no-untyped-def]
    said = {**own(client), "Accept": "application/json", **headers}
    return client.post(f"/s/answer/{asked.share}", data=fields, headers=said)


def attach(client: httpx.Client, asked: Asked, name: str, data: bytes, **headers: str):  # type: ignore[no-untyped-def]
    said = {**own(client), **headers}
    files = {"file": (name, data, "text/csv")}
    return client.post(f"/s/answer-file/{asked.share}", files=files, headers=said)


def test_whatever_is_no_visit_of_this_form_changes_nothing(server: Dashboard):
    asked, other = ask(server), ask(server, "Harrowgate Outreach")
    with httpx.Client(base_url=server.address, timeout=60) as client:
        begin(client, other)
        for forged in (
            lambda: save(client, asked, {"t0": "1"}),  # the visit of another link
            lambda: client.get(f"/s/view/{asked.share}"),
            lambda: attach(client, asked, "a.csv", b"a,b\n"),
        ):
            assert forged().status_code == 404
        begin(client, asked)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert save(client, asked, {"t0": "1"}, **headers).status_code in (403, 404)
            assert attach(client, asked, "a.csv", b"a,b\n", **headers).status_code in (403, 404)
        for name, secret in (("A" * 43, None), ("", None)):
            assert secret is None
            cookie = {"Cookie": f"downstream-visit-{asked.share}={name}"}
            client.cookies.clear()
            assert save(client, asked, {"t0": "1"}, **cookie).status_code == 404
        # What other links have, a form has not: no file of content, no correction.
        begin(client, asked)
        for path in ("export/{}/content.json", "export/{}/table.csv", "correct/{}"):
            assert client.get(f"/s/{path.format(asked.share)}").status_code == 404
        assert client.get(f"/s/answer/{asked.share}").status_code == 404
        store = open_store(f"sqlite:///{server.folder / 'store.sqlite3'}")
        assert not [
            one.share
            for one in list_question_forms(store, LOCAL_OWNER)
            if one.share in (asked.share, other.share) and (one.answered or one.files_sent)
        ]
        revoke_share(store, LOCAL_OWNER, asked.share)
        store.close()
        assert save(client, asked, {"t0": "1"}).status_code == 404
        assert attach(client, asked, "a.csv", b"a,b\n").status_code == 404
        assert client.get(f"/s/status/{asked.share}").status_code == 404


def test_revoking_clears_an_open_form_and_sending_twice_is_sending_once(
    server: Dashboard, browser: Browser
):
    asked = ask(server)
    context = phone(browser)
    page = opened(context, asked.link)
    store = open_store(f"sqlite:///{server.folder / 'store.sqlite3'}")
    revoke_share(store, LOCAL_OWNER, asked.share)
    store.close()
    # Within five seconds, as test_share_attacks.py holds of the same script.
    expect(page.get_by_role("heading", name="This link is not available")).to_be_visible(
        timeout=60_000
    )
    assert UNTOUCHED not in page.content()
    context.close()
    asked = ask(server)
    with httpx.Client(base_url=server.address, timeout=60) as client:
        begin(client, asked)
        form = {"t0": "7", "do": "send"}
        for _ in range(2):
            sent = client.post(f"/s/answer/{asked.share}", data=form, headers=own(client))
            assert (sent.status_code, sent.headers["location"]) == (
                *(303,),
                f"/s/view/{asked.share}",
            )
        assert "Thank you" in client.get(f"/s/view/{asked.share}").text
        assert save(client, asked, {"t0": "8"}).status_code == 409


def test_hostile_answers_and_files_get_a_sentence_and_are_shown_as_text(server: Dashboard):
    asked = ask(server)
    errors = server.said().count(" ERROR ")
    with httpx.Client(base_url=server.address, timeout=60) as client:
        begin(client, asked)
        page = client.get(f"/s/view/{asked.share}")
        assert page.headers["cache-control"] == "no-store"
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'sha256-")
        assert "unsafe" not in policy
        place = re.findall(r'data-place="(\d+)"', page.text)
        comment, use = place[-1], place[-2]
        evil = "<img src=x onerror=alert(1)>"
        told = save(client, asked, {f"t{comment}": evil, "said_by": "<b>Bea</b>"}).json()
        assert told["kept"] == {comment: evil}
        shown = client.get(f"/s/view/{asked.share}").text
        assert evil not in shown
        assert "&lt;img src=x" in shown
        formula = {f"t{use}.provider": "=HYPERLINK(1)", f"t{use}.use_case": "@SUM(A1)"}
        assert save(client, asked, formula).json()["faults"] == {}
        # Ids that are none of the form are left out, whatever they look like.
        for name in ("t99", "t-1", "t0x", "c" + "9" * 400, "t0.provider.more", f"t{use}.startup"):
            assert save(client, asked, {name: "1"}).json()["kept"] == {}
        assert list(save(client, asked, {"t0": "9" * 301}).json()["faults"]) == ["0"]
        assert save(client, asked, {"t0": "x" * 300_000}).status_code == 404
        many = "&".join(f"t{number}=1" for number in range(2000)).encode()
        form = {**own(client), "Content-Type": "application/x-www-form-urlencoded"}
        path = f"/s/answer/{asked.share}"
        assert client.post(path, content=many, headers=form).status_code in (303, 422)
        assert client.post(path, content=b"\xff\xfe%00=%ff", headers=form).status_code == 303
        assert attach(client, asked, "tool.csv", b"MZ\x90\x00").status_code == 422
        large = attach(client, asked, "large.csv", b"a" * (6 * 1024 * 1024))
        assert (large.status_code, "larger than 5 MB" in large.text) == (422, True)
        broken = {**own(client), "Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"--x\r\nnothing", b"", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--"):
            answer = client.post(f"/s/answer-file/{asked.share}", content=body, headers=broken)
            assert answer.status_code == 422
        assert attach(client, asked, "<script>.csv", b"a,b\n").status_code == 303
        shown = client.get(f"/s/view/{asked.share}").text
        assert "<script>.csv" not in shown
        (number,) = re.findall(r'name="remove" value="(\d+)"', shown)
        away = {"remove": number}
        path = f"/s/answer-file/{asked.share}"
        assert client.post(path, data=away, headers=own(client)).status_code == 303
        assert "&lt;script&gt;.csv" not in client.get(f"/s/view/{asked.share}").text
        codes = [save(client, asked, {f"t{comment}": str(one)}).status_code for one in range(400)]
        assert codes[-1] == 429
        assert server.said().count(" ERROR ") == errors
        log = server.said()
    assert asked.token not in log
    assert asked.token.encode() not in (server.folder / "store.sqlite3").read_bytes()
