"""Peers that compute on arrays: NumPy, a sparse matrix, and one fused loop compiled by numba."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer_inputs import PeerAnswer, PeerInputs, no_losses

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Hit exposures in memory at a time, where each has a row.
MOST_PAIRS = 8_000_000
#: The same for pieces that should stay in the processor's cache.
CACHED = 60_000


def numpy_arrays(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """Pattern by pattern: an array of its exposures by the occurrences, in pieces for the cache."""
    members = _members_of_patterns(inputs)

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        stop = inputs.year_start[years]
        order = np.argsort(inputs.pattern[:stop], kind="stable")
        borders = np.searchsorted(inputs.pattern[order], np.arange(inputs.shared + 1))
        for pattern in range(inputs.shared):
            hits = order[borders[pattern] : borders[pattern + 1]]
            if len(hits) and len(members[pattern].target):
                _add_pattern(found, inputs, members[pattern], hits)
        _add_rows(found, inputs, order[borders[-1] :])
        return found

    return run


def sparse_matrix(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """An impact matrix, occurrences by exposures, and its products: stands for CLIMADA's way."""
    from scipy.sparse import csr_array

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        by_exposure = np.zeros(inputs.exposures)
        for block in inputs.blocks(years, MOST_PAIRS):
            hits = np.arange(block.start, block.stop)
            occurrence, member, waiting = _pairs(inputs, hits)
            ends = np.searchsorted(occurrence, np.arange(len(hits) + 1))
            shape = (len(hits), inputs.exposures)
            damage = csr_array((waiting, inputs.exposure[member], ends), shape=shape)
            damage.data *= inputs.margin[member]
            np.minimum(damage.data, inputs.cost[member], out=damage.data)
            add_at(found.year_losses, inputs.year[hits], damage.sum(axis=1))
            by_exposure += damage.T @ np.ones(len(hits))
        add_at(found.startup_losses, inputs.startup_of_exposure, by_exposure)
        return found

    return run


def fused_loop(inputs: PeerInputs) -> Callable[[int], PeerAnswer]:
    """One loop over everything, years side by side on all processors, nothing kept in between."""
    import numba

    threads = numba.get_num_threads()
    loop = _compiled_loop()

    def run(years: int) -> PeerAnswer:
        found = no_losses(inputs, years)
        by_member = np.zeros((threads, len(inputs.cost)))
        loop(
            *(inputs.year_start[: years + 1], inputs.pattern, inputs.length),
            *(inputs.pattern_start, inputs.target, inputs.shape, inputs.target_start),
            *(inputs.margin, inputs.cost, inputs.curves, found.year_losses, by_member),
        )
        add_at(found.startup_losses, inputs.startup, by_member.sum(axis=0))
        return found

    return run


@cache
def _compiled_loop() -> Callable[..., None]:
    import numba

    @numba.njit(parallel=True, nogil=True, fastmath=True, cache=True)
    def loop(
        year_start: Any,
        pattern: Any,
        length: Any,
        pattern_start: Any,
        target: Any,
        shape: Any,
        target_start: Any,
        margin: Any,
        cost: Any,
        curves: Any,
        year_losses: Any,
        by_member: Any,
    ) -> None:
        years = len(year_losses)
        threads = len(by_member)
        for thread in numba.prange(threads):
            own = by_member[thread]
            for year in range(thread, years, threads):
                total = 0.0
                for one in range(year_start[year], year_start[year + 1]):
                    for k in range(pattern_start[pattern[one]], pattern_start[pattern[one] + 1]):
                        waiting = curves[shape[target[k]], length[one]]
                        for i in range(target_start[target[k]], target_start[target[k] + 1]):
                            loss = min(margin[i] * waiting, cost[i])
                            total += loss
                            own[i] += loss
                year_losses[year] = total

    found: Callable[..., None] = loop
    return found


class _Members(NamedTuple):
    """The exposures of one pattern: ``target`` (members,) is each one's place among its targets."""

    shape: Integers
    target: Integers
    startup: Integers
    margin: Array
    cost: Array


def _members_of_patterns(inputs: PeerInputs) -> list[_Members]:
    found = []
    for pattern in range(inputs.shared):
        own = slice(inputs.pattern_start[pattern], inputs.pattern_start[pattern + 1])
        targets = inputs.target[own]
        first, size = inputs.target_start[targets], np.diff(inputs.target_start)[targets]
        member = _stretches(first, size)
        found.append(
            _Members(
                shape=inputs.shape[targets],
                target=np.repeat(np.arange(len(targets)), size),
                startup=inputs.startup[member],
                margin=inputs.margin[member],
                cost=inputs.cost[member],
            )
        )
    return found


def _add_pattern(found: PeerAnswer, inputs: PeerInputs, own: _Members, hits: Integers) -> None:
    """Add one pattern's occurrences ``hits``."""
    step = max(1, CACHED // len(own.target))
    by_member = np.zeros(len(own.target))
    for start in range(0, len(hits), step):
        some = hits[start : start + step]
        waiting = inputs.curves[own.shape, inputs.length[some, None]]
        loss = waiting.take(own.target, axis=1)
        loss *= own.margin
        np.minimum(loss, own.cost, out=loss)
        add_at(found.year_losses, inputs.year[some], loss.sum(axis=1))
        by_member += loss.sum(axis=0)
    add_at(found.startup_losses, own.startup, by_member)


def _add_rows(found: PeerAnswer, inputs: PeerInputs, hits: Integers) -> None:
    """Add occurrences ``hits``, each with a row for every exposure."""
    occurrence, member, waiting = _pairs(inputs, hits)
    loss = np.minimum(inputs.margin[member] * waiting, inputs.cost[member])
    add_at(found.year_losses, inputs.year[hits][occurrence], loss)
    add_at(found.startup_losses, inputs.startup[member], loss)


def _pairs(inputs: PeerInputs, hits: Integers) -> tuple[Integers, Integers, Array]:
    """Every member hit in these occurrences: (pairs,) place in ``hits``, member and waiting."""
    pattern = inputs.pattern[hits]
    size = np.diff(inputs.pattern_start)[pattern]
    occurrence = np.repeat(np.arange(len(hits)), size)
    target = inputs.target[_stretches(inputs.pattern_start[pattern], size)]
    waiting = inputs.curves[inputs.shape[target], inputs.length[hits][occurrence]]
    size = np.diff(inputs.target_start)[target]
    member = _stretches(inputs.target_start[target], size)
    return np.repeat(occurrence, size), member, np.repeat(waiting, size)


def _stretches(first: Integers, size: Integers) -> Integers:
    """The numbers first, first + 1, … of each stretch, one stretch after the other."""
    ends = np.cumsum(size)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(first - ends + size, size)


def add_at(sums: Array, place: Integers, values: Array) -> None:
    """Add values where they belong; a place may come several times."""
    sums += np.bincount(place, weights=values, minlength=len(sums))
