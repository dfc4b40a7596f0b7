"""Tokens by which programs act for somebody: making one, ending one, and whose rights it has.

A token never may more than whoever made it may at that moment, and its scopes, portfolio and team
take away from that. Of its secret only the SHA-256 is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused, TokenNotAccepted, TokenNotFound, TooManyAttempts
from db.records import PortfolioRecord, TokenRecord, TokenUseRecord
from db.register.naming import tidy
from db.services.access import PERMISSIONS, Action, Actor, ActorRole, NotAllowed, authorize
from db.services.audit import record
from db.services.people import actor_numbered, checked_team
from db.services.visible import visible_portfolio
from db.sharing import limits
from db.sharing.secrets_of_links import LONGEST_TOKEN, digest_of, new_secret

USUAL_DAYS = 90
LONGEST_DAYS = 365
USUAL_PER_MINUTE = 600
MOST_PER_MINUTE = 60_000
#: By which people and scanners of secrets know what it is.
PREFIX = "ds_"
_USES_KEPT = timedelta(hours=1)


class TokenScope(StrEnum):
    """What a token is for."""

    READ = "read"
    IMPORT = "import"
    SHARE = "share"
    ADMIN = "admin"


_SHARING = frozenset({Action.MAKE_SHARE, Action.REVOKE_SHARE, Action.READ_SHARES})
#: What nobody does with a token: one that leaked would outlive its own end.
_NEVER = frozenset({Action.MAKE_TOKEN})
_OWNERS_ALONE = frozenset(one for one, roles in PERMISSIONS.items() if roles == {ActorRole.OWNER})
_OF_TOKENS = frozenset({Action.MAKE_TOKEN, Action.REVOKE_TOKEN, Action.READ_TOKENS})
#: All rights of a scope; an action that is in none of the others takes ``admin``.
RIGHTS: Mapping[TokenScope, frozenset[Action]] = MappingProxyType(
    {
        TokenScope.READ: frozenset({Action.READ}),
        TokenScope.IMPORT: frozenset(Action) - _SHARING - _OWNERS_ALONE - _OF_TOKENS,
        TokenScope.SHARE: frozenset({Action.READ}) | _SHARING,
        TokenScope.ADMIN: frozenset(Action) - _NEVER,
    }
)


class TokenState(StrEnum):
    """Whether a token still lets anybody in."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made. ``secret`` is known to nobody afterwards."""

    token: int
    secret: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token without its secret. ``portfolio`` and ``team`` None: it is not narrowed to one."""

    token: int
    name: str
    scopes: tuple[TokenScope, ...]
    portfolio: str | None
    team: str | None
    per_minute: int
    state: TokenState
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    uses: int


@dataclass(frozen=True, kw_only=True)
class TokenCaller:
    """Whoever sends a request with a token, as they stand now.

    ``used`` is how many requests of the minute that began at ``minute`` the store has counted.
    """

    token: int
    actor: Actor
    per_minute: int
    expires_at: datetime
    minute: datetime
    used: int


def create_token(
    store: Store,
    actor: Actor,
    name: str,
    scopes: Iterable[TokenScope],
    *,
    portfolio: str | None = None,
    team: str | None = None,
    days: int | None = None,
    per_minute: int = USUAL_PER_MINUTE,
) -> NewToken:
    """Make a token that acts for ``actor``, for 90 days unless ``days`` says other.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: name, scopes, team, days or requests a minute cannot be.
        NotAllowed: the actor may only read, or asks with a token.
    """
    authorize(actor, Action.MAKE_TOKEN, "a token")
    called, wanted = tidy(name), sorted(set(scopes), key=list(TokenScope).index)
    _refuse_wrong(actor, called, wanted, days=days, per_minute=per_minute)
    of_team = checked_team(team)
    if of_team is not None and actor.role is not ActorRole.OWNER and of_team != actor.team:
        raise Refused(f"You are not of the team {of_team}: leave the team out.")
    if of_team is not None and TokenScope.ADMIN in wanted:
        raise Refused("A token of one team cannot administer: leave out the team or that scope.")
    secret = f"{PREFIX}{new_secret()}"

    def work(session: Session) -> NewToken:
        only = None if portfolio is None else visible_portfolio(session, actor, portfolio)
        made = TokenRecord(
            secret_digest=digest_of(secret),
            name=called,
            scopes=list(wanted),
            portfolio_id=None if only is None else only.id,
            team=of_team,
            per_minute=per_minute,
            made_by=actor.name,
            made_by_person=actor.person,
            made_at=store.now(),
            expires_at=store.now() + timedelta(days=USUAL_DAYS if days is None else days),
            uses=0,
        )
        session.add(made)
        session.flush()
        told = {
            "scopes": list(wanted),
            "portfolio": None if only is None else only.name,
            "team": of_team,
            "expires_at": made.expires_at.isoformat(timespec="seconds"),
        }
        _note(session, store, actor, Action.MAKE_TOKEN, made, after=told)
        return NewToken(token=made.id, secret=secret, expires_at=made.expires_at)

    return store.whole.transact(work)


def list_tokens(store: Store, actor: Actor) -> tuple[Token, ...]:
    """Return one's own tokens, or as an owner everybody's, the newest first.

    Raises:
        NotAllowed: the actor makes no tokens.
    """
    authorize(actor, Action.READ_TOKENS, "the tokens")
    query = select(TokenRecord, PortfolioRecord.name).outerjoin(
        PortfolioRecord, PortfolioRecord.id == TokenRecord.portfolio_id
    )
    with store.read() as session:
        found = session.execute(query.order_by(TokenRecord.id.desc()))
        return tuple(
            _token(one, portfolio, store.now()) for one, portfolio in found if _is_of(actor, one)
        )


def revoke_token(store: Store, actor: Actor, token: int) -> None:
    """End a token: one's own, or as an owner any. Within two seconds it lets nobody in any more.

    Raises:
        TokenNotFound: there is no such token, or it is a colleague's.
        Refused: it was ended already.
        NotAllowed: the actor makes no tokens.
    """
    authorize(actor, Action.REVOKE_TOKEN, f"token {token}")

    def work(session: Session) -> None:
        found = session.get(TokenRecord, token)
        if found is None or not _is_of(actor, found):
            raise TokenNotFound(token)
        if found.revoked_at is not None:
            raise Refused(f"Token {token} was revoked already.")
        found.revoked_at, found.revoked_by = store.now(), actor.name
        _note(session, store, actor, Action.REVOKE_TOKEN, found, after={"made_by": found.made_by})

    store.transact(work)


def token_caller(store: Store, *, secret: str, client: str) -> TokenCaller:
    """Return whose rights a secret has now. ``client`` names who asks, for counting failures.

    Raises:
        TokenNotAccepted: it is unknown, expired or revoked.
        TooManyAttempts: this client sent too many unknown ones lately.
    """
    now = store.now()
    minute = now.replace(second=0, microsecond=0)
    digest = digest_of(secret[:LONGEST_TOKEN])
    with store.read() as session:
        found = session.scalar(select(TokenRecord).where(TokenRecord.secret_digest == digest))
        if found is not None and _state(found, now) is TokenState.OPEN:
            used = session.scalar(
                select(TokenUseRecord.uses).where(
                    TokenUseRecord.token_id == found.id, TokenUseRecord.minute == minute
                )
            )
            return TokenCaller(
                token=found.id,
                actor=_actor(session, found),
                per_minute=found.per_minute,
                expires_at=found.expires_at,
                minute=minute,
                used=used or 0,
            )
    raise store.transact(lambda session: _failed(session, client, now))


def count_uses(store: Store, uses: Mapping[tuple[int, datetime], int]) -> None:
    """Add requests to tokens, by number and the minute they came in; old minutes are forgotten.

    Raises:
        StoreError: somebody else writes at this moment; count them another time.
    """

    def work(session: Session) -> None:
        old = store.now() - _USES_KEPT
        session.execute(delete(TokenUseRecord).where(TokenUseRecord.minute < old))
        for (token, minute), number in uses.items():
            found = session.get(TokenRecord, token)
            if found is None:  # its portfolio was deleted, and it with it
                continue
            found.uses += number
            found.last_used_at = max(found.last_used_at or minute, minute)
            counted = session.get(TokenUseRecord, (token, minute))
            if counted is None:
                session.add(TokenUseRecord(token_id=token, minute=minute, uses=number))
            else:
                counted.uses += number

    store.whole.transact_at_once(work, is_noticed=False)


def _refuse_wrong(
    actor: Actor,
    name: str,
    scopes: list[TokenScope],
    *,
    days: int | None,
    per_minute: int,
) -> None:
    if not name or len(name) > 200 or not name.isprintable():
        raise Refused("Give the token a name of at most 200 letters: what will use it.")
    if not scopes:
        raise Refused(f"Say what the token is for: {', '.join(TokenScope)}.")
    if TokenScope.ADMIN in scopes and actor.role is not ActorRole.OWNER:
        raise NotAllowed("Only an owner makes a token that administers. Choose another scope.")
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Refused(f"A token lives 1 to {LONGEST_DAYS} days.")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise Refused(f"A token may send 1 to {MOST_PER_MINUTE:,} requests a minute.")


def _is_of(actor: Actor, token: TokenRecord) -> bool:
    return actor.role is ActorRole.OWNER or token.made_by_person == actor.person


def _state(token: TokenRecord, now: datetime) -> TokenState:
    if token.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.EXPIRED if now >= token.expires_at else TokenState.OPEN


def _actor(session: Session, token: TokenRecord) -> Actor:
    """The maker as they stand now, with no more than the token's scopes, portfolio and team."""
    maker = actor_numbered(session, token.made_by_person)
    role, team = maker.role, maker.team
    if token.team is not None:
        if role is ActorRole.OWNER:
            role, team = ActorRole.ANALYST, token.team
        elif team != token.team:
            role = ActorRole.NONE
    scopes = [TokenScope(one) for one in token.scopes]
    return replace(
        maker,
        name=f"Token {token.id} (“{token.name}”) of {maker.name}"[:200],
        role=role,
        team=team,
        rights=frozenset[Action]().union(*(RIGHTS[one] for one in scopes)),
        portfolio=token.portfolio_id,
    )


def _failed(session: Session, client: str, now: datetime) -> TokenNotAccepted | TooManyAttempts:
    wait = limits.unknown_tokens_wait(session, client, now)
    if wait is not None:
        return TooManyAttempts(wait)
    limits.note_attempt(session, limits.TOKEN, client=client, at=now)
    return TokenNotAccepted()


def _token(found: TokenRecord, portfolio: str | None, now: datetime) -> Token:
    return Token(
        token=found.id,
        name=found.name,
        scopes=tuple(TokenScope(one) for one in found.scopes),
        portfolio=portfolio,
        team=found.team,
        per_minute=found.per_minute,
        state=_state(found, now),
        made_by=found.made_by,
        made_at=found.made_at,
        expires_at=found.expires_at,
        revoked_at=found.revoked_at,
        last_used_at=found.last_used_at,
        uses=found.uses,
    )


def _note(
    session: Session,
    store: Store,
    actor: Actor,
    action: Action,
    token: TokenRecord,
    *,
    after: Mapping[str, object],
) -> None:
    record(
        store,
        session,
        actor,
        action,
        object_kind="token",
        object_name=f"{token.id} ({token.name})",
        after=after,
    )
