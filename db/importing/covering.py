"""The part of a portfolio that a file is complete for: what it does not name there has ended."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np

from risk.inventory.columns import header_key
from risk.inventory.intake_results import Question
from risk.inventory.mapping import CONSTANT
from risk.inventory.rejects import own_columns
from risk.inventory.rows import Indices

#: The question what a file is complete for, as ``--assume`` answers it.
COMPLETE_FOR = "complete_for"


class Covers(StrEnum):
    """What a file is complete for."""

    NOTHING = "nothing"
    SOURCE = "source"
    STARTUP = "startup"
    PORTFOLIO = "portfolio"


#: The choices in the order in which they are offered; the first is suggested.
CHOICES = (Covers.SOURCE, Covers.PORTFOLIO, Covers.STARTUP, Covers.NOTHING)


@dataclass(frozen=True, kw_only=True, eq=False)
class Covering:
    """What a file is complete for, and the day that it is of; ``said``: somebody said what.

    ``series`` are the batches in force of files with the same headers, and ``spoken`` the numbers
    of the rows that they speak of, by table. ``spared`` are keys of startups about which a line
    could not be read: nothing of theirs ends. None: it is not known whom such lines are about.
    """

    covers: Covers
    day: date
    said: bool = True
    series: Set[int] = frozenset()
    spoken: Mapping[str, Indices] = field(default_factory=dict)
    spared: Set[str] | None = frozenset()

    @property
    def ends(self) -> bool:
        """Whether anything that the file does not name ends."""
        return self.covers is not Covers.NOTHING and self.spared is not None

    def is_spoken(self, table: str, numbers: Indices) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which rows of a table earlier files with the same headers spoke of."""
        return np.isin(numbers, self.spoken.get(table, np.zeros(0, np.int64)))


def added_on(day: date) -> Covering:
    """A file that only adds, of some day; nobody said so."""
    return Covering(covers=Covers.NOTHING, day=day, said=False)


def header_set(header: Iterable[str]) -> frozenset[str]:
    """What two files must share to be read alike: their headers in any order and spelling.

    The columns that a reject file puts before the file's own do not count, nor do constants.
    """
    names = [name for name in header if name and not name.startswith(CONSTANT)]
    return frozenset(map(header_key, names[len(own_columns(names)) :]))


def question(*, records: int, facts: int) -> Question:
    """Ask what a file is complete for that leaves out records and facts of earlier ones."""
    parts = [
        f"{count:,} {what}{'' if count == 1 else 's'}"
        for count, what in ((records, "record"), (facts, "fact"))
        if count
    ]
    which = " and ".join(parts)
    return Question(
        code=COMPLETE_FOR,
        question=(
            f"Earlier files with these columns stated {which} that this one leaves out. What is it "
            "complete for? There, what it leaves out has ended, or is unknown again. The answer is "
            "remembered."
        ),
        choices=tuple(CHOICES),
    )
