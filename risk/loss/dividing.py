"""Startups divided into what they depend on: one row for each dependency that stands alone.

A use case that needs all or any of several dependencies stays whole. Every row keeps the facts and
the draws of its startup and its share of the revenue from AI, so that the losses of rows add up to
those of their startups exactly.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.exposures import Exposures

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


def divided(one: Exposures) -> Divided:
    """The parts of some startups, in the order of their dependencies."""
    of_case = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    sizes = np.diff(one.link_start)
    case_of_link = np.repeat(np.arange(len(of_case)), sizes)
    place = np.arange(len(case_of_link))
    whole = one.combination[case_of_link] >= 0
    first = place == one.link_start[:-1][case_of_link]
    begins = ~whole | first
    link = np.flatnonzero(begins)
    case = case_of_link[link]
    owner = of_case[case]
    counts = np.diff(np.append(link, len(case_of_link)))
    firms = {
        name: getattr(one, name)[owner]
        for name in (
            *("row", "country", "revenue", "gross_margin", "ai_share", "engineers", "cash"),
            *("burn", "backed", "spent", "revenue_age", "margin_age", "ai_share_age"),
            *("engineers_age", "answered", "answered_age"),
        )
    }
    cases = {
        name: getattr(one, name)[case]
        for name in (
            *("case_row", "requirement", "criticality", "weight", "combination", "case_age"),
        )
    }
    starts: dict[str, Any] = {
        "case_start": np.arange(len(link) + 1, dtype=np.int32),
        "link_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
    }
    return Divided(
        exposures=replace(one, **firms, **cases, **starts), owner=owner, case=case, link=link
    )
