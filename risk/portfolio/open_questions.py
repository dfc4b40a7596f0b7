"""How much could hide behind vendors of whom nobody knows whether they run language models.

A bare cloud or an in-house tool is a question, not an exposure and not its absence. The upper end
of every interval therefore also counts what the startup would lose if all of them did.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Answer, Catalog
from risk.exposure.results import Interval, StartupAssessment
from risk.exposure.score import confidence_of, exposure_score, relative_loss
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.book import Book, open_book
from risk.portfolio.startup_figures import losses_by_draw
from risk.portfolio.year_figures import laid_out

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class IfAllAsked:
    """Expected loss (USD a year) and score of one startup, by draw, if every question is a yes."""

    aal_usd: Array
    score: Array


def if_all_asked(
    portfolio: Portfolio, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Mapping[str, IfAllAsked]:
    """The answer to the worst case of the open questions, for the startups that have any."""
    asked = asked_startups(portfolio.startups)
    if not asked:
        return {}
    book = open_book(
        replace(portfolio, startups=asked), catalog=catalog, assumptions=assumptions, today=today
    )
    return answers_if_asked(book, assumptions)


def asked_startups(startups: Iterable[Startup]) -> tuple[Startup, ...]:
    """The startups that have open questions, with every one of them answered by yes."""
    return tuple(_as_yes(one) for one in startups if _has_questions(one))


def answers_if_asked(book: Book, assumptions: Assumptions) -> Mapping[str, IfAllAsked]:
    """The answers of a book of startups whose open questions were answered by yes."""
    found: dict[str, IfAllAsked] = {}
    prepared = laid_out(book, assumptions)
    for member, aal_usd, tvar95_usd in losses_by_draw(book, prepared, assumptions):
        relative = relative_loss(aal_usd, tvar95_usd, member.numbers.gross_profit_usd)
        found[member.startup.name] = IfAllAsked(
            aal_usd=aal_usd, score=exposure_score(relative, assumptions)
        )
    return found


def widened(
    one: StartupAssessment, worst: IfAllAsked | None, assumptions: Assumptions
) -> StartupAssessment:
    """The same answer with upper ends that count the open questions.

    A startup of which nothing but questions is known has no band: "?".
    """
    if worst is None:
        return one
    score = Interval(
        low=one.score_interval.low,
        high=max(one.score_interval.high, float(np.quantile(worst.score, 0.9))),
    )
    money = Interval(
        low=one.aal_interval_usd.low,
        high=max(one.aal_interval_usd.high, float(np.quantile(worst.aal_usd, 0.9))),
    )
    return replace(
        one,
        score_interval=score,
        aal_interval_usd=money,
        band=one.band if one.parts else "?",
        confidence=max(one.confidence, confidence_of(score, assumptions), key=_doubt),
    )


def _doubt(confidence: object) -> int:
    return ("High", "Medium", "Low").index(str(confidence))


def _has_questions(startup: Startup) -> bool:
    return any(one.answer is Answer.ASK for case in startup.use_cases for one in case.dependencies)


def _as_yes(startup: Startup) -> Startup:
    return replace(
        startup,
        use_cases=tuple(
            replace(
                case,
                dependencies=tuple(
                    replace(one, answer=Answer.YES) if one.answer is Answer.ASK else one
                    for one in case.dependencies
                ),
            )
            for case in startup.use_cases
        ),
    )


def total_if_all_asked(draws: Mapping[str, Array], worst: Mapping[str, IfAllAsked]) -> Array:
    """A portfolio's expected loss by draw, (draws,) USD a year, if every open question is a yes.

    Where a startup would lose less then, its questions are no yes.
    """
    total: Array = np.zeros(1)
    for name, plain in draws.items():
        asked = worst[name].aal_usd if name in worst else plain
        total = total + np.where(asked.mean() > plain.mean(), asked, plain)
    return total
