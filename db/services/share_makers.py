"""What the maker of a link may do today: a link never outlives its maker's rights."""

from sqlalchemy.orm import Session

from db.engine import Store
from db.services.access import LOCAL_OWNER, Actor, ActorRole


def present_maker(session: Session, store: Store, name: str) -> Actor:
    """Return the maker of a link with the role that they have now; whoever is gone has none."""
    if name == LOCAL_OWNER.name:
        return LOCAL_OWNER
    return Actor(name, ActorRole.NONE)
