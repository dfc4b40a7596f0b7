"""What pages read about share links. Read anew each time: an ended link must show at once."""

from db.services import corrections as correction_service
from db.services import share_lists, share_rules
from db.services.corrections import Correction
from db.services.shares import Share, ShareOpen
from ui import cached
from ui.cached import actor


def longest_days() -> int:
    """Return how many days a link may live at most."""
    return share_rules.longest_share_days(cached.store(), actor())


def shares() -> tuple[Share, ...]:
    """Every link to a portfolio that the reader sees, newest first."""
    return share_lists.list_shares(cached.store(), actor())


def opens(share: int) -> tuple[ShareOpen, ...]:
    """Who opened a link, newest first."""
    return share_lists.list_opens(cached.store(), actor(), share)


def corrections() -> tuple[Correction, ...]:
    """What readers of links proposed, newest first."""
    return correction_service.list_corrections(cached.store(), actor())
