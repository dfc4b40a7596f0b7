"""People who sign in here: role and team, given by an owner, looked up each time they act."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused, StoreError
from db.records import PersonRecord, ShareLinkRecord
from db.register.naming import tidy
from db.services.access import Action, Actor, ActorRole, authorize
from db.services.audit import record

#: After this long a sign-in no longer counts, whatever the browser keeps.
LONGEST_SIGN_IN = timedelta(hours=12)
#: How far the provider's clock may be ahead of ours.
_CLOCKS_DIFFER_BY = timedelta(minutes=5)
#: Being seen is noted at most this often, so that reading does not become writing.
_NOTED_EVERY = timedelta(hours=1)
#: Where anybody can sign in, strangers fill neither the store with their names nor the places of
#: those who are expected: beyond so many without a role, whoever was seen longest ago is forgotten.
MOST_WAITING = 500
_GIVEN_ROLES = (ActorRole.OWNER, ActorRole.ANALYST, ActorRole.VIEWER, ActorRole.NONE)


class SignInExpired(StoreError):
    """The sign-in is too old, or was ended by signing out."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What the provider vouches for: ``issuer`` and ``subject`` name a person for good.

    ``name`` and ``email`` are for the eye: both can change hands. ``at``: when they signed in.
    """

    issuer: str
    subject: str
    name: str
    email: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who signed in at least once."""

    number: int
    name: str
    email: str
    issuer: str
    subject: str
    role: ActorRole
    team: str | None
    first_seen: datetime
    last_seen: datetime


def actor_of(store: Store, sign_in: SignIn, *, most_waiting: int = MOST_WAITING) -> Actor:
    """Return whoever signed in with the role that they have at this moment.

    Somebody new is noted, with no role. Nothing is kept between two calls, so that a role taken
    away is gone at the next one.

    Raises:
        SignInExpired: they signed in too long ago, or have signed out since.
    """
    now = store.now()
    if now - sign_in.at > LONGEST_SIGN_IN or sign_in.at - now > _CLOCKS_DIFFER_BY:
        raise SignInExpired("You signed in more than 12 hours ago. Sign in again.")
    with store.read() as session:
        found = _find(session, sign_in)
        known = found is not None and now - found.last_seen_at < _NOTED_EVERY
        if found is not None and known and _names(found) == _shown_names(sign_in):
            return _as_actor(found, sign_in)
    return store.transact(lambda session: _noted(session, store, sign_in, most_waiting))


def actor_numbered(session: Session, person: int | None) -> Actor:
    """Return somebody as they stand now, who need not be here; None: whoever is at the machine.

    For what was made earlier and lasts only as long as its maker may have it.
    """
    if person is None:
        return Actor("local owner", ActorRole.OWNER)
    found = session.get(PersonRecord, person)
    if found is None:
        return Actor(f"person {person}", ActorRole.NONE, person=person)
    return Actor(_label(found), ActorRole(found.role), team=found.team, person=found.id)


def sign_out(store: Store, sign_in: SignIn) -> None:
    """Let no sign-in of this person from before this moment count any longer, in any browser."""

    def work(session: Session) -> None:
        found = _find(session, sign_in)
        if found is not None:
            found.signed_out_at = store.now()

    store.transact(work)


def has_owner(store: Store) -> bool:
    """Whether anybody who signs in is an owner."""
    with store.read() as session:
        return _owners(session) > 0


def claim_ownership(store: Store, sign_in: SignIn, *, code: str, code_digest: str) -> Actor:
    """Make whoever holds the code the first owner. ``code_digest``: its SHA-256, as hex.

    Raises:
        Refused: the code is wrong, or there is an owner already.
        SignInExpired: they signed in too long ago.
    """
    actor = actor_of(store, sign_in)
    given = hashlib.sha256(code.strip().encode()).hexdigest()
    is_right = hmac.compare_digest(given, code_digest)

    def work(session: Session) -> Actor | None:
        if _owners(session):
            raise Refused("There is an owner already. Ask them for a role.")
        found = _find(session, sign_in)
        if found is None:
            raise Refused("Sign in again, then claim.")
        if is_right:
            found.role = ActorRole.OWNER
        record(
            store,
            session,
            actor,
            Action.MANAGE_PEOPLE,
            object_kind="person",
            object_name=_label(found),
            before={"role": ActorRole.NONE},
            after={"role": found.role},
            reason="the code on the console" if is_right else "a wrong code was given",
        )
        return _as_actor(found, sign_in) if is_right else None

    claimed = store.transact(work)
    if claimed is None:
        raise Refused("That is not the code. It stands on the console of the server.")
    return claimed


def list_people(store: Store, actor: Actor) -> tuple[Person, ...]:
    """Return everybody who ever signed in, those who wait for a role first.

    Raises:
        NotAllowed: only an owner sees who signs in.
    """
    authorize(actor, Action.MANAGE_PEOPLE, "the list of people")
    with store.read() as session:
        people = [_as_person(one) for one in session.scalars(select(PersonRecord))]
    return tuple(sorted(people, key=lambda one: (one.role is not ActorRole.NONE, one.number)))


def set_role(
    store: Store, actor: Actor, person: int, role: ActorRole, *, team: str | None = None
) -> None:
    """Give somebody a role and a team, or take them away (``ActorRole.NONE``, None).

    Raises:
        Refused: there is no such person or role, or nobody would be left as owner.
        NotAllowed: only an owner gives roles.
    """
    authorize(actor, Action.MANAGE_PEOPLE, f"person {person}")
    if role not in _GIVEN_ROLES:
        raise Refused(f"A role is one of {', '.join(_GIVEN_ROLES)}.")
    named = checked_team(team)

    def work(session: Session) -> None:
        found = session.get(PersonRecord, person)
        if found is None:
            raise Refused(f"There is no person {person}. “downstream people list” shows who is.")
        before = {"role": found.role, "team": found.team}
        found.role, found.team = role, named
        session.flush()
        if before["role"] == ActorRole.OWNER and not _owners(session):
            raise Refused("Make somebody else an owner first: nobody could give roles any more.")
        record(
            store,
            session,
            actor,
            Action.MANAGE_PEOPLE,
            object_kind="person",
            object_name=_label(found),
            before=before,
            after={"role": found.role, "team": found.team},
        )

    store.transact(work)


def checked_team(team: str | None) -> str | None:
    """Return a team's name as it is kept, None for a blank one.

    Raises:
        Refused: it is longer than 200 characters or not printable.
    """
    named = tidy(team or "")
    if len(named) > 200 or not named.isprintable():
        raise Refused("Give the team a name of at most 200 letters.")
    return named or None


def _find(session: Session, sign_in: SignIn) -> PersonRecord | None:
    return session.scalar(
        select(PersonRecord).where(
            PersonRecord.issuer == sign_in.issuer, PersonRecord.subject == sign_in.subject
        )
    )


def _noted(session: Session, store: Store, sign_in: SignIn, most_waiting: int) -> Actor:
    found = _find(session, sign_in)
    if found is None:
        _forget_waiting(session, beyond=most_waiting - 1)
        found = PersonRecord(
            issuer=sign_in.issuer,
            subject=sign_in.subject,
            role=ActorRole.NONE,
            first_seen_at=store.now(),
        )
        session.add(found)
    found.name, found.email = _shown_names(sign_in)
    found.last_seen_at = store.now()
    session.flush()
    return _as_actor(found, sign_in)


def _forget_waiting(session: Session, *, beyond: int) -> None:
    """Forget those without a role who were seen longest ago; who made links is kept for them."""
    makers = select(ShareLinkRecord.made_by_person).where(
        ShareLinkRecord.made_by_person.is_not(None)
    )
    waiting = (
        select(PersonRecord)
        .where(PersonRecord.role == ActorRole.NONE, PersonRecord.id.not_in(makers))
        .order_by(PersonRecord.last_seen_at.desc(), PersonRecord.id.desc())
        .offset(beyond)
    )
    for one in session.scalars(waiting):
        session.delete(one)


def _shown_names(sign_in: SignIn) -> tuple[str, str]:
    """Names as they may be shown: the provider's users choose them."""
    return _one_line(sign_in.name), _one_line(sign_in.email)


def _one_line(text: str) -> str:
    return tidy("".join(letter for letter in text if letter.isprintable()))[:80]


def _names(found: PersonRecord) -> tuple[str, str]:
    return found.name, found.email


def _as_actor(found: PersonRecord, sign_in: SignIn) -> Actor:
    # The provider tells whole seconds: a sign-in within the second of a sign-out is a new one.
    ended = found.signed_out_at
    if ended is not None and sign_in.at < ended.replace(microsecond=0):
        raise SignInExpired("You have signed out. Sign in again.")
    return Actor(_label(found), ActorRole(found.role), team=found.team, person=found.id)


def _label(found: PersonRecord) -> str:
    """How somebody is called in the trail: the number keeps namesakes apart."""
    named = f"{found.name} <{found.email}>" if found.email else found.name
    return f"{named} (person {found.id})".strip()


def _owners(session: Session) -> int:
    owners = select(func.count()).where(PersonRecord.role == ActorRole.OWNER)
    return session.scalar(owners) or 0


def _as_person(found: PersonRecord) -> Person:
    return Person(
        number=found.id,
        name=found.name,
        email=found.email,
        issuer=found.issuer,
        subject=found.subject,
        role=ActorRole(found.role),
        team=found.team,
        first_seen=found.first_seen_at,
        last_seen=found.last_seen_at,
    )
