"""What the maker of a link may do today: a link never outlives its maker's rights."""

from sqlalchemy.orm import Session

from db.records import ShareLinkRecord
from db.services.access import Action, Actor, NotAllowed, authorize
from db.services.people import actor_numbered
from db.services.visible import sees


def present_maker(session: Session, link: ShareLinkRecord | None) -> Actor | None:
    """Return the maker of a link as they stand now; None if they could not make it today."""
    maker = actor_numbered(session, link.made_by_person if link else None)
    try:
        authorize(maker, Action.MAKE_SHARE, "a link made before")
    except NotAllowed:
        return None
    return maker if sees(session, maker, link.portfolio_id if link else -1) else None
