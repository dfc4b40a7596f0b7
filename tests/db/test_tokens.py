"""Tokens of programs: whose rights they have, and how they end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import Store
from db.errors import (
    PortfolioNotFound,
    Refused,
    TokenNotAccepted,
    TokenNotFound,
    TooManyAttempts,
)
from db.services.access import LOCAL_OWNER, Action, Actor, ActorRole, NotAllowed
from db.services.audit import last_write, list_audit
from db.services.decisions import list_decisions, record_decision
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolio_changes import delete_portfolio
from db.services.portfolios import list_portfolios
from db.services.share_lists import list_shares
from db.services.signals import add_signal
from db.services.teams import assign_team
from db.services.tokens import (
    MOST_PER_MINUTE,
    RIGHTS,
    TokenScope,
    TokenState,
    count_uses,
    create_token,
    list_tokens,
    revoke_token,
    token_caller,
)
from risk.hazard.signals import Signal

DATA = b"startup,provider\nAcme,OpenAI\n"
READ, IMPORT, SHARE, ADMIN = TokenScope


@pytest.fixture
def ann(store: Store) -> Callable[..., Actor]:
    """Give Ann, who signs in, a role and a team from now on."""
    sign_in = SignIn(issuer="i", subject="ann", name="Ann", email="", at=store.now())
    number = actor_of(store, sign_in).person
    assert number is not None

    def become(role: ActorRole, team: str | None = None) -> Actor:
        set_role(store, LOCAL_OWNER, number, role, team=team)
        return actor_of(store, sign_in)

    return become


def made(store: Store, actor: Actor, *scopes: TokenScope, **more: object) -> str:
    return create_token(store, actor, "A script", scopes, **more).secret  # type: ignore[arg-type]


def caller(store: Store, secret: str) -> Actor:
    return token_caller(store, secret=secret, client="test").actor


def test_a_secret_is_kept_nowhere_and_written_into_no_trail(store: Store):
    secret = made(store, LOCAL_OWNER, READ)
    with store.read() as session:
        for table in ("tokens", "audit"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            assert secret not in str(rows)
            assert secret.removeprefix("ds_") not in str(rows)
    assert list_audit(store, LOCAL_OWNER)[0].object_name == "1 (A script)"


def test_a_token_has_its_makers_rights_of_now(store: Store, ann: Callable[..., Actor]):
    secret = made(store, ann(ActorRole.ANALYST, "Blue"), IMPORT, SHARE)
    publish_import(store, caller(store, secret), data=DATA, file_name="a.csv", portfolio="Fund")
    assert caller(store, secret).may(Action.MAKE_SHARE)
    ann(ActorRole.VIEWER, "Blue")
    assert [one.name for one in list_portfolios(store, caller(store, secret))] == ["Fund"]
    for action in (Action.IMPORT, Action.MAKE_SHARE):
        assert not caller(store, secret).may(action)
    ann(ActorRole.ANALYST, "Red")
    assert list_portfolios(store, caller(store, secret)) == ()
    ann(ActorRole.NONE)
    with pytest.raises(NotAllowed):
        list_portfolios(store, caller(store, secret))


@pytest.mark.parametrize("scope", list(TokenScope))
def test_a_scope_takes_away_from_a_role_and_adds_nothing(
    store: Store, ann: Callable[..., Actor], scope: TokenScope
):
    secret = made(store, LOCAL_OWNER, scope)
    owner = caller(store, secret)
    assert {one for one in Action if owner.may(one)} == RIGHTS[scope]
    assert not owner.may(Action.MAKE_TOKEN)
    if scope is ADMIN:
        return
    analyst = ann(ActorRole.ANALYST, "Blue")
    held = caller(store, made(store, analyst, scope))
    assert {one for one in Action if held.may(one)} == {
        one for one in RIGHTS[scope] if analyst.may(one)
    }


def test_of_one_portfolio_a_token_sees_that_alone_and_writes_nothing_for_others(store: Store):
    for name in ("Fund", "Other"):
        publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio=name)
        record_decision(store, LOCAL_OWNER, name, "Acme", "Claude API", owner="Ann")
    one = caller(store, made(store, LOCAL_OWNER, IMPORT, SHARE, ADMIN, portfolio="fund"))
    assert [each.name for each in list_portfolios(store, one)] == ["Fund"]
    assert len(list_decisions(store, one, "Fund")) == 1
    with pytest.raises(PortfolioNotFound):
        list_decisions(store, one, "Other")
    for name in ("Other", "A new one"):
        with pytest.raises(Refused, match="is for one portfolio"):
            publish_import(store, one, data=DATA + b"B,OpenAI\n", file_name="b", portfolio=name)
    news = Signal(provider="OpenAI", kind="status_degraded", at=store.now(), source="x")
    with pytest.raises(NotAllowed):
        add_signal(store, one, news)
    assert list_shares(store, one) == ()


def test_of_one_team_an_owners_token_is_an_analyst_of_it(store: Store):
    for name, team in (("Blue's", "Blue"), ("Red's", "Red"), ("All's", None)):
        publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio=name)
        assign_team(store, LOCAL_OWNER, name, team)
    blue = caller(store, made(store, LOCAL_OWNER, READ, team="Blue"))
    assert {one.name for one in list_portfolios(store, blue)} == {"Blue's", "All's"}
    assert blue.role is ActorRole.ANALYST


def test_of_another_team_nobody_makes_a_token_and_one_left_behind_may_nothing(
    store: Store, ann: Callable[..., Actor]
):
    analyst = ann(ActorRole.ANALYST, "Blue")
    with pytest.raises(Refused):
        made(store, analyst, READ, team="Red")
    secret = made(store, analyst, READ, team="Blue")
    assert caller(store, secret).may(Action.READ)
    ann(ActorRole.ANALYST, "Red")
    assert not caller(store, secret).may(Action.READ)


def test_unknown_expired_and_revoked_tokens_are_told_the_same(store: Store):
    ended, old = made(store, LOCAL_OWNER, READ), made(store, LOCAL_OWNER, READ, days=1)
    revoke_token(store, LOCAL_OWNER, 1)
    now = store.now()
    store.now = lambda: now + timedelta(days=1)
    said = set()
    for secret in (ended, old, "ds_nobody's", "", "x" * 100_000):
        with pytest.raises(TokenNotAccepted) as refused:
            caller(store, secret)
        said.add(str(refused.value))
    assert len(said) == 1
    states = [one.state for one in list_tokens(store, LOCAL_OWNER)]
    assert states == [TokenState.EXPIRED, TokenState.REVOKED]
    with pytest.raises(Refused):
        revoke_token(store, LOCAL_OWNER, 1)


def test_whoever_guesses_tokens_is_made_to_wait(store: Store):
    now = store.now()
    store.now = lambda: now
    for number in range(60):
        with pytest.raises(TokenNotAccepted):
            caller(store, f"ds_{number}")
    with pytest.raises(TooManyAttempts):
        caller(store, "ds_60")
    with pytest.raises(TokenNotAccepted):
        token_caller(store, secret="ds_60", client="somebody else")  # noqa: S106
    assert caller(store, made(store, LOCAL_OWNER, READ)).may(Action.READ)


def test_a_colleagues_token_is_not_there_and_an_owner_ends_any(
    store: Store, ann: Callable[..., Actor]
):
    made(store, LOCAL_OWNER, READ)
    made(store, ann(ActorRole.ANALYST, "Blue"), READ)
    colleague = Actor("Bob", ActorRole.ANALYST, team="Blue", person=99)
    assert list_tokens(store, colleague) == ()
    for number in (1, 2, 3):
        with pytest.raises(TokenNotFound):
            revoke_token(store, colleague, number)
    revoke_token(store, LOCAL_OWNER, 2)
    assert {one.token: one.state.value for one in list_tokens(store, LOCAL_OWNER)} == {
        1: "open",
        2: "revoked",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"name": ""},
        {"name": "a" * 201},
        {"scopes": []},
        {"days": 0},
        {"days": 366},
        {"per_minute": 0},
        {"per_minute": MOST_PER_MINUTE + 1},
        {"scopes": [ADMIN], "team": "Blue"},
    ],
)
def test_what_cannot_be_is_refused(store: Store, more: dict[str, object]):
    asked = {"name": "A script", "scopes": [READ], **more}
    with pytest.raises(Refused):
        create_token(store, LOCAL_OWNER, **asked)  # type: ignore[arg-type]
    assert list_tokens(store, LOCAL_OWNER) == ()


def test_only_an_owner_makes_one_that_administers_and_nobody_with_a_token(
    store: Store, ann: Callable[..., Actor]
):
    with pytest.raises(NotAllowed):
        made(store, ann(ActorRole.ANALYST), ADMIN)
    with pytest.raises(NotAllowed):
        made(store, ann(ActorRole.VIEWER), READ)
    holder = caller(store, made(store, LOCAL_OWNER, ADMIN))
    with pytest.raises(NotAllowed):
        made(store, holder, READ)
    with pytest.raises(NotAllowed):
        made(store, replace(holder, portfolio=1), READ)


def test_uses_are_added_up_by_the_minute_and_wake_nobody(store: Store):
    made(store, LOCAL_OWNER, READ)
    minute = store.now().replace(second=0, microsecond=0)
    before, rows = store.written, last_write(store, LOCAL_OWNER)
    count_uses(store, {(1, minute): 3, (7, minute): 1})
    count_uses(store, {(1, minute): 4, (1, minute - timedelta(minutes=1)): 1})
    (token,) = list_tokens(store, LOCAL_OWNER)
    assert (token.uses, token.last_used_at) == (8, minute)  # 3 + 4 + 1
    assert (store.written, last_write(store, LOCAL_OWNER)) == (before, rows)
    store.now = lambda: minute
    secret = made(store, LOCAL_OWNER, READ)
    count_uses(store, {(2, minute): 5})
    assert token_caller(store, secret=secret, client="test").used == 5


def test_with_its_portfolio_a_token_is_deleted(store: Store):
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Fund")
    secret = made(store, LOCAL_OWNER, READ, portfolio="Fund")
    count_uses(store, {(1, store.now().replace(second=0, microsecond=0)): 1})
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    with pytest.raises(TokenNotAccepted):
        caller(store, secret)
    assert list_tokens(store, LOCAL_OWNER) == ()
