"""Scores of portfolios that are taken in parts: large ones, and on several machines.

Who works on the parts is the caller's choice (:mod:`db.parts.workers`); the answer is the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from db.engine import Store
from db.errors import Refused, TooLarge
from db.metrics import SCORING
from db.parts.cluster import cluster
from db.parts.parquet import parquet_parts, startups_in, write_parts
from db.parts.sources import PART_SIZE, Part, Parted, stored_parts
from db.parts.workers import ThisProcess, Workers
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of, load_assumptions
from db.services.hazard import catalog_for_scores
from db.services.visible import visible_portfolio
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.exposure.results import StartupAssessment
from risk.portfolio.results import DependenceShare, PortfolioAssessment
from risk.portfolio.shards import (
    ShardScore,
    ShardShares,
    ShardSums,
    answer_of_shards,
    law_of_shards,
    score_shard,
    share_of_shard,
    year_of_shards,
)
from risk.portfolio.survey import Ground, Survey, ground_of, joined, survey_of
from risk.portfolio.tail_shares import TailWeights, tail_weights
from risk.portfolio.year_figures import TAIL_LEVEL

Progress = Callable[[float], None]
#: Startups whose whole answers are gathered in one process: some gigabytes.
MOST_ANSWERS = 200_000

__all__ = [
    "ScoredParts",
    "ThisProcess",
    "cluster",
    "run_parts",
    "score_folder",
    "score_in_parts",
    "whole_answer",
    "write_portfolio_parts",
]


@dataclass(frozen=True, kw_only=True)
class ScoredParts:
    """A portfolio scored in parts: the answer for the whole, without its startups.

    ``scores`` and ``shares`` are handles of each part's
    :class:`~risk.portfolio.shards.ShardScore` and :class:`~risk.portfolio.shards.ShardShares`.
    """

    whole: PortfolioAssessment
    scores: Sequence[Any]
    shares: Sequence[Any]


def score_in_parts(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    workers: Workers,
    today: date,
    part_size: int = PART_SIZE,
    assumptions: Assumptions | None = None,
    progress: Progress | None = None,
) -> PortfolioAssessment:
    """Score a portfolio part by part; the answer is :func:`~db.services.scoring.score_portfolio`'s.

    ``assumptions`` are tried this once in place of the stored ones. ``progress`` hears 0..1.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        TooLarge: the answers for all its startups would not fit into memory here.
        PortfolioChanged: somebody wrote to it meanwhile.
        ClusterFailed: the workers are out of reach, or died.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    stand = assumptions or load_assumptions(store, actor, portfolio)
    catalog = catalog_for_scores(store, actor, stand, today=today)
    parted = _stored(store, actor, portfolio, size=part_size)
    if (len(parted.parts) - 1) * part_size >= MOST_ANSWERS:
        raise TooLarge(portfolio, MOST_ANSWERS)
    with SCORING.time():
        scored = run_parts(
            parted,
            workers,
            catalog=catalog,
            assumptions=stand,
            today=today,
            progress=progress,
        )
        return whole_answer(scored, workers)


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
    return write_parts((part.read() for part in parted.parts), parted.portfolio, folder)


def score_folder(
    store: Store,
    actor: Actor,
    folder: Path,
    *,
    workers: Workers,
    today: date,
    assumptions: Assumptions = DEFAULTS,
    progress: Progress | None = None,
) -> PortfolioAssessment:
    """Score a portfolio from a folder of Parquet files, on the reference facts of the store.

    Raises:
        NoParts: the folder holds no whole portfolio in parts.
        Refused: the answers for all its startups would not fit into memory here.
        ClusterFailed: the workers are out of reach, or died.
    """
    authorize(actor, Action.READ, f"the parts in {folder}")
    parted = parquet_parts(folder)
    held = startups_in(parted)
    if held > MOST_ANSWERS:
        raise Refused(
            f"{folder} holds {held:,} startups, and the answers of more than {MOST_ANSWERS:,} are "
            "not gathered at once. Score the portfolio where it is stored, with “downstream "
            "scores keep”."
        )
    catalog = catalog_for_scores(store, actor, assumptions, today=today)
    with SCORING.time():
        scored = run_parts(
            parted,
            workers,
            catalog=catalog,
            assumptions=assumptions,
            today=today,
            progress=progress,
        )
        return whole_answer(scored, workers)


def _stored(store: Store, actor: Actor, portfolio: str, *, size: int) -> Parted:
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return stored_parts(session, store, found, assumptions_of(session, found.id), size=size)


def run_parts(
    parted: Parted,
    workers: Workers,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    progress: Progress | None = None,
    divided: bool = True,
) -> ScoredParts:
    """Score the parts of a portfolio, inside another service, which has authorised it.

    Unless startups' scores are wanted ``divided`` by dependency, the answers that wait are a tenth
    as large.

    Raises:
        Refused: the portfolio has no startups.
    """
    parts = parted.parts
    if not parts:
        raise Refused(f"“{parted.portfolio.name}” has no startups to score.")
    tell = _Telling(progress, steps=3 * len(parts))
    inputs = workers.share((catalog, assumptions, today))
    surveys = workers.each(_survey, parts, inputs)
    survey = joined(tell.each(workers.value(one) for one in surveys))
    workers.forget(surveys)
    ground = ground_of(survey, catalog=catalog, assumptions=assumptions, today=today)
    shared = workers.share(ground)
    scores = workers.each(_score if divided else _score_undivided, parts, shared)
    sent = workers.each(_sums, scores)
    sums: list[ShardSums] = list(tell.each(workers.value(one) for one in sent))
    workers.forget(sent)
    year = law_of_shards(sums, ground)
    weights = tail_weights(year, level=TAIL_LEVEL)
    shares = workers.each(_shares, scores, workers.share(weights), shared)
    figures = year_of_shards(year, weights, tell.each(workers.value(one) for one in shares))
    whole = answer_of_shards(parted.portfolio, [one.totals for one in sums], figures, ground)
    return ScoredParts(whole=whole, scores=scores, shares=shares)


def whole_answer(scored: ScoredParts, workers: Workers) -> PortfolioAssessment:
    """The answer with all its startups, which must fit into memory here."""
    startups: list[StartupAssessment] = []
    dependence: list[DependenceShare] = []
    for score, shares in zip(scored.scores, scored.shares, strict=True):
        part: ShardScore = workers.value(score)
        tail: ShardShares = workers.value(shares)
        dependence.extend(part.dependence)
        startups.extend(
            replace(one, tvar95_contribution_usd=tail.by_startup[one.startup])
            for one in part.startups
        )
    return replace(
        scored.whole,
        startups=tuple(sorted(startups, key=lambda one: one.startup)),
        dependence=tuple(
            sorted(dependence, key=lambda one: (one.developer, one.host, one.startup))
        ),
    )


def _survey(part: Part, inputs: tuple[Catalog, Assumptions, date]) -> Survey:
    catalog, assumptions, today = inputs
    return survey_of(part.read(), catalog=catalog, assumptions=assumptions, today=today)


def _score(part: Part, ground: Ground) -> ShardScore:
    return score_shard(part.read(), ground)


def _score_undivided(part: Part, ground: Ground) -> ShardScore:
    score = _score(part, ground)
    return replace(score, startups=tuple(replace(one, parts=()) for one in score.startups))


def _sums(score: ShardScore) -> ShardSums:
    return score.sums


def _shares(score: ShardScore, weights: TailWeights, ground: Ground) -> ShardShares:
    return share_of_shard(score.columns, weights, ground)


class _Telling:
    """Tells how much is done."""

    def __init__(self, progress: Progress | None, *, steps: int) -> None:
        self.progress = progress
        self.steps = steps
        self.done = 0

    def each(self, results: Iterator[Any]) -> Iterator[Any]:
        """Pass results on, and say so."""
        for one in results:
            self.done += 1
            if self.progress:
                self.progress(self.done / self.steps)
            yield one
