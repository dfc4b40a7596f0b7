"""Rights: every public service asks :func:`authorize` before it touches the store.

Which portfolios somebody may do it to is asked of :mod:`db.services.visible`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from db.errors import StoreError


class ActorRole(StrEnum):
    """What somebody is to this store; ``NONE`` until an owner says otherwise.

    ``SHARE_VISIT`` is whoever holds a share link and nothing else: no action is open to it, because
    shares answer by services of their own that look at the link.
    """

    OWNER = "owner"
    ANALYST = "analyst"
    VIEWER = "viewer"
    SHARE_VISIT = "share visit"
    NONE = "none"


class Action(StrEnum):
    """Everything that can be done to the store."""

    READ = "read"
    IMPORT = "import"
    UNDO = "undo"
    CHANGE_REGISTER = "change register"
    MANAGE_PORTFOLIO = "manage portfolio"
    DELETE_PORTFOLIO = "delete portfolio"
    SAVE_PORTFOLIO = "save portfolio"
    ADD_ALIAS = "add alias"
    REMOVE_ALIAS = "remove alias"
    STATE_OWN_FACT = "state own fact"
    REMOVE_OWN_FACT = "remove own fact"
    ADD_SIGNAL = "add signal"
    SET_ASSUMPTION = "set assumption"
    SET_LIMIT = "set limit"
    REMEMBER_WATCH = "remember watch"
    RECORD_DECISION = "record decision"
    RECORD_DRILL = "record drill"
    JUDGE = "judge"
    READ_AUDIT = "read audit"
    MANAGE_PEOPLE = "manage people"
    ASSIGN_TEAM = "assign team"
    BACK_UP = "back up"
    RESTORE = "restore"
    MAKE_SHARE = "make share link"
    REVOKE_SHARE = "revoke share link"
    READ_SHARES = "read share links"
    SET_SHARING = "set sharing"
    DECIDE_CORRECTION = "decide correction"
    STORE_SCORES = "store scores"
    STATE_FUND = "state fund"
    PREPARE_FILING = "prepare filing"
    PACK_FILING = "pack filing"
    STATE_CONTRACT = "state contract"
    KEEP_FORECAST = "keep forecast"
    SETTLE_FORECAST = "settle forecast"
    NOTE_LOSS = "note loss"
    IMPORT_INCIDENTS = "import incidents"
    MAKE_TOKEN = "make token"  # noqa: S105 - an action
    REVOKE_TOKEN = "revoke token"  # noqa: S105 - an action
    READ_TOKENS = "read tokens"
    SUBSCRIBE = "subscribe"


@dataclass(frozen=True)
class Actor:
    """Somebody who uses the store.

    ``team`` None: of no team, who sees what belongs to no team. ``person`` is the number under
    which :mod:`db.services.people` keeps whoever signed in; None: nobody signed in. ``rights`` is
    all that is left of those of the role (None: everything), and ``portfolio`` the number of the
    one portfolio that there is for this actor (None: every one of the team).
    """

    name: str
    role: ActorRole
    team: str | None = None
    person: int | None = None
    rights: frozenset[Action] | None = None
    portfolio: int | None = None

    @property
    def scope(self) -> str:
        """What this actor may see, for the keys of caches: equal scopes see the same."""
        if self.role is ActorRole.OWNER:
            seen = "everything"
        else:
            seen = f"{self.role}, {'no team' if self.team is None else f'team {self.team}'}"
        return seen if self.portfolio is None else f"{seen}, portfolio {self.portfolio} alone"

    def may(self, action: Action) -> bool:
        """Whether the role allows the action, and nothing that narrows it forbids it."""
        if self.role not in PERMISSIONS[action]:
            return False
        if self.rights is not None and action not in self.rights:
            return False
        return self.portfolio is None or action not in OF_MORE_THAN_ONE_PORTFOLIO

    def narrowed(self, rights: frozenset[Action]) -> "Actor":
        """This actor with no more than some rights."""
        kept = rights if self.rights is None else self.rights & rights
        return replace(self, rights=kept)


#: Whoever sits at this machine, while no sign-in is configured.
LOCAL_OWNER = Actor("local owner", ActorRole.OWNER)

_EVERYBODY_INVITED = frozenset({ActorRole.OWNER, ActorRole.ANALYST, ActorRole.VIEWER})
_WHO_WORKS_HERE = frozenset({ActorRole.OWNER, ActorRole.ANALYST})
_OWNERS = frozenset({ActorRole.OWNER})

#: Every action is decided here, so that a new one without a decision is an error.
PERMISSIONS: dict[Action, frozenset[ActorRole]] = {
    Action.READ: _EVERYBODY_INVITED,
    Action.IMPORT: _WHO_WORKS_HERE,
    Action.UNDO: _WHO_WORKS_HERE,
    Action.CHANGE_REGISTER: _WHO_WORKS_HERE,
    Action.MANAGE_PORTFOLIO: _WHO_WORKS_HERE,
    Action.DELETE_PORTFOLIO: _OWNERS,
    Action.SAVE_PORTFOLIO: _WHO_WORKS_HERE,
    Action.ADD_ALIAS: _WHO_WORKS_HERE,
    Action.REMOVE_ALIAS: _WHO_WORKS_HERE,
    Action.STATE_OWN_FACT: _WHO_WORKS_HERE,
    Action.REMOVE_OWN_FACT: _WHO_WORKS_HERE,
    Action.ADD_SIGNAL: _WHO_WORKS_HERE,
    Action.SET_ASSUMPTION: _WHO_WORKS_HERE,
    Action.SET_LIMIT: _WHO_WORKS_HERE,
    Action.REMEMBER_WATCH: _WHO_WORKS_HERE,
    Action.RECORD_DECISION: _WHO_WORKS_HERE,
    Action.RECORD_DRILL: _WHO_WORKS_HERE,
    Action.JUDGE: _WHO_WORKS_HERE,
    Action.READ_AUDIT: _OWNERS,
    Action.MANAGE_PEOPLE: _OWNERS,
    Action.ASSIGN_TEAM: _OWNERS,
    Action.BACK_UP: _OWNERS,
    Action.RESTORE: _OWNERS,
    Action.MAKE_SHARE: _WHO_WORKS_HERE,
    Action.REVOKE_SHARE: _WHO_WORKS_HERE,
    Action.READ_SHARES: _WHO_WORKS_HERE,
    Action.SET_SHARING: _OWNERS,
    Action.DECIDE_CORRECTION: _WHO_WORKS_HERE,
    Action.STORE_SCORES: _WHO_WORKS_HERE,
    Action.STATE_FUND: _WHO_WORKS_HERE,
    Action.PREPARE_FILING: _WHO_WORKS_HERE,
    Action.PACK_FILING: _WHO_WORKS_HERE,
    Action.STATE_CONTRACT: _WHO_WORKS_HERE,
    Action.KEEP_FORECAST: _WHO_WORKS_HERE,
    Action.SETTLE_FORECAST: _WHO_WORKS_HERE,
    Action.NOTE_LOSS: _WHO_WORKS_HERE,
    Action.IMPORT_INCIDENTS: _WHO_WORKS_HERE,
    Action.MAKE_TOKEN: _WHO_WORKS_HERE,
    Action.REVOKE_TOKEN: _WHO_WORKS_HERE,
    Action.READ_TOKENS: _WHO_WORKS_HERE,
    Action.SUBSCRIBE: _WHO_WORKS_HERE,
}

#: What changes or shows more than one portfolio, so that whoever has one alone does not get it.
OF_MORE_THAN_ONE_PORTFOLIO = frozenset(
    {
        *(Action.ADD_ALIAS, Action.REMOVE_ALIAS, Action.STATE_OWN_FACT, Action.REMOVE_OWN_FACT),
        *(Action.ADD_SIGNAL, Action.IMPORT_INCIDENTS, Action.SET_SHARING, Action.READ_AUDIT),
        *(Action.MANAGE_PEOPLE, Action.ASSIGN_TEAM, Action.BACK_UP, Action.RESTORE),
        *(Action.MAKE_TOKEN, Action.REVOKE_TOKEN, Action.READ_TOKENS, Action.SUBSCRIBE),
    }
)


class NotAllowed(StoreError):
    """The actor's role, or what narrows it, does not allow the action."""


def authorize(actor: Actor, action: Action, subject: str) -> None:
    """Let the actor do this to ``subject``, or refuse.

    Raises:
        NotAllowed: the role does not allow it, or a token that narrows it; the sentence names who
            may.
    """
    if actor.may(action):
        return
    if actor.role in PERMISSIONS[action]:
        why = "That needs a token for more than one portfolio, or one of a wider scope."
        raise NotAllowed(f"{actor.name} may not {action}: {subject}. {why}")
    who = " or ".join(sorted(PERMISSIONS[action]))
    raise NotAllowed(
        f"{actor.name} ({actor.role}) may not {action}: {subject}. Ask somebody who is {who}."
    )
