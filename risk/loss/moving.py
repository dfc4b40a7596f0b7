"""Days that taking dependencies elsewhere takes, in every world.

They depend on what is to be built again, on the engineers who can do it and on what the law asks;
unknown facts are drawn as in every answer. docs/method.md §3.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss import draws, formulas, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.margins import worlds_read
from risk.loss.startups import DAYS_OTHER, DAYS_SAME, FIRM, TERMS, World, firm_of, terms_of
from risk.loss.valuing import in_threads
from risk.loss.worlds import Worlds

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: What the loop calls.
STEPS = (*draws.STEPS, *formulas.STEPS, *startups.STEPS)
#: Days to another developer, and to another model of the same one, by place.
OTHER, SAME = 0, 1


def days_to_move(exposures: Exposures, worlds: Worlds, links: Places) -> Array:
    """Days to move some dependencies, (links, 2, worlds): OTHER and SAME.

    ``links`` are places of dependencies in rising order.
    """
    count = worlds_read(exposures, worlds)
    found = np.zeros((len(links), 2, count))
    owner = np.searchsorted(exposures.link_start[exposures.case_start], links, side="right") - 1
    wanted, loop = (links.astype(np.int64), owner.astype(np.int64)), compiled(move_links, *STEPS)

    def part(numbers: list[int]) -> None:
        space = np.zeros(TERMS), np.zeros(FIRM)
        for k in numbers:
            loop(exposures.chunk(k), worlds.at(k), k, wanted, space, found)

    in_threads(part, list(range(count)))
    return found


def move_links(chunk: Any, world: World, number: int, wanted: Any, space: Any, found: Any) -> None:
    """Fill in the days of one world, (links, 2, worlds)."""
    links, owner = wanted
    terms, firm = space
    known = -1
    for place in range(len(links)):
        if owner[place] != known:
            known = owner[place]
            firm_of(chunk, known, world, firm)
        terms_of(chunk, links[place], 0.0, firm, world, terms)
        found[place, 0, number] = terms[DAYS_OTHER]
        found[place, 1, number] = terms[DAYS_SAME]
