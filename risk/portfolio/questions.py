"""Questions to startups: which facts to ask for first, and which that are known to confirm.

First it is asked what names stand for of which nobody can tell whether they are language models:
all else hangs on it. A fact that nobody stated is ranked by the money of range that its answer
removes: the expected loss lies in a range, the answer explains a share of the variance of its
logarithm (:mod:`risk.loss.questions`), and √(1 - share) of the logarithm's range is left. Cash and
burn come next: they narrow no loss but say how long a startup lasts. A known fact that was worked
out from others or is old is offered to be confirmed; how much of the range it would hold open were
it unknown, times what of it has worn out, ranks these. What the loss does not draw comes last.
docs/method.md §4.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import Answer
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Dependency, Evidence, Fallback, Portfolio, Startup, UseCase
from risk.loss.facts import CRITICAL, NAMES
from risk.loss.questions import OF_COMPANY, asked_of, fresh_at, range_removed
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.asked import (
    FURTHER_OF_A_DEPENDENCY,
    FURTHER_OF_A_USE_CASE,
    NAMES_FIRST,
    OF_A_USE_CASE,
    STANDS_FOR,
    WORN_OUT_BELOW,
    OpenFact,
    Question,
    Reason,
)
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of

#: What the runway rests on.
RUNWAY = ("cash_usd", "monthly_burn_usd")
#: Names of drawn facts that a record calls otherwise.
_CALLED = {"spend_usd": "spend_usd_per_month"}
_COMPANY_FACTS = tuple(NAMES[fact] for fact in sorted(OF_COMPANY))


def questions_about(startup: Startup, alone: Valuation) -> tuple[Question, ...]:
    """Every question worth asking a startup, the best first; ``alone`` has it as its only row.

    A startup of which no use of a language model is known has questions about the company alone.
    """
    names = list(_names(startup))
    unknown = [*names[:NAMES_FIRST], *_drawn(startup, alone), *_runway(startup)]
    asked = {one.about for one in unknown}
    known = [one for one in _to_confirm(startup, alone) if one.about not in asked]
    worn = [one for one in known if one.reason is not Reason.KNOWN]
    fresh = [one for one in known if one.reason is Reason.KNOWN]
    return (*unknown, *worn, *_further(startup), *names[NAMES_FIRST:], *fresh)


def open_facts(
    whole: PortfolioAssessment, laid_out: Valuation | None, *, most: int
) -> tuple[OpenFact, ...]:
    """The unknown facts of a portfolio that hold most range open, the largest first.

    ``laid_out`` is the portfolio as it was valued; None, or one too large to keep its questions:
    the best question of each startup.
    """
    table = assessed_of(whole).table
    found = table.answers
    low, median, high = (
        getattr(found, name).astype(np.float64) for name in ("low", "median", "high")
    )
    questions = None if laid_out is None else laid_out.answer.questions
    if questions is None or laid_out is None:
        owner = np.flatnonzero(found.question >= 0)
        fact = found.question[owner].astype(np.int64)
        narrows = found.narrows[owner].astype(np.float64)
        place = np.full(len(owner), -1)
    else:
        owner, fact, place = questions.owner, questions.fact.astype(np.int64), questions.place
        narrows = questions.narrows
    removed = range_removed(low[owner], median[owner], high[owner], narrows)
    order = _largest(removed, most)
    where = _places(laid_out)
    facts = []
    for row in order:
        name = NAMES[int(fact[row])]
        case, _, provider = where(name, int(place[row])) if place[row] >= 0 else (None, None, None)
        facts.append(
            OpenFact(
                startup=table.names[int(owner[row])],
                field=_CALLED.get(name, name),
                use_case=case,
                provider=provider,
                removes_usd=float(removed[row]),
            )
        )
    return tuple(facts)


def _largest(values: NDArray[np.float64], most: int) -> list[int]:
    """The places of the largest positive values, largest first."""
    first = np.argsort(-values, kind="stable")[:most]
    return [int(one) for one in first if values[one] > 0]


_Where = tuple[str | None, str | None, str | None]


def _places(laid_out: Valuation | None) -> Callable[[str, int], _Where]:
    """What says whose a fact is by its place: use case, key of the dependency, its provider."""
    members = None if laid_out is None else laid_out.members
    if laid_out is None or members is None or members.use_cases is None:
        return lambda name, place: (None, None, None)
    names, keys, texts = members.use_cases, members.keys or (), members.texts or ()
    starts = laid_out.book.exposures.link_start
    case_of_link = np.repeat(np.arange(len(starts) - 1), np.diff(starts))

    def where(name: str, place: int) -> _Where:
        if name in _COMPANY_FACTS:
            return None, None, None
        if NAMES.index(name) == CRITICAL:
            link = int(starts[place])
            return names[place], keys[link], None
        return names[int(case_of_link[place])], keys[place], texts[place]

    return where


def _drawn(startup: Startup, alone: Valuation) -> Iterator[Question]:
    """The facts nobody stated that its loss is drawn from, those that narrow it most first."""
    questions = alone.answer.questions
    if questions is None:
        return
    found, where = alone.answer.startups, _places(alone)
    here = questions.of(0)
    low, median, high = (
        getattr(found, name)[:1].astype(np.float64) for name in ("low", "median", "high")
    )
    removed = range_removed(low, median, high, questions.narrows[here])
    for fact, place, usd in zip(
        questions.fact[here].tolist(), questions.place[here].tolist(), removed.tolist(), strict=True
    ):
        name = NAMES[fact]
        case, key, provider = where(name, place)
        yield Question(
            field=_CALLED.get(name, name),
            reason=Reason.UNKNOWN,
            use_case=case,
            dependency=key,
            provider=provider,
            removes_usd=usd if usd > 0 else None,
        )
    if not startup.use_cases:
        # Nothing is drawn of a company without a use; what it is like is asked all the same.
        asked = {NAMES[fact] for fact in questions.fact[here].tolist()}
        for name in _COMPANY_FACTS:
            if name not in asked and getattr(startup, name) is None:
                yield Question(field=name, reason=Reason.UNKNOWN)


def _runway(startup: Startup) -> Iterator[Question]:
    for name in RUNWAY:
        if getattr(startup, name) is None:
            yield Question(field=name, reason=Reason.UNKNOWN)


def _to_confirm(startup: Startup, alone: Valuation) -> list[Question]:
    """Known facts, those first that matter and were worked out or have worn out."""
    weights = _weights(startup, alone)
    found: list[tuple[float, Question]] = []
    exposures, where = alone.book.exposures, _places(alone)
    for asked in asked_of(exposures):
        name = NAMES[asked.fact]
        of_company = asked.fact in OF_COMPANY
        fresh = fresh_at(asked.age, of_company, alone.assumptions)
        for place in np.flatnonzero(asked.known).tolist():
            case, key, provider = where(name, place)
            field = _CALLED.get(name, name)
            now, evidence = _known(startup, field, case, key)
            imputed = evidence is Evidence.IMPUTED
            if now is None:
                continue
            worn_out = Reason.OLD if fresh[place] < WORN_OUT_BELOW else Reason.KNOWN
            question = Question(
                field=field,
                reason=Reason.IMPUTED if imputed else worn_out,
                use_case=case,
                dependency=key,
                provider=provider,
                now=now,
            )
            # Of two that are fresh, the one that matters more comes first all the same.
            worn = 1.0 if imputed else max(1 - float(fresh[place]), 1e-6)
            found.append((weights.get(question.about, 0.0) * worn, question))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _known(
    startup: Startup, name: str, case: str | None, key: str | None
) -> tuple[Any, Evidence | None]:
    """What a record says of a fact, and how that came to be known."""
    if case is None:
        return getattr(startup, name), startup.evidence.get(name)
    for one, link in _links(startup):
        if link.key == key:
            return getattr(one if name in OF_A_USE_CASE else link, name), link.evidence
    return None, None


def _links(startup: Startup) -> Iterator[tuple[UseCase, Dependency]]:
    for case, models in exposed_use_cases(startup):
        for link in models:
            yield case, link


def _weights(startup: Startup, alone: Valuation) -> dict[tuple[str, str], float]:
    """The part of the range that each drawn fact would hold open if none of them were known."""
    blank = replace(
        startup,
        annual_revenue_usd=None,
        gross_margin=None,
        ai_revenue_share=None,
        engineers=None,
        use_cases=tuple(
            replace(
                case,
                criticality=None,
                dependencies=tuple(
                    replace(
                        link, depth=None, exit_plan=None, fallback=None, spend_usd_per_month=None
                    )
                    for link in case.dependencies
                ),
            )
            for case in startup.use_cases
        ),
    )
    laid_out = valuation_of(
        Portfolio(name=alone.portfolio, startups=(blank,)),
        catalog=alone.catalog,
        assumptions=alone.assumptions,
        today=alone.today,
    )
    questions = laid_out.answer.questions
    if questions is None:
        return {}
    where, found = _places(laid_out), {}
    for fact, place, narrows in zip(
        questions.fact.tolist(), questions.place.tolist(), questions.narrows.tolist(), strict=True
    ):
        name = NAMES[fact]
        found[where(name, place)[1] or "", _CALLED.get(name, name)] = float(narrows)
    return found


def _further(startup: Startup) -> Iterator[Question]:
    """Unknown facts that a plan needs and no loss is drawn from."""
    told: set[str] = set()
    for case, link in _links(startup):
        of_case = Question(field="", reason=Reason.UNKNOWN, use_case=case.name, dependency=link.key)
        if case.name not in told:
            told.add(case.name)
            for name in FURTHER_OF_A_USE_CASE:
                if getattr(case, name) is None:
                    yield replace(of_case, field=name)
        for name in FURTHER_OF_A_DEPENDENCY:
            has_none = name == "fallback_provider_text" and link.fallback is Fallback.NONE
            if getattr(link, name) is None and not has_none:
                yield replace(of_case, field=name, provider=link.provider_text)


def _names(startup: Startup) -> Iterator[Question]:
    """What it names of which nobody can tell whether it is a language model, and whose."""
    for case in startup.use_cases:
        for link in case.dependencies:
            if link.answer is Answer.ASK:
                yield Question(
                    field=STANDS_FOR,
                    reason=Reason.UNKNOWN,
                    use_case=case.name,
                    dependency=link.key,
                    provider=link.provider_text,
                )
