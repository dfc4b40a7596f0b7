"""Lines of business by row: each dependency that stands alone, or all of a combination together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.loss.exposures import Exposures

Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of some startups, in the order of their dependencies.

    ``row`` (dependencies,) is the place of each one's line. Of each line ``owner`` (lines,) is the
    place of its startup, ``case`` that of its use case and ``link`` that of its (first) dependency.
    """

    row: Places
    owner: Places
    case: Places
    link: Places

    def added(self, values: NDArray[np.float64], startups: int) -> NDArray[np.float64]:
        """Values of lines (lines, …) added up by startup (startups, …)."""
        found = np.zeros((startups, *values.shape[1:]))
        np.add.at(found, self.owner, values)
        return found


def lines_of(one: Exposures) -> Lines:
    """The lines of some startups."""
    of_case = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    case_of_link = np.repeat(np.arange(len(of_case)), np.diff(one.link_start))
    first = np.arange(len(case_of_link)) == one.link_start[:-1][case_of_link]
    begins = (one.combination[case_of_link] < 0) | first
    link = np.flatnonzero(begins)
    case = case_of_link[link]
    return Lines(row=np.cumsum(begins) - 1, owner=of_case[case], case=case, link=link)


def startup_of_link(one: Exposures) -> Places:
    """The place of each dependency's startup, (dependencies,)."""
    of_case = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    return np.asarray(np.repeat(of_case, np.diff(one.link_start)))
