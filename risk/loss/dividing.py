"""Startups divided into what they depend on: one row for each dependency that stands alone.

A use case that needs all or any of several dependencies stays whole. Every row keeps the facts and
the draws of its startup and its share of the revenue from AI, so that the losses of rows add up to
those of their startups exactly.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.exposures import LEVELS, Exposures

Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Divided:
    """The parts of some startups.

    Of each row of ``exposures`` ``owner`` (rows,) is the place of its startup, ``case`` that of its
    use case and ``link`` that of its (first) dependency.
    """

    exposures: Exposures
    owner: Places
    case: Places
    link: Places

    def added(self, values: NDArray[np.float64], startups: int) -> NDArray[np.float64]:
        """Values of rows (rows, …) added up by startup (startups, …)."""
        found = np.zeros((startups, *values.shape[1:]))
        np.add.at(found, self.owner, values)
        return found


def apart(one: Exposures) -> tuple[Exposures, Places, Places]:
    """Startups with a use case for each dependency that stands alone.

    And of each such use case the place of the whole one, and of its (first) dependency.
    """
    sizes = np.diff(one.link_start)
    case_of_link = np.repeat(np.arange(len(sizes)), sizes)
    begins = one.combination[case_of_link] < 0
    begins[one.link_start[:-1][sizes > 0]] = True
    link = np.flatnonzero(begins)
    case = case_of_link[link]
    cases: dict[str, Any] = {name: getattr(one, name)[case] for name in LEVELS["case"]}
    found = replace(
        one,
        **cases,
        case_start=np.searchsorted(case, one.case_start).astype(np.int32),
        link_start=np.append(link, len(case_of_link)).astype(np.int32),
    )
    return found, case, link


def divided(one: Exposures) -> Divided:
    """The parts of some startups, in the order of their dependencies."""
    found, case, link = apart(one)
    owner = np.repeat(np.arange(len(one)), np.diff(found.case_start))
    firms: dict[str, Any] = {name: getattr(one, name)[owner] for name in LEVELS["startup"]}
    start = np.arange(len(link) + 1, dtype=np.int32)
    return Divided(
        exposures=replace(found, **firms, case_start=start), owner=owner, case=case, link=link
    )
