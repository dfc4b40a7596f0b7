"""Who may do what: every public service asks :func:`authorize` before it touches the store."""

from dataclasses import dataclass
from enum import StrEnum

from db.errors import StoreError


class ActorRole(StrEnum):
    """What somebody is to this store; ``NONE`` until an owner says otherwise."""

    OWNER = "owner"
    ANALYST = "analyst"
    VIEWER = "viewer"
    NONE = "none"


class Action(StrEnum):
    """Everything that can be done to the store."""

    READ = "read"
    IMPORT = "import"
    UNDO = "undo"
    SAVE_PORTFOLIO = "save portfolio"
    ADD_ALIAS = "add alias"
    REMOVE_ALIAS = "remove alias"
    ADD_SIGNAL = "add signal"
    SET_ASSUMPTION = "set assumption"
    RECORD_DECISION = "record decision"
    READ_AUDIT = "read audit"


@dataclass(frozen=True)
class Actor:
    """Somebody who uses the store."""

    name: str
    role: ActorRole


#: Whoever sits at this machine, while no sign-in is configured.
LOCAL_OWNER = Actor("local owner", ActorRole.OWNER)

_EVERYBODY_INVITED = frozenset({ActorRole.OWNER, ActorRole.ANALYST, ActorRole.VIEWER})
_WHO_WORKS_HERE = frozenset({ActorRole.OWNER, ActorRole.ANALYST})

#: Every action is decided here, so that a new one without a decision is an error.
PERMISSIONS: dict[Action, frozenset[ActorRole]] = {
    Action.READ: _EVERYBODY_INVITED,
    Action.IMPORT: _WHO_WORKS_HERE,
    Action.UNDO: _WHO_WORKS_HERE,
    Action.SAVE_PORTFOLIO: _WHO_WORKS_HERE,
    Action.ADD_ALIAS: _WHO_WORKS_HERE,
    Action.REMOVE_ALIAS: _WHO_WORKS_HERE,
    Action.ADD_SIGNAL: _WHO_WORKS_HERE,
    Action.SET_ASSUMPTION: _WHO_WORKS_HERE,
    Action.RECORD_DECISION: _WHO_WORKS_HERE,
    Action.READ_AUDIT: frozenset({ActorRole.OWNER}),
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
