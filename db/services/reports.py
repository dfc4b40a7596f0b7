"""Contents of a portfolio's workbook."""

from dataclasses import dataclass
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.kept_answers import worst_ending
from db.services.overview import portfolio_week
from db.services.scoring import score_portfolio
from db.services.valuations import valuation
from risk.assumptions import Assumptions
from risk.loss.valuation import Valuation
from risk.portfolio.results import Ending, PortfolioAssessment
from risk.portfolio.sensitivity import with_narrowing
from risk.portfolio.week import Item


@dataclass(frozen=True, kw_only=True)
class WorkbookFacts:
    """The answer that a workbook shows, how it was laid out, and the numbers of the model.

    ``ending`` is whose end would cost most (None: nobody's), ``week`` what to look at first.
    """

    assessment: PortfolioAssessment
    ending: Ending | None
    week: tuple[Item, ...]
    valuation: Valuation
    assumptions: Assumptions


def workbook_facts(store: Store, actor: Actor, portfolio: str, *, today: date) -> WorkbookFacts:
    """Return what the report's workbook shows.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = valuation(store, actor, portfolio, today=today)
    answer = score_portfolio(store, actor, portfolio, today=today)
    return WorkbookFacts(
        assessment=with_narrowing(answer, found),
        ending=worst_ending(store, actor, portfolio, today=today),
        week=portfolio_week(store, actor, portfolio, today=today, answer=answer),
        valuation=found,
        assumptions=load_assumptions(store, actor, portfolio),
    )
