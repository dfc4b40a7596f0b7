"""Contents of a report on a portfolio, a startup of it, or a stress test."""

from dataclasses import dataclass
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.scoring import score_portfolio
from db.services.share_contents import Frozen, Wanted, frozen_content
from db.services.valuations import valuation
from risk.assumptions import Assumptions
from risk.loss.valuation import Valuation
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.sensitivity import with_narrowing
from risk.scenarios.results import Scenario


@dataclass(frozen=True, kw_only=True)
class WorkbookFacts:
    """The answer that a workbook shows, how it was laid out, and the numbers of the model."""

    assessment: PortfolioAssessment
    valuation: Valuation
    assumptions: Assumptions


def report_content(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    startup: str | None = None,
    currency: str | None = None,
    today: date,
) -> Frozen:
    """Return what a report shows, frozen now, with the SHA-256 of all of it.

    ``currency`` None: that of the portfolio.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    wanted = Wanted(portfolio=portfolio, startup=startup, currency=currency, today=today)
    return frozen_content(store, actor, wanted)


def scenario_report_content(
    store: Store,
    actor: Actor,
    portfolio: str,
    scenario: Scenario,
    *,
    currency: str | None = None,
    today: date,
) -> Frozen:
    """Return what a report of one stress test shows, frozen now, with the SHA-256 of all of it.

    ``currency`` None: that of the portfolio.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
        risk.scenarios.event.UnknownRoot: the scenario's provider is not known.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    wanted = Wanted(portfolio=portfolio, scenario=scenario, currency=currency, today=today)
    return frozen_content(store, actor, wanted)


def workbook_facts(store: Store, actor: Actor, portfolio: str, *, today: date) -> WorkbookFacts:
    """Return what the report's workbook shows.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = valuation(store, actor, portfolio, today=today)
    return WorkbookFacts(
        assessment=with_narrowing(score_portfolio(store, actor, portfolio, today=today), found),
        valuation=found,
        assumptions=load_assumptions(store, actor, portfolio),
    )
