"""Who signs in, what an owner gives them, and what is gone the moment it is taken away."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import Store, open_store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.imports import list_batches, publish_import, undo_batch
from db.services.people import (
    SignIn,
    SignInExpired,
    actor_numbered,
    actor_of,
    claim_ownership,
    has_owner,
    list_people,
    set_role,
    sign_out,
)
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.teams import assign_team, list_portfolio_teams

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
CODE = "open sesame"
DIGEST = hashlib.sha256(CODE.encode()).hexdigest()
DATA = b"startup,provider\nAcme,OpenAI\n"


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(address: str, clock: Clock) -> Store:
    return open_store(address, clock=clock)


def sign_in(subject: str = "ann", *, issuer: str = "https://id.example", at: datetime = NOON):
    return SignIn(
        issuer=issuer, subject=subject, name=subject.title(), email=f"{subject}@example.com", at=at
    )


def invited(store: Store, subject: str, role: ActorRole, team: str | None = None) -> Actor:
    number = actor_of(store, sign_in(subject)).person
    assert number is not None
    set_role(store, LOCAL_OWNER, number, role, team=team)
    return actor_of(store, sign_in(subject))


def test_somebody_new_is_noted_and_may_do_nothing(store: Store):
    ann = actor_of(store, sign_in())
    assert (ann.role, ann.name) == (ActorRole.NONE, "Ann <ann@example.com> (person 1)")
    with pytest.raises(NotAllowed, match="may not read"):
        list_portfolios(store, ann)
    (person,) = list_people(store, LOCAL_OWNER)
    assert (person.number, person.role, person.first_seen) == (1, ActorRole.NONE, NOON)


def test_a_person_is_issuer_and_subject_whatever_they_are_called(store: Store):
    invited(store, "ann", ActorRole.OWNER)
    same_name = SignIn(
        issuer="https://id.example", subject="other", name="Ann", email="ann@example.com", at=NOON
    )
    same_subject = sign_in(issuer="https://elsewhere.example")
    assert actor_of(store, same_name).role is ActorRole.NONE
    assert actor_of(store, same_subject).role is ActorRole.NONE
    assert len(list_people(store, LOCAL_OWNER)) == 3


def test_a_role_taken_away_is_gone_at_the_next_look(store: Store):
    ann = invited(store, "ann", ActorRole.ANALYST)
    publish_import(store, ann, data=DATA, file_name="a.csv", portfolio="Fund")
    assert ann.person is not None
    set_role(store, LOCAL_OWNER, ann.person, ActorRole.NONE)
    with pytest.raises(NotAllowed):
        list_portfolios(store, actor_of(store, sign_in()))
    with store.read() as session:
        assert actor_numbered(session, ann.person).role is ActorRole.NONE


def test_a_sign_in_counts_for_twelve_hours(store: Store, clock: Clock):
    actor_of(store, sign_in())
    clock.at = NOON + timedelta(hours=12)
    assert actor_of(store, sign_in()).person == 1
    clock.at = NOON + timedelta(hours=12, seconds=1)
    with pytest.raises(SignInExpired, match="12 hours"):
        actor_of(store, sign_in())
    assert actor_of(store, sign_in(at=clock.at)).person == 1


def test_a_sign_in_from_the_future_does_not_last_longer(store: Store):
    with pytest.raises(SignInExpired):
        actor_of(store, sign_in(at=NOON + timedelta(hours=1)))


def test_signing_out_ends_every_earlier_sign_in(store: Store, clock: Clock):
    actor_of(store, sign_in())
    clock.at = NOON + timedelta(minutes=5)
    sign_out(store, sign_in())
    with pytest.raises(SignInExpired, match="signed out"):
        actor_of(store, sign_in())
    assert actor_of(store, sign_in(at=clock.at)).person == 1


def test_the_first_owner_shows_the_code_and_nobody_after_them_can(store: Store):
    assert not has_owner(store)
    with pytest.raises(Refused, match="not the code"):
        claim_ownership(store, sign_in(), code="guess", code_digest=DIGEST)
    assert not has_owner(store)
    ann = claim_ownership(store, sign_in(), code=f" {CODE} ", code_digest=DIGEST)
    assert ann.role is ActorRole.OWNER
    assert has_owner(store)
    with pytest.raises(Refused, match="owner already"):
        claim_ownership(store, sign_in("bob"), code=CODE, code_digest=DIGEST)
    claimed, failed = list_audit(store, LOCAL_OWNER)
    assert (claimed.after, failed.after) == ({"role": "owner"}, {"role": "none"})
    assert CODE not in str((claimed, failed))


def test_the_last_owner_stays(store: Store):
    ann = invited(store, "ann", ActorRole.OWNER)
    assert ann.person is not None
    with pytest.raises(Refused, match="somebody else an owner first"):
        set_role(store, ann, ann.person, ActorRole.NONE)
    bob = invited(store, "bob", ActorRole.OWNER)
    set_role(store, bob, ann.person, ActorRole.VIEWER)
    assert actor_of(store, sign_in()).role is ActorRole.VIEWER


def test_nobody_is_given_the_role_of_a_link(store: Store):
    actor_of(store, sign_in())
    with pytest.raises(Refused, match="A role is one of owner, analyst, viewer, none"):
        set_role(store, LOCAL_OWNER, 1, ActorRole.SHARE_VISIT)


def test_only_owners_give_roles(store: Store):
    ann = invited(store, "ann", ActorRole.ANALYST)
    with pytest.raises(NotAllowed):
        set_role(store, ann, 1, ActorRole.OWNER)


def test_names_from_outside_are_one_short_line(store: Store):
    odd = SignIn(
        issuer="i", subject="s", name="A\nb\x1b[31m\u202e" + "x" * 300, email="e" * 300, at=NOON
    )
    actor_of(store, odd)
    (person,) = list_people(store, LOCAL_OWNER)
    assert person.name.isprintable()
    assert len(person.name) == len(person.email) == 80


def test_strangers_fill_neither_the_store_nor_the_places_of_those_who_are_expected(
    store: Store, clock: Clock
):
    ann = invited(store, "ann", ActorRole.ANALYST)
    for number in range(5):
        clock.at = NOON + timedelta(seconds=number)
        actor_of(store, sign_in(f"stranger {number}"), most_waiting=3)
    # Whoever comes last is seen by the owner, who gives them a role; that one is never forgotten.
    bob = actor_of(store, sign_in("bob"), most_waiting=3)
    known = {one.subject for one in list_people(store, LOCAL_OWNER)}
    assert known == {"ann", "stranger 3", "stranger 4", "bob"}
    assert bob.person is not None
    set_role(store, LOCAL_OWNER, bob.person, ActorRole.VIEWER)
    actor_of(store, sign_in("stranger 5"), most_waiting=1)
    assert {one.subject for one in list_people(store, LOCAL_OWNER)} == {"ann", "bob", "stranger 5"}
    assert actor_of(store, sign_in("ann")) == ann


@pytest.fixture
def teams(store: Store) -> dict[str, Actor]:
    return {
        "blue": invited(store, "blue", ActorRole.ANALYST, team="Blue"),
        "red": invited(store, "red", ActorRole.ANALYST, team="Red"),
        "none": invited(store, "none", ActorRole.ANALYST),
    }


def names(store: Store, actor: Actor) -> list[str]:
    return [one.name for one in list_portfolios(store, actor)]


def test_what_a_team_imports_is_seen_by_it_and_by_owners(store: Store, teams: dict[str, Actor]):
    for team in ("blue", "none"):
        publish_import(store, teams[team], data=DATA, file_name="a.csv", portfolio=f"of {team}")
    assert names(store, teams["blue"]) == ["of blue", "of none"]
    assert names(store, teams["red"]) == names(store, teams["none"]) == ["of none"]
    assert names(store, LOCAL_OWNER) == ["of blue", "of none"]
    assert {one.portfolio for one in list_batches(store, teams["red"])} == {"of none"}


def test_another_teams_portfolio_is_refused_like_one_that_never_was(
    store: Store, teams: dict[str, Actor]
):
    publish_import(store, teams["blue"], data=DATA, file_name="a.csv", portfolio="Secret")

    def said(call: Callable[[], object]) -> str:
        with pytest.raises(Exception) as refused:  # noqa: PT011 - whatever it is, it must be the same
            call()
        return f"{type(refused.value).__name__}: {refused.value}"

    hidden = said(lambda: load_portfolio(store, teams["red"], "Secret"))
    missing = said(lambda: load_portfolio(store, teams["red"], "Absent"))
    assert hidden == missing.replace("Absent", "Secret")
    hidden = said(lambda: undo_batch(store, teams["red"], 1))
    assert hidden == said(lambda: undo_batch(store, teams["red"], 99)).replace("99", "1")


def test_an_owner_moves_a_portfolio_between_teams(store: Store, teams: dict[str, Actor]):
    publish_import(store, teams["none"], data=DATA, file_name="a.csv", portfolio="Fund")
    assign_team(store, LOCAL_OWNER, "Fund", " Red  ")
    assert [one.team for one in list_portfolio_teams(store, LOCAL_OWNER)] == ["Red"]
    with pytest.raises(PortfolioNotFound):
        load_portfolio(store, teams["blue"], "Fund")
    assign_team(store, LOCAL_OWNER, "Fund", None)
    assert names(store, teams["blue"]) == ["Fund"]
    given, taken = reversed(list_audit(store, LOCAL_OWNER)[:2])
    assert (given.before, given.after) == ({"team": None}, {"team": "Red"})
    assert (taken.before, taken.after) == ({"team": "Red"}, {"team": None})
