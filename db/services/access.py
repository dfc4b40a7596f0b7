"""Rights: every public service asks :func:`authorize` before it touches the store.

Which portfolios somebody may do it to is asked of :mod:`db.services.visible`.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Actor:
    """Somebody who uses the store.

    ``team`` None: of no team, who sees what belongs to no team. ``person`` is the number under
    which :mod:`db.services.people` keeps whoever signed in; None: nobody signed in.
    """

    name: str
    role: ActorRole
    team: str | None = None
    person: int | None = None

    @property
    def scope(self) -> str:
        """What this actor may see, for the keys of caches: equal scopes see the same."""
        if self.role is ActorRole.OWNER:
            return "everything"
        return f"{self.role}, {'no team' if self.team is None else f'team {self.team}'}"


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
}


class NotAllowed(StoreError):
    """The actor's role does not allow the action."""


def authorize(actor: Actor, action: Action, subject: str) -> None:
    """Let the actor do this to ``subject``, or refuse.

    Raises:
        NotAllowed: the role does not allow it; the sentence names who may.
    """
    if actor.role in PERMISSIONS[action]:
        return
    who = " or ".join(sorted(PERMISSIONS[action]))
    raise NotAllowed(
        f"{actor.name} ({actor.role}) may not {action}: {subject}. Ask somebody who is {who}."
    )
