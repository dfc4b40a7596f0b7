"""The developer whose end would cost a portfolio most, and what a model's end costs one startup.

Both are stress tests of which only the totals are worked out: the same figures as in
:mod:`risk.scenarios.stress`, in a fraction of its time.
"""

from collections.abc import Sequence

import numpy as np

from risk.catalog.failure_kinds import FailureKind
from risk.loss.components import HIGH as TOLD_HIGH
from risk.loss.components import LOW as TOLD_LOW
from risk.loss.components import MEDIAN as TOLD_MEDIAN
from risk.loss.uncertainty import HIGH, LOW
from risk.loss.valuation import Valuation
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.results import Ending, Interval
from risk.portfolio.structure import dependence_of
from risk.portfolio.week import AtStake
from risk.scenarios.event import UnknownRoot
from risk.scenarios.happening import happening_of, mean_of, struck
from risk.scenarios.results import Scenario

#: Developers that are tried: those on whom most margin depends.
MOST_TRIED = 5


def worst_ending(valuation: Valuation) -> Ending | None:
    """The wind-down of a developer that would cost most together; None: nobody would lose by any.

    Of very many developers those on whom most margin depends are tried.
    """
    found = [one for name in _largest(valuation) if (one := ending_of(valuation, name)) is not None]
    return max(found, key=lambda one: one.median_usd, default=None)


def ending_of(valuation: Valuation, developer: str) -> Ending | None:
    """What all lose together if a developer winds down; None where nobody loses anything.

    Raises:
        UnknownRoot: nothing in the catalogue or the register has this name.
    """
    scenario = Scenario(id="wind_down", title="", root=developer, kind=FailureKind.WIND_DOWN)
    told = struck(happening_of(valuation, scenario), valuation.book.exposures)
    lost = mean_of(told.told)
    hit = int((lost > 0).sum())
    if not hit:
        return None
    low, median, high = np.quantile(told.totals, [LOW, 0.5, HIGH]).tolist()
    return Ending(
        provider=developer,
        startups=hit,
        median_usd=median,
        interval=Interval(low=low, high=high),
    )


def _largest(valuation: Valuation) -> list[str]:
    """The developers of the catalogue on whom most margin depends, most first."""
    margin: dict[str, float] = {}
    for (developer, _), usd in dependence_of(valuation).by_pair.items():
        if developer in valuation.catalog.providers:
            margin[developer] = margin.get(developer, 0.0) + usd
    return sorted(margin, key=lambda one: (-margin[one], one))[:MOST_TRIED]


def at_stake(valuation: Valuation, deadlines: Sequence[Deadline]) -> dict[Deadline, AtStake]:
    """What the end of a model costs whoever begins to move today, by its deadline.

    Contracts that only renew cost nothing in the model and are left out.
    """
    nodes = valuation.worlds.hazards.chain.graph.nodes
    ends: dict[tuple[str, int], list[Deadline]] = {}
    for one in deadlines:
        if one.kind is DeadlineKind.RETIREMENT and one.model is not None:
            at_host = f"{one.model} at {one.host}"  # where a host ends it by itself
            root = at_host if at_host in nodes else one.model
            ends.setdefault((root, max(one.days_left, 0)), []).append(one)
    found: dict[Deadline, AtStake] = {}
    for (root, notice), ending in ends.items():
        scenario = Scenario(
            id="ends", title="", root=root, kind=FailureKind.MODEL_RETIREMENT, notice_days=notice
        )
        try:
            happening = happening_of(valuation, scenario)
        except UnknownRoot:
            continue
        places = [valuation.members.place[one.startup] for one in ending]
        hit = struck(happening, valuation.book.exposures.taken(np.array(places, dtype=np.int64)))
        for row, figures in zip(hit.rows.tolist(), hit.told, strict=True):
            reach = Interval(low=float(figures[TOLD_LOW]), high=float(figures[TOLD_HIGH]))
            found[ending[row]] = AtStake(usd=float(figures[TOLD_MEDIAN]), interval=reach)
    return found
