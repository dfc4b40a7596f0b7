"""Sharing of costs among the use cases of a startup that take the same option. docs/method.md §6.

A gateway is built once and a contract signed once, however many use cases stand behind it, and what
is built in as deeply on the same endpoint is ported once, as when it is left at once in a
disruption. How many share is found as if each use case took what is best for it: first all that are
offered an option share it, then those alone for whom it is still the best at that price, until
nobody else drops out. So a cost is divided by those who would pay it, never by more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.costs import CLASSES, COST_PARTS, Costs, Terms
from risk.alternatives.results import CostPart, OptionClass
from risk.alternatives.variants import Variants
from risk.loss.uncertainty import mean_over_worlds

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: What options are told apart by where they share what is built or signed once.
_GATEWAY, _OWN = CLASSES.index(OptionClass.GATEWAY), CLASSES.index(OptionClass.SELF_HOST)
_CONTRACT = CLASSES.index(OptionClass.CONTRACT)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What decides which option each dependency takes, (options,) each.

    ``costs`` are those of every option alone, ``loss`` USD a year that it leaves, the tail with its
    price, ``allowed`` whether it may be taken. ``owner`` is the dependency, ``stay`` the option to
    stay; one-off costs are spread over ``years``.
    """

    costs: Costs
    loss: Array
    allowed: NDArray[np.bool_]
    owner: Integers
    stay: Integers
    years: float

    def taken(self, once: Array) -> NDArray[np.bool_]:
        """The cheapest option of every dependency at some one-off costs, the first of equals."""
        run = mean_over_worlds(self.costs.run)
        dearer = np.maximum(0.0, np.nan_to_num(run - run[self.stay]))
        total = np.where(self.allowed, once / self.years + dearer + self.loss, np.inf)
        # Where staying ends, no option is compared with it.
        worse = self.allowed[self.stay] & (self.loss > self.loss[self.stay])
        total = np.where(worse, np.inf, total)
        order = np.lexsort((total, self.owner))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = self.owner[order][1:] != self.owner[order][:-1]
        found = np.zeros(len(order), dtype=np.bool_)
        found[order[first]] = True
        return found


def sharers(worth: Worth, porting: Integers, building: Integers) -> tuple[Array, Array]:
    """How many use cases share the porting and the building of each option, (options,) each.

    ``porting`` and ``building`` (options,) say which options share; both are 1 at least.
    """
    parts = mean_over_worlds(np.moveaxis(worth.costs.parts, 0, 1))
    places = {one: COST_PARTS.index(one) for one in CostPart}
    ported = parts[places[CostPart.PORTING]]
    built = parts[places[CostPart.BUILDING]] + parts[places[CostPart.NEGOTIATION]]
    rest = parts.sum(axis=0) - ported - built

    def among(groups: Integers, chosen: NDArray[np.bool_]) -> Array:
        return np.maximum(1.0, np.bincount(groups, chosen, minlength=len(groups)))[groups]

    porters, builders = among(porting, worth.allowed), among(building, worth.allowed)
    while True:
        taken = worth.taken(rest + ported / porters + built / builders)
        fewer = np.minimum(porters, among(porting, taken))
        least = np.minimum(builders, among(building, taken))
        if np.array_equal(fewer, porters) and np.array_equal(least, builders):
            return porters, builders
        porters, builders = fewer, least


def groups_of(variants: Variants, rows: Integers, terms: Terms) -> tuple[Integers, Integers]:
    """Which options share their porting, and which what is built or signed once, (options,) each.

    Porting is shared by use cases of a startup that are built in as deeply on the same endpoint and
    take the same option; a gateway by all of a startup's, machines of one's own by those that run
    the same model, a contract by those of one provider. Where nobody said how deeply a dependency
    is built in, its porting is its own.
    """
    changes, base = variants.changes, variants.base
    link, kind = changes.link[rows], terms.kind
    known: dict[object, int] = {}
    today = np.array(
        [known.setdefault(one.endpoint, len(known)) for one in variants.book.routes], dtype=np.int64
    )[base.route[link]]
    served = np.array(
        [known.setdefault(one.endpoint.service, len(known)) for one in variants.book.routes]
    )[base.route[link]]
    deep, firm, alone = base.depth[link], variants.startup[rows], np.arange(len(rows))
    second = np.where(kind == _GATEWAY, changes.backup[rows], changes.endpoint[rows])
    porting = (firm, today, deep, kind, second, np.where(deep < 0, alone, -1))
    of = np.select([kind == _OWN, kind == _CONTRACT], [changes.endpoint[rows], served], -1)
    single = np.isin(kind, (_GATEWAY, _OWN, _CONTRACT))
    building = (firm, kind, of, terms.agreements, np.where(single, -1, alone))
    return _numbered(*porting), _numbered(*building)


def _numbered(*columns: NDArray[np.generic]) -> Integers:
    """The number of every row among the different ones."""
    table = np.column_stack([one.astype(np.float64) for one in columns])
    return np.unique(table, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
