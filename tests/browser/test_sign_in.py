"""Signing in with a real OpenID provider, in a real browser: roles count from click to click."""

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Dashboard, running
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PEOPLE = {"ann": "Ann Lee", "bob": "Bob Ray"}
SECRET = "canary-client-secret"  # noqa: S105 - it must show up nowhere


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of an OpenID provider on this machine that knows two people."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it still uses a part of Authlib that moved
        mock: Any = pytest.importorskip("oidc_provider_mock")
    people = [
        mock.User(sub=sub, claims={"name": name, "email": f"{sub}@fund.example"})
        for sub, name in PEOPLE.items()
    ]
    with mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def served(
    chromium: str, provider: str, answered: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """A dashboard where people sign in, on a store that has no owner."""
    settings = {
        "DOWNSTREAM_OIDC_ISSUER": provider,
        "DOWNSTREAM_OIDC_CLIENT_ID": "downstream",
        "DOWNSTREAM_OIDC_CLIENT_SECRET": SECRET,
    }
    with running(tmp_path_factory.mktemp("signed"), store=answered, **settings) as dashboard:
        yield dashboard


@pytest.fixture
def sign_in(
    browser: Browser, served: Dashboard, provider: str
) -> Iterator[Callable[..., tuple[Visitor, Page]]]:
    """Open a page as somebody who has to sign in first."""
    contexts = []

    def start(who: str, path: str = "") -> tuple[Visitor, Page]:
        context = browser.new_context(viewport={"width": 1360, "height": 860})
        contexts.append(context)
        visitor = Visitor(context=context, address=served.address)
        page = visitor.open(path)
        through_the_provider(visitor, page, served, provider, who)
        return visitor, page

    yield start
    for context in contexts:
        context.close()


def through_the_provider(
    visitor: Visitor, page: Page, served: Dashboard, provider: str, who: str
) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{provider}/**")
    page.get_by_role("button", name=who, exact=True).first.click()
    page.wait_for_url(f"{served.address}/**")
    visitor.settle(page)


def press(visitor: Visitor, page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    visitor.settle(page)


def test_from_the_first_owner_to_a_colleague_who_leaves(
    sign_in: Callable[..., tuple[Visitor, Page]], served: Dashboard
):
    ann, page = sign_in("ann")
    expect(page.get_by_text("There is no owner yet")).to_be_visible()
    page.get_by_label("Owner's code").fill("a guess")
    press(ann, page, "Become the owner")
    expect(page.get_by_text("That is not the code")).to_be_visible()
    code = re.findall(r"with this code: (\S+)", served.said())[0]
    page.get_by_label("Owner's code").fill(code)
    press(ann, page, "Become the owner")
    expect(page.get_by_role("link", name="Overview", exact=True)).to_be_visible()
    expect(page.get_by_text("Ann Lee <ann@fund.example> (person 1)")).to_be_visible()

    # The colleague followed a link; without a role nothing of it shows.
    bob, his = sign_in("bob", "startups?search=Quillhaven")
    assert "search=Quillhaven" in his.url
    expect(his.get_by_text("Ask the owner of this Downstream for a role")).to_be_visible()
    assert "Quillhaven" not in his.locator("body").inner_text()

    page.get_by_role("link", name="People", exact=True).click()
    ann.settle(page)
    ann.choose(page, "Role of person 2", "viewer")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Bob Ray: viewer.")).to_be_visible()

    press(bob, his, "Look again")
    expect(his.get_by_text("1 of 61 shown")).to_be_visible()
    # A viewer is shown no page of owners, and the address alone does not open it.
    expect(his.get_by_role("link", name="Activity", exact=True)).to_have_count(0)
    his.get_by_role("link", name="Import", exact=True).click()
    bob.settle(his)
    his.get_by_role("link", name="All companies", exact=True).click()
    bob.settle(his)

    # He leaves. His page is still open; whatever he clicks next, nothing of the store answers.
    served.tell("people", "set", "2", "--role", "none")
    his.get_by_role("link", name="All providers", exact=True).click()
    bob.settle(his)
    expect(his.get_by_text("Ask the owner of this Downstream for a role")).to_be_visible()
    assert "OpenAI" not in his.locator("body").inner_text()

    # The owner signs out here; the same browser's other tab is signed out too.
    other = ann.open("startups")
    expect(other.get_by_role("heading", name="Companies")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("end_session"))
    other.get_by_role("link", name="All providers", exact=True).click()
    ann.settle(other)
    expect(other.get_by_text("You have signed out. Sign in again.")).to_be_visible()


def test_what_was_written_down_holds_no_secret(served: Dashboard):
    store = (served.folder / "store.sqlite3").read_bytes()
    code = re.findall(r"with this code: (\S+)", served.said())[0]
    for secret in (SECRET, code):
        assert secret.encode() not in store
    assert SECRET not in served.said()
