"""An inbox of questions: what is open of a portfolio, put together by fact and provider, ranked.

One question stands for all companies that left it open: "Is there a plan for leaving OpenAI?" for
each dependency on it of which nobody said so, or what a text means that several wrote. Facts are
drawn for each company by itself, so that what they do to the portfolio's variance adds up as the
squares of what they do to their companies. That share of the logarithm's variance narrows the
portfolio's range as an answer narrows a company's (:mod:`risk.loss.questions`); all questions
together explain no more than facts do. A text that may be a language model widens the upper end
alone, and "no" takes that away. docs/method.md §4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.loss.facts import CRITICAL, NAMES
from risk.loss.questions import OF_COMPANY, range_left
from risk.loss.valuation import Valuation
from risk.portfolio.asked import STANDS_FOR
from risk.portfolio.results import Interval, PortfolioAssessment
from risk.portfolio.startups import StartupTable, assessed_of

Places = NDArray[np.int64]
Array = NDArray[np.float64]

#: Companies that a question names; the others are counted.
MOST_NAMED = 3
#: Names of drawn facts that a record calls otherwise.
_CALLED = {"spend_usd": "spend_usd_per_month"}
#: Between the fact and what it is about, in the key of a question.
SEPARATOR = "~"


@dataclass(frozen=True, kw_only=True)
class OpenName:
    """A text of which nobody can tell whether it is a language model, as companies wrote it.

    ``key`` is what tells it from other texts. ``rows`` are the places of the companies in the
    portfolio's answer and ``times`` how often each wrote it; both empty where they are so many
    that they are counted alone.
    """

    key: str
    text: str
    companies: int
    dependencies: int
    rows: Places
    times: Places


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """One question about a portfolio, whomever it concerns.

    ``field`` is the fact as records call it, :data:`STANDS_FOR` for a text. ``about`` is the
    service that it is about, or the text itself; None for a fact of companies or use cases.
    ``open`` counts the answers that are missing, of so many ``companies``, of which ``first`` names
    those that matter most. ``narrows`` (0..1) is the share of the variance of the portfolio's
    logarithm that answers explain, ``lowers_usd`` by how much a "no" lowers the upper end;
    ``removes_usd`` is by how much the range gets shorter, USD a year.
    """

    field: str
    about: str | None
    text_key: str | None = None
    open: int
    companies: int
    first: tuple[str, ...]
    narrows: float
    lowers_usd: float
    removes_usd: float

    @property
    def key(self) -> str:
        """What tells it from other questions of its portfolio, in an address."""
        return f"{self.field}{SEPARATOR}{self.text_key or self.about or ''}"

    @property
    def is_a_name(self) -> bool:
        """Is it asked what a text stands for?"""
        return self.field == STANDS_FOR


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """The open questions of a portfolio, those that remove most first, and its range now.

    ``low`` to ``high`` is the range of the expected loss with open texts (USD a year),
    ``high_of_facts`` its upper end without them.
    """

    questions: tuple[OpenQuestion, ...]
    low: float
    median: float
    high: float
    high_of_facts: float

    @property
    def width_usd(self) -> float:
        """How wide the range is now."""
        return max(self.high - self.low, 0.0)

    def after(self, first: int | None = None) -> Interval:
        """The range once the first so many questions, or all, are answered as is expected."""
        answered = self.questions[:first]
        narrows = min(sum(one.narrows for one in answered), 1.0)
        lowers = sum(one.lowers_usd for one in answered)
        return _after(self, narrows, lowers)

    def removed_by(self, first: int | None = None) -> float:
        """By how much the answers to the first so many questions, or all, shorten the range."""
        left = self.after(first)
        return max(self.width_usd - (left.high - left.low), 0.0)

    @cached_property
    def by_key(self) -> dict[str, OpenQuestion]:
        """The questions by their keys."""
        return {one.key: one for one in self.questions}


def inbox_of(
    whole: PortfolioAssessment, laid_out: Valuation | None, names: Sequence[OpenName]
) -> Inbox:
    """The open questions of an answered portfolio.

    ``laid_out`` is the portfolio as it was valued; None, or one too large to keep its questions:
    the best fact of each company, by fact alone.
    """
    table = assessed_of(whole).table
    interval = whole.aal_interval_usd
    extra = np.maximum(table.asked_high.astype(np.float64) - table.answers.high, 0.0)
    if laid_out is not None:
        high = min(laid_out.answer.book.high, interval.high)
    else:
        high = max(interval.high - float(extra.sum()), whole.median_usd)
    empty = Inbox(
        questions=(),
        low=interval.low,
        median=whole.median_usd,
        high=interval.high,
        high_of_facts=high,
    )
    found = [
        *_facts(whole, table, laid_out, empty),
        *_names(names, table, extra, empty),
    ]
    found.sort(key=lambda one: (-one.removes_usd, -one.companies, one.key))
    return Inbox(
        questions=tuple(found),
        low=empty.low,
        median=empty.median,
        high=empty.high,
        high_of_facts=empty.high_of_facts,
    )


def _after(now: Inbox, narrows: float, lowers: float) -> Interval:
    """The range of a portfolio once answers explain so much and lower its upper end so far."""
    low, high = range_left(
        np.array([now.low]),
        np.array([now.median]),
        np.array([now.high_of_facts]),
        np.array([narrows]),
    )
    open_still = max(now.high - now.high_of_facts - lowers, 0.0)
    return Interval(low=float(low[0]), high=float(high[0]) + open_still)


def _removed(now: Inbox, narrows: float, lowers: float) -> float:
    left = _after(now, narrows, lowers)
    return max(now.width_usd - (left.high - left.low), 0.0)


# --- Facts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OpenFacts:
    """Every fact that nobody stated, (facts,) each: whose it is, which, of which service.

    ``fact`` is a place in :data:`risk.loss.facts.NAMES`, ``place`` the row of the company, use case
    or dependency, ``service`` a place in ``services`` or -1. ``narrows`` is the share of the
    variance of the owner's logarithm that an answer explains.
    """

    owner: Places
    fact: Places
    place: Places
    service: Places
    narrows: Array
    services: tuple[str, ...]

    @property
    def group(self) -> Places:
        """The number of the question that asks for each."""
        return self.fact * (len(self.services) + 1) + self.service + 1

    def called(self, group: int) -> tuple[str, str | None]:
        """The fact and the service of a question."""
        fact, service = divmod(group, len(self.services) + 1)
        name = NAMES[fact]
        return _CALLED.get(name, name), self.services[service - 1] if service else None


def every_open_fact(laid_out: Valuation) -> OpenFacts | None:
    """The facts that nobody stated, of a portfolio that keeps its questions; None: it does not."""
    questions = laid_out.answer.questions
    if questions is None:
        return None
    fact, place = questions.fact.astype(np.int64), questions.place.astype(np.int64)
    services = tuple(
        sorted({one.endpoint.service.name for one in laid_out.book.routes}, key=str.casefold)
    )
    code = {name: number for number, name in enumerate(services)}
    of_route = np.array(
        [code[one.endpoint.service.name] for one in laid_out.book.routes], dtype=np.int64
    )
    of_link = ~np.isin(fact, [*OF_COMPANY, CRITICAL])
    service = np.full(len(fact), -1, dtype=np.int64)
    service[of_link] = of_route[laid_out.book.exposures.route[place[of_link]]]
    return OpenFacts(
        owner=questions.owner.astype(np.int64),
        fact=fact,
        place=place,
        service=service,
        narrows=questions.narrows.astype(np.float64),
        services=services,
    )


def _best_facts(table: StartupTable) -> OpenFacts:
    """The best question of each company, where no others are kept."""
    found = table.answers
    owner = np.flatnonzero(found.question >= 0)
    nowhere = np.full(len(owner), -1, dtype=np.int64)
    return OpenFacts(
        owner=owner,
        fact=found.question[owner].astype(np.int64),
        place=nowhere,
        service=nowhere,
        narrows=found.narrows[owner].astype(np.float64),
        services=(),
    )


def _facts(
    whole: PortfolioAssessment, table: StartupTable, laid_out: Valuation | None, now: Inbox
) -> Iterator[OpenQuestion]:
    known = None if laid_out is None else every_open_fact(laid_out)
    facts = known if known is not None else _best_facts(table)
    if not len(facts.owner):
        return
    answers = table.answers
    width = np.maximum(answers.high.astype(np.float64) - answers.low, 0.0)
    explained = np.bincount(facts.owner, facts.narrows, minlength=len(table))
    by_facts = np.maximum(explained, answers.by_facts.astype(np.float64))
    total = float((width**2 * by_facts).sum())
    weight = width[facts.owner] ** 2 * facts.narrows
    share = whole.variance_shares.facts / total if total > 0 else 0.0
    # Those of a question stand together, the heaviest first.
    order = np.lexsort((-weight, facts.group))
    groups, starts = np.unique(facts.group[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    for group, start, end in zip(groups.tolist(), starts.tolist(), ends, strict=True):
        rows = order[start:end]
        owners = facts.owner[rows]
        narrows = float(weight[rows].sum()) * share
        first = list(dict.fromkeys(owners[: MOST_NAMED * len(NAMES)].tolist()))[:MOST_NAMED]
        field, service = facts.called(group)
        yield OpenQuestion(
            field=field,
            about=service,
            open=len(rows),
            companies=len(np.unique(owners)),
            first=tuple(table.names[one] for one in first),
            narrows=narrows,
            lowers_usd=0.0,
            removes_usd=_removed(now, narrows, 0.0),
        )


# --- Texts ----------------------------------------------------------------------------------------


def _names(
    names: Sequence[OpenName], table: StartupTable, extra: Array, now: Inbox
) -> Iterator[OpenQuestion]:
    """What texts stand for: each widens the range as far as those who wrote it do."""
    widened = max(now.high - now.high_of_facts, 0.0)
    total = float(extra.sum())
    times = sum(one.dependencies for one in names)
    for one in names:
        if len(one.rows):
            # What a company could lose more is shared out evenly among its open texts.
            part = one.times / np.maximum(table.questions[one.rows], 1)
            could = extra[one.rows] * part
            lowers = widened * float(could.sum()) / total if total > 0 else 0.0
            order = np.argsort(-could, kind="stable")[:MOST_NAMED]
            first = tuple(table.names[row] for row in one.rows[order].tolist())
        else:
            lowers, first = widened * one.dependencies / times, ()
        yield OpenQuestion(
            field=STANDS_FOR,
            about=one.text,
            text_key=one.key,
            open=one.dependencies,
            companies=one.companies,
            first=first,
            narrows=0.0,
            lowers_usd=lowers,
            removes_usd=_removed(now, 0.0, lowers),
        )
