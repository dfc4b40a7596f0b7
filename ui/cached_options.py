"""What pages read of choices and evidence.

Choices, drills and judgements are read anew each time, so that a change shows at once. Readiness
needs no cache of its own: it is made of the options, which :mod:`ui.cached` keeps.
"""

from db.services import decisions as decision_service
from db.services import drills as drill_service
from db.services import options as option_service
from db.services.access import PERMISSIONS, Action
from db.services.decision_results import Decision
from db.services.drills import RecordedDrill
from db.services.options import ReadyDependency
from ui import cached


def may(action: Action) -> bool:
    """Whether whoever is looking may do this; forms for others are not shown."""
    return cached.actor().role in PERMISSIONS[action]


def decisions(portfolio: str, startup: str | None = None) -> tuple[Decision, ...]:
    """Return what was decided in a portfolio or for one startup, newest first."""
    return decision_service.list_decisions(cached.store(), cached.actor(), portfolio, startup)


def drills(portfolio: str, startup: str) -> tuple[RecordedDrill, ...]:
    """Return the drills of one startup, newest first, withdrawn ones included."""
    return drill_service.list_drills(cached.store(), cached.actor(), portfolio, startup)


def readiness(portfolio: str, startup: str) -> tuple[ReadyDependency, ...]:
    """Return how ready a startup is to leave each of its providers."""
    return option_service.readiness(
        cached.store(),
        cached.actor(),
        portfolio,
        startup,
        options=cached.alternatives_of(portfolio, startup),
        today=cached.today(),
    )
