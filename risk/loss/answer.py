"""The answer about a portfolio and about each of its startups, over all worlds.

Every range covers facts, rates and judgement together; beside it stands how they share its
variance. Medians are for reading, means for adding up. docs/method.md §4, §5, §7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.score import exposure_score
from risk.loss.books import BookYear, book_year, pieces_of
from risk.loss.exposures import Book, Exposures
from risk.loss.own_years import WORLDS, WORLDS_OF_LARGE, own_years
from risk.loss.questions import best_questions
from risk.loss.tails import TailShares, tail_shares
from risk.loss.uncertainty import (
    Range,
    error_of_mean,
    mean_over_worlds,
    range_of,
    split_of,
    variance_by_facts,
)
from risk.loss.valuing import (
    CENTS,
    CHUNK,
    DRAWN_FACTS,
    MEAN,
    Ground,
    Kept,
    chunks,
    ground_of,
    in_threads,
    nothing_kept,
    value,
)
from risk.loss.worlds import LARGE, worlds_for, worlds_of

Array = NDArray[np.float64]
Cents = NDArray[np.int64]

#: Of so many worlds one has its facts exchanged.
EXCHANGED = 4
#: Pairs of worlds from which it is told what facts would matter if none were known.
BLANK_PAIRS = 16


@dataclass(frozen=True, kw_only=True)
class StartupAnswers:
    """Answers about startups, (startups,) each; USD a year unless said otherwise.

    ``mean`` is the expected loss, for adding up; ``median`` with ``low`` and ``high`` (10 and 90 %)
    is what it may be. ``by_facts``, ``by_rates`` and ``by_judgement`` share the variance of its
    logarithm. ``score`` (0 to 100) has a range of its own. ``tvar95`` and ``var95`` are those of
    the startup's own year, ``worst_event`` the disruption that costs it most (-1: none) and
    ``worst`` what that costs. ``facts_known`` is the share of what moves the answer that is stated,
    ``judged_factor`` by how much judgement alone moves it, up or down. ``question`` is the fact
    whose answer would narrow the range most (a place in :data:`risk.loss.facts.NAMES`, -1: none)
    and ``narrows`` the part of the variance that it explains.
    """

    mean: Array
    median: Array
    low: Array
    high: Array
    by_facts: Array
    by_rates: Array
    by_judgement: Array
    score: Array
    score_low: Array
    score_high: Array
    var95: Array
    tvar95: Array
    worst_event: Array
    worst: Array
    facts_known: Array
    judged_factor: Array
    question: Array
    narrows: Array


@dataclass(frozen=True, kw_only=True)
class BookAnswer:
    """The answer about a portfolio as a whole, in USD a year.

    ``mean_error`` is the standard error of ``mean`` relative to it, from drawing so many worlds.
    """

    mean: float
    mean_error: float
    median: float
    low: float
    high: float
    by_facts: float
    by_rates: float
    by_judgement: float
    year: BookYear
    tail: TailShares


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that one valuation says; rows of ``startups`` are those of the exposures."""

    book: BookAnswer
    startups: StartupAnswers
    worlds: int
    kept: Kept


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What some chunks come to: startups' answers in order, sums over them in cents, deposits."""

    startups: list[StartupAnswers]
    total: Cents
    exchanged: Cents
    kept: Kept


def answer_of(
    book: Book,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    today: date,
    worlds: int | None = None,
    before_signals: Mapping[str, float] | None = None,
) -> Answer:
    """Value a portfolio in its worlds (as many as its size asks for, unless said otherwise)."""
    count = worlds or worlds_for(len(book.exposures))
    found = worlds_of(
        book, catalog, assumptions, today=today, count=count, before_signals=before_signals
    )
    return answer_on(ground_of(book, found), book.exposures, assumptions)


def answer_on(
    ground: Ground, exposures: Exposures, assumptions: Assumptions, *, size: int = CHUNK
) -> Answer:
    """The answer about startups on a ground that is known already."""
    pairs = max(1, ground.count // EXCHANGED)
    own = WORLDS if len(exposures) <= LARGE else WORLDS_OF_LARGE

    def part(pieces: list[tuple[int, Exposures]]) -> _Part:
        kept = nothing_kept(ground)
        total = np.zeros((ground.count, kept.outages.shape[1]), dtype=np.int64)
        exchanged = np.zeros((pairs, kept.outages.shape[1]), dtype=np.int64)
        startups = []
        for _, one in pieces:
            startups.append(_chunk(one, ground, assumptions, own, kept, total, exchanged))
        return _Part(startups=startups, total=total, exchanged=exchanged, kept=kept)

    parts = in_threads(part, list(chunks(exposures, size)))
    kept = parts[0].kept
    for other in parts[1:]:
        kept = kept.plus(other.kept)
    total = sum((one.total for one in parts[1:]), start=parts[0].total)
    exchanged = sum((one.exchanged for one in parts[1:]), start=parts[0].exchanged)
    return Answer(
        book=_book(ground, kept, total / CENTS, exchanged / CENTS),
        startups=_joined([one for some in parts for one in some.startups]),
        worlds=ground.count,
        kept=kept,
    )


def _chunk(
    one: Exposures,
    ground: Ground,
    assumptions: Assumptions,
    own: int,
    kept: Kept,
    total: Cents,
    exchanged: Cents,
) -> StartupAnswers:
    """The answers about a chunk; adds up what its startups come to on the way."""
    valued = value(one, ground, kept=kept)
    total += np.rint(valued.y * CENTS).astype(np.int64).sum(axis=1)
    other = _with_other_facts(one, ground, len(exchanged))
    exchanged += np.rint(other * CENTS).astype(np.int64).sum(axis=1)
    drawn = valued.y[:, :, 1:DRAWN_FACTS]
    by_facts = variance_by_facts(drawn[: len(other)], other[:, :, 1:DRAWN_FACTS])
    split = split_of(drawn, by_facts)
    year = own_years(one, ground, worlds=own)
    losses = range_of(drawn)
    weight = (1 + year.tail_ratio)[None, :, None] / 2
    z = weight * drawn / np.maximum(valued.profit, 1e-9)[:, :, None]
    score = range_of(exposure_score(z, assumptions))
    question, narrows = best_questions(one, ground.count, valued.y[:, :, DRAWN_FACTS])
    return StartupAnswers(
        mean=mean_over_worlds(valued.y[:, :, MEAN]),
        **{"median": losses.median, "low": losses.low, "high": losses.high},
        **{"by_facts": split.facts, "by_rates": split.rates, "by_judgement": split.judgement},
        **{"score": score.median, "score_low": score.low, "score_high": score.high},
        **{"var95": year.var95, "tvar95": year.tvar95},
        **{"worst_event": year.worst_event.astype(np.float64), "worst": year.worst},
        facts_known=_facts_known(one, ground, drawn, other[:, :, 1:DRAWN_FACTS]),
        judged_factor=split.judged_factor,
        **{"question": question, "narrows": narrows},
    )


def _with_other_facts(one: Exposures, ground: Ground, pairs: int) -> Array:
    """The first worlds with the facts of worlds half of them further on, (pairs, startups, …).

    Neighbouring worlds lie in opposite halves of every fact's law, which would overstate what
    facts do; worlds half of all apart are as good as independent.
    """
    apart = max(1, ground.count // 2)
    return value(one, ground, worlds=range(pairs), facts=lambda k: (k + apart) % ground.count).y


def _facts_known(one: Exposures, ground: Ground, drawn: Array, other: Array) -> Array:
    """The share of what facts could do to the answer, were none known, that is stated.

    Both are taken in the same pairs of worlds, so that a bare name knows exactly nothing.
    """
    pairs = min(BLANK_PAIRS, len(other))
    by_facts = variance_by_facts(drawn[:pairs], other[:pairs])
    blank = one.blank()
    apart = max(1, ground.count // 2)
    here = value(blank, ground, worlds=range(pairs)).y
    there = value(blank, ground, worlds=range(pairs), facts=lambda k: (k + apart) % ground.count).y
    whole = variance_by_facts(here[:, :, 1:DRAWN_FACTS], there[:, :, 1:DRAWN_FACTS])
    known = 1 - by_facts / np.maximum(whole, 1e-12)
    return np.where(whole > 1e-9, np.clip(known, 0.0, 1.0), 1.0)


def _joined(parts: list[StartupAnswers]) -> StartupAnswers:
    return StartupAnswers(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts])
            for one in fields(StartupAnswers)
        }
    )


def _book(ground: Ground, kept: Kept, total: Array, exchanged: Array) -> BookAnswer:
    """The portfolio's answer from its sums in every world, (worlds, columns) USD."""
    drawn = total[:, None, 1:DRAWN_FACTS]
    by_facts = variance_by_facts(drawn[: len(exchanged)], exchanged[:, None, 1:DRAWN_FACTS])
    split = split_of(drawn, by_facts)
    losses: Range = range_of(drawn)
    pieces = pieces_of(ground.worlds.laws)
    year = book_year(ground, kept, pieces)
    return BookAnswer(
        mean=float(total[:, MEAN].mean()),
        mean_error=float(error_of_mean(total[:, MEAN])),
        median=float(losses.median[0]),
        low=float(losses.low[0]),
        high=float(losses.high[0]),
        by_facts=float(split.facts[0]),
        by_rates=float(split.rates[0]),
        by_judgement=float(split.judgement[0]),
        year=year,
        tail=tail_shares(ground, kept, pieces, year),
    )
