"""What must be known of a startup to follow it through a year, falter by falter."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.exposure.numbers import DAYS_PER_YEAR, DependencyNumbers
from risk.exposure.promises import promises_of, queue_days
from risk.exposure.vulnerability import switch_terms
from risk.inventory.records import Requirement
from risk.portfolio.book import Book, Member

#: Falters after which the dependency is moved to another provider, and stays there.
LEAVING_KINDS = (FalterKind.ACCESS_CUT, FalterKind.ACQUISITION, FalterKind.WIND_DOWN)
#: These and retirements, after which it is moved to another model of the same developer.
MOVING_KINDS = (*LEAVING_KINDS, FalterKind.MODEL_RETIREMENT)
#: Cash that lasts less long by the startup's own plan is no matter of falters.
MONTHS_IN_YEAR = 12.0


@dataclass(frozen=True, kw_only=True)
class Dependent:
    """One startup, followed through a year.

    ``lines`` are the dependency keys that stand or fall together: each by itself where a workload
    is shared out, all of a use case where it needs every or any one of them. ``moving_days`` is
    the time to leave after a permanent falter of each kind, queue included, by dependency key.
    ``margin_usd_per_day`` is all of its gross profit; None stands for unknown cash or burn.
    """

    lines: tuple[tuple[str, ...], ...]
    moving_days: Mapping[str, Mapping[FalterKind, float]]
    margin_usd_per_day: float
    cash_usd: float | None
    burn_usd_per_month: float | None

    @property
    def lasts_the_year(self) -> bool:
        """True if cash and burn are known and the cash is not planned to end within 12 months."""
        if self.cash_usd is None or self.burn_usd_per_month is None or self.cash_usd <= 0:
            return False
        return self.cash_usd >= MONTHS_IN_YEAR * self.burn_usd_per_month


def dependents(book: Book, assumptions: Assumptions) -> dict[str, Dependent]:
    """Every startup of the book by name; unknown facts at the mean of their draws."""
    return {one.startup.name: _dependent(one, assumptions) for one in book.members}


def _dependent(member: Member, assumptions: Assumptions) -> Dependent:
    lines: list[tuple[str, ...]] = []
    moving: dict[str, Mapping[FalterKind, float]] = {}
    for case in member.numbers.use_cases:
        keys = tuple(one.dependency.key for one in case.dependencies)
        shared = case.requirement is Requirement.SHARED
        lines.extend([(key,) for key in keys] if shared else [keys])
        for one in case.dependencies:
            moving[one.dependency.key] = _moving_days(one, assumptions)
    startup = member.startup
    return Dependent(
        lines=tuple(lines),
        moving_days=moving,
        margin_usd_per_day=float(np.mean(member.numbers.gross_profit_usd)) / DAYS_PER_YEAR,
        cash_usd=startup.cash_usd,
        burn_usd_per_month=startup.monthly_burn_usd,
    )


def _moving_days(
    numbers: DependencyNumbers, assumptions: Assumptions
) -> Mapping[FalterKind, float]:
    promises = promises_of(numbers.dependency)
    return {
        kind: float(np.mean(switch_terms(numbers, kind, assumptions).days))
        + queue_days(kind, promises, assumptions)
        for kind in MOVING_KINDS
    }
