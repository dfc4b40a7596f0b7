"""What a visit may see: a snapshot as it was frozen, or today's data with its maker's rights."""

import json
from collections import OrderedDict
from datetime import date
from threading import Lock

from db.engine import Store
from db.errors import PortfolioNotFound, Refused, ShareNotAvailable
from db.services.access import NotAllowed
from db.services.portfolios import list_portfolios
from db.services.share_contents import Frozen, Wanted, frozen_content, snapshot_of
from db.services.share_visits import Visit
from db.services.shares import ShareKind
from db.sharing.presets import preset_of
from db.sharing.proposals import correctable
from db.sharing.scenario_content import stored_scenario
from risk.alternatives.options import StartupNotFound
from risk.scenarios.event import UnknownRoot
from ui.share_views import narrow_of
from ui.shared.rendering import SharedPage

_KEPT = 16
_calculated: OrderedDict[tuple[object, ...], Frozen] = OrderedDict()
_lock = Lock()


def page_of(store: Store, visit: Visit, *, today: date) -> SharedPage:
    """Return the page of a visit.

    Raises:
        ShareNotAvailable: what a live link showed is gone, is no longer its maker's to show, or
            leaves out what no preset leaves out any more.
    """
    is_snapshot = visit.kind is ShareKind.SNAPSHOT
    frozen = snapshot_of(store, visit.share) if is_snapshot else _live(store, visit, today)
    content = json.loads(frozen.text)
    return SharedPage(
        share=visit.share,
        content=content,
        text=frozen.text,
        digest=frozen.digest if is_snapshot else None,
        made_at=visit.made_at,
        expires_at=visit.expires_at,
        correctable=is_snapshot and bool(correctable(content)),
    )


def _live(store: Store, visit: Visit, today: date) -> Frozen:
    """Calculate what a live link shows, unless the same data were calculated before."""
    try:
        wanted = Wanted(
            portfolio=visit.portfolio,
            startup=visit.startup,
            scenario=stored_scenario(visit.view),
            preset=preset_of(visit.redacted),
            today=today,
        )
        known = list_portfolios(store, visit.maker)
        revision = next((one.revision for one in known if one.name == visit.portfolio), None)
        key = (store.url, visit.share, revision, visit.maker, wanted)
        with _lock:
            found = _calculated.get(key)
        if found is None:
            found = frozen_content(
                store, visit.maker, wanted, narrow=narrow_of(visit.view), live=True
            )
            with _lock:
                _calculated[key] = found
                while len(_calculated) > _KEPT:
                    _calculated.popitem(last=False)
    except (PortfolioNotFound, StartupNotFound, UnknownRoot, NotAllowed, Refused):
        raise ShareNotAvailable from None
    return found
