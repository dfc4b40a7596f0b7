"""A plan's options as plain arrays, for any number of startups."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class PlanArrays:
    """Options of dependencies, those of dependency i from ``start[i]`` on, staying first.

    By option (options,): ``value`` is what it costs and loses more than staying, USD a year, with
    the price of its tail; ``first_year`` USD; ``weeks`` of engineers; ``pool`` whose room it needs
    (-1: nobody's); ``developer`` on whom the work stands. By dependency (dependencies,), those of a
    startup and of a group one after the other: ``volume`` USD a month, ``margin`` as a share of
    all, ``startup``, and ``group`` of those of which one may change (-1: none). ``room`` (pools,)
    and ``spare`` (startups,) weeks are what there is, infinite where nothing limits.
    """

    start: Integers
    value: Array
    first_year: Array
    weeks: Array
    pool: Integers
    developer: Integers
    volume: Array
    margin: Array
    startup: Integers
    group: Integers
    room: Array
    spare: Array
    developers: int

    def keeping(self, keep: NDArray[np.bool_]) -> tuple["PlanArrays", Integers]:
        """The same with some options alone, one at least of each dependency, and which these are.

        The first option that a dependency keeps is the one to which it goes back.
        """
        columns = np.flatnonzero(keep)
        counts = np.bincount(self.owner[columns], minlength=len(self.volume))
        by_option = ("value", "first_year", "weeks", "pool", "developer")
        part = {name: getattr(self, name)[columns] for name in by_option}
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return replace(self, start=start, **part), columns.astype(np.int64)

    @property
    def owner(self) -> Integers:
        """The dependency of every option, (options,)."""
        return np.repeat(np.arange(len(self.volume)), np.diff(self.start))
