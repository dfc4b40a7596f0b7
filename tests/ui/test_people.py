"""People, activity, and what each reader is answered from memory."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.engine import Store, open_store
from db.errors import PortfolioNotFound, TokenNotAccepted
from db.services import setup
from db.services.access import LOCAL_OWNER, Action, Actor, ActorRole, NotAllowed
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.tokens import token_caller
from tests.ui.conftest import NAVIGATION, Downloads, Open, texts
from ui import cached, sign_in
from ui.tables.audit import changes, rows_of, verdict

DATA = b"startup,provider\nAcme,OpenAI\n"
BLUE = Actor("Blue", ActorRole.ANALYST, team="Blue")
RED = Actor("Red", ActorRole.ANALYST, team="Red")
GONE = Actor("Blue", ActorRole.NONE, team="Blue")

pytestmark = pytest.mark.usefixtures("no_demo")


@pytest.fixture
def no_demo(prepared_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages open a store of the test's own, without the demo, which these pages do not need."""
    copy = shutil.copy(prepared_file, tmp_path / "own.sqlite3")
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", f"sqlite:///{copy}")
    initialise = setup.initialise
    monkeypatch.setattr(setup, "initialise", lambda store, *, demo: initialise(store))


@pytest.fixture
def store(no_demo: None) -> Store:
    opened = open_store()
    setup.initialise(opened, demo=False)
    return opened


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], None]:
    """Let somebody else look from now on."""
    return lambda somebody: monkeypatch.setattr(cached, "actor", lambda: somebody)


def test_nobody_is_answered_from_what_another_may_see(
    store: Store, looking: Callable[[Actor], None]
) -> None:
    publish_import(store, BLUE, data=DATA, file_name="a.csv", portfolio="Fund")
    looking(BLUE)
    assert cached.assessment("Fund").startups
    looking(RED)
    for ask in (cached.assessment, cached.assumptions):
        with pytest.raises(PortfolioNotFound):
            ask("Fund")
    looking(GONE)
    with pytest.raises(NotAllowed):
        cached.assessment("Fund")


def test_local_use_says_so_and_people_says_how_to_let_others_in(
    store: Store, open_page: Open
) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    app = open_page()
    assert "whoever sits at this machine is the owner" in texts(app)
    app.switch_page("pages/people.py").run()
    assert not app.exception
    assert "Nobody signs in here." in texts(app)


def test_a_token_is_shown_once_and_ended_on_the_page(store: Store, open_page: Open) -> None:
    app = open_page()
    app.switch_page("pages/people.py").run()
    app.text_input(key="token_name").set_value("Nightly import")
    app.multiselect(key="token_scopes").set_value(["import"])
    button = next(one for one in app.button if one.label == "Make a token")
    button.click().run()
    assert not app.exception
    (secret,) = [one.value for one in app.code if one.value.startswith("ds_")]
    held = token_caller(store, secret=secret, client="test").actor
    assert held.may(Action.IMPORT)
    assert not held.may(Action.MAKE_SHARE)
    app.run()
    assert secret not in texts(app)
    assert not [one for one in app.code if one.value == secret]
    next(one for one in app.button if one.label == "Revoke").click().run()
    with pytest.raises(TokenNotAccepted):
        token_caller(store, secret=secret, client="test")


def test_a_token_without_a_name_says_what_to_write(store: Store, open_page: Open) -> None:
    app = open_page()
    app.switch_page("pages/people.py").run()
    next(one for one in app.button if one.label == "Make a token").click().run()
    assert any("name of at most" in one.value for one in app.error)


def test_an_open_server_says_that_everybody_is_the_owner(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNSTREAM_INSECURE_OPEN", "1")
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    assert "whoever reaches this server is its owner" in texts(open_page())


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch, store: Store) -> Callable[..., SignIn]:
    """Let somebody be signed in, as Streamlit would say it."""

    def sign(subject: str, *, ago: timedelta = timedelta()) -> SignIn:
        at = datetime.now().astimezone() - ago
        found = SignIn(issuer="https://id.example", subject=subject, name="", email="", at=at)
        user = {"iss": found.issuer, "sub": subject, "iat": int(at.timestamp())}
        known = {**user, "is_logged_in": True, "name": subject.title()}
        monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=lambda: known))
        return found

    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example")
    return sign


def test_who_has_not_signed_in_sees_a_button_and_nothing_else(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example")
    monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=lambda: {"is_logged_in": False}))
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    app = open_page()
    assert [one.label for one in app.button] == ["Sign in"]
    assert "Acme" not in texts(app)
    assert not app.selectbox


def test_a_sign_in_of_yesterday_counts_no_more(
    open_page: Open, signed_in: Callable[..., SignIn]
) -> None:
    signed_in("ann", ago=timedelta(hours=13))
    app = open_page()
    assert "You signed in more than 12 hours ago. Sign in again." in texts(app)


def test_the_owner_gives_a_role_and_a_team_and_activity_tells_of_it(
    store: Store, open_page: Open, signed_in: Callable[..., SignIn], downloads: Downloads
) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    actor_of(store, signed_in("bob"))
    ann = actor_of(store, signed_in("ann"))
    assert ann.person == 2
    set_role(store, LOCAL_OWNER, 2, ActorRole.OWNER)
    app = open_page()
    app.switch_page("pages/people.py").run()
    app.selectbox(key="role_1").set_value(ActorRole.ANALYST)
    app.text_input(key="team_1").set_value("Blue")
    next(one for one in app.button if one.key and one.key.endswith("save_1")).click().run()
    assert not app.exception
    assert ": analyst, team Blue." in texts(app)
    assert actor_of(store, signed_in("bob")).team == "Blue"

    signed_in("ann")
    app.switch_page("pages/activity.py").run()
    assert not app.exception
    shown = app.dataframe[0].value
    assert shown["Before → after"].iloc[0] == "role: none → analyst; team: none → Blue"
    assert shown["Who"].iloc[0] == "Ann (person 2)"
    app.query_params["what"] = "import"
    app.run()
    assert list(app.dataframe[0].value["What"]) == ["import"]
    next(one for one in app.button if one.label == "Verify").click().run()
    assert "All 4 rows fit together." in texts(app)
    assert any(name.startswith("activity") for name in downloads)


def test_a_viewer_is_not_shown_the_pages_of_owners(
    store: Store, open_page: Open, signed_in: Callable[..., SignIn]
) -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    actor_of(store, signed_in("bob"))
    set_role(store, LOCAL_OWNER, 1, ActorRole.VIEWER)
    app = open_page()
    assert not app.exception
    for page in ("activity.py", "people.py"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            app.switch_page(f"pages/{page}")
        # Run by itself, the page gets no answer: the service refuses, and it ends there.
        itself = AppTest.from_file(NAVIGATION.parent / "pages" / page, default_timeout=60).run()
        assert itself.exception
        assert not itself.dataframe
        assert not itself.selectbox


def test_a_change_reads_as_before_and_after() -> None:
    assert changes({"role": "none", "team": None}, {"role": "owner", "team": None}) == (
        "role: none → owner"
    )
    assert changes(None, {"new_rows": 3, "file": "a.csv"}) == "new rows: 3; file: a.csv"
    assert changes({"done": "2026-11-01"}, None) == "done: 2026-11-01 → gone"


def test_a_change_is_written_as_people_write_amounts_answers_and_lists() -> None:
    after = {"startups": 3, "nav_cents": 8_400_000_050, "complete": False, "new": ["A-1", "B"]}
    assert changes({"nav_cents": None, "new": []}, after) == (
        "nav: none → $84,000,000.50; new: none → A-1, B; companies: 3; complete: no"
    )


def test_the_verdict_names_the_row_that_was_tampered_with(store: Store) -> None:
    from db.services.audit import AuditCheck, list_audit

    broken = AuditCheck(rows=4, broken_at=5, because="row 5 was changed", last_hash="0" * 64)
    assert verdict(broken) == (
        "The trail was tampered with: row 5 was changed. The 4 rows before that fit."
    )
    rewritten = AuditCheck(
        rows=4,
        broken_at=None,
        because=None,
        last_hash="0" * 64,
        snapshots=("snapshot 7 is missing",),
    )
    assert verdict(rewritten).endswith("not the snapshots: snapshot 7 is missing.")
    whole = AuditCheck(rows=1, broken_at=None, because=None, last_hash="a" * 64)
    assert verdict(whole).endswith(f"1:{'a' * 64}")
    assert rows_of(list_audit(store, LOCAL_OWNER)) == []
    assert sign_in.ANONYMOUS.role is ActorRole.NONE
