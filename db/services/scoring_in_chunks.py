"""Portfolios whose parts several processes or machines read and value.

Who works on the parts is the caller's choice (:mod:`db.chunks.workers`); the answer is the same to
the last bit.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from db.chunks.cluster import cluster
from db.chunks.parquet import parquet_parts, write_parts
from db.chunks.sources import PART_SIZE, Inputs, Part, Parted, stored_parts
from db.chunks.workers import ThisProcess, Workers
from db.engine import Store
from db.errors import Refused
from db.register.loss_columns import Read, joined
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of, load_assumptions
from db.services.hazard import ScoredHazard, hazard_for_scores
from db.services.visible import visible_portfolio
from risk.assumptions import DEFAULTS, Assumptions
from risk.loss.answer import merged, part_answer
from risk.loss.columns import ordered
from risk.loss.valuation import Valuation
from risk.loss.valuing import chunks
from risk.loss.worlds import LARGE

Result = TypeVar("Result")
Progress = Callable[[float], None]

__all__ = [
    "ThisProcess",
    "cluster",
    "valued_folder",
    "valued_in_chunks",
    "write_portfolio_parts",
]


def valued_in_chunks(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    workers: Workers,
    today: date,
    part_size: int = PART_SIZE,
    assumptions: Assumptions | None = None,
    progress: Progress | None = None,
) -> Valuation:
    """Lay out and answer a stored portfolio part by part.

    ``assumptions`` are tried this once in place of the stored ones. ``progress`` hears 0..1.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        PortfolioChanged: somebody wrote to it meanwhile.
        ClusterFailed: the workers are out of reach, or died.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    stand = assumptions or load_assumptions(store, actor, portfolio)
    return _valuation(
        _stored(store, actor, portfolio, size=part_size),
        workers,
        hazard=hazard_for_scores(store, actor, stand, today=today),
        assumptions=stand,
        today=today,
        at_once=part_size,
        progress=progress,
    )


def write_portfolio_parts(
    store: Store, actor: Actor, portfolio: str, folder: Path, *, part_size: int = PART_SIZE
) -> int:
    """Write a portfolio as a folder of Parquet files; return how many startups it has.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        PortfolioChanged: somebody wrote to it meanwhile.
        NoParts: the folder is not empty, or cannot be written.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    parted = _stored(store, actor, portfolio, size=part_size)
    return write_parts((part.records() for part in parted.parts), parted.portfolio, folder)


def valued_folder(
    store: Store,
    actor: Actor,
    folder: Path,
    *,
    workers: Workers,
    today: date,
    assumptions: Assumptions = DEFAULTS,
    progress: Progress | None = None,
) -> Valuation:
    """Lay out and answer a folder of Parquet files, on the reference facts of the store.

    Raises:
        NoParts: the folder holds no whole portfolio in parts.
        ClusterFailed: the workers are out of reach, or died.
    """
    authorize(actor, Action.READ, f"the parts in {folder}")
    return _valuation(
        parquet_parts(folder),
        workers,
        hazard=hazard_for_scores(store, actor, assumptions, today=today),
        assumptions=assumptions,
        today=today,
        progress=progress,
    )


def _stored(store: Store, actor: Actor, portfolio: str, *, size: int) -> Parted:
    if not store.view.is_whole:
        raise Refused(
            "Parts are of a whole portfolio as it is: leave the slice, the day or the cluster out."
        )
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return stored_parts(session, store, found, assumptions_of(session, found.id), size=size)


def _valuation(
    parted: Parted,
    workers: Workers,
    *,
    hazard: ScoredHazard,
    assumptions: Assumptions,
    today: date,
    at_once: int = PART_SIZE,
    progress: Progress | None = None,
) -> Valuation:
    """Lay out and answer a portfolio by its parts."""
    named = parted.startups <= LARGE
    inputs = Inputs(catalog=hazard.catalog, assumptions=assumptions, today=today, named=named)
    tell = _Telling(progress, steps=len(parted.parts) + max(1, -(-parted.startups // at_once)))
    begun = workers.each(_read, parted.parts, workers.share(inputs))
    read = joined(tell.heard(workers.value(one)) for one in begun)
    workers.forget(begun)
    found = Valuation(
        portfolio=parted.portfolio.name,
        invented=parted.portfolio.invented,
        members=read.members,
        columns=ordered(read.columns),
        catalog=hazard.catalog,
        assumptions=assumptions,
        today=today,
        before_signals=hazard.before_signals,
        asked=read.asked,
    )
    setting, exposures = found.setting, found.book.exposures
    pieces = [one for _, one in chunks(exposures, at_once)]
    begun = workers.each(part_answer, pieces, workers.share(setting))
    found.keep(merged([tell.heard(workers.value(one)) for one in begun], setting))
    workers.forget(begun)
    return found


def _read(part: Part, inputs: Inputs) -> Read:
    return part.read(inputs)


class _Telling:
    """Tells how much is done."""

    def __init__(self, progress: Progress | None, *, steps: int) -> None:
        self.progress = progress
        self.steps = steps
        self.done = 0

    def heard(self, result: Result) -> Result:
        """Pass a result on, and say so."""
        self.done += 1
        if self.progress:
            self.progress(self.done / self.steps)
        return result
