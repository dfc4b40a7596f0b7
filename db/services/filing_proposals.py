"""Proposals for a register of information: what the model and the decisions taken say of its cells.

Substitutability comes from the options, the impact of discontinuing from what a wind-down would
cost, alternatives from the decisions somebody took. Each names its reasoning.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.decisions import list_decisions
from db.services.filings import Filing
from db.services.options import readiness_of_all
from db.services.portfolios import load_portfolio
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio, stress
from risk.alternatives.readiness import HIGH_IMPACT, LOW_IMPACT, impact_of_discontinuing
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer
from risk.dora.proposals import Derived, Proposal, proposals
from risk.inventory.records import Portfolio, Startup
from risk.scenarios.event import UnknownRoot
from risk.scenarios.results import Scenario


def propose_cells(
    store: Store,
    actor: Actor,
    filing: Filing,
    *,
    derived: Mapping[str, Derived] | None = None,
    today: date,
) -> tuple[Proposal, ...]:
    """Return what can be proposed for open cells and missing rows of a register.

    ``filing`` is one that :func:`db.services.filings.load_filing` gave the actor, ``derived`` what
    :func:`derive_assessments` found for its portfolio (None: it is asked).

    Raises:
        PortfolioNotFound: its portfolio is gone.
        NotAllowed: the actor was not invited.
    """
    portfolio = filing.summary.portfolio
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = load_portfolio(store, actor, portfolio)
    providers = load_catalog(store, actor).providers.values()
    return proposals(
        filing.register,
        found,
        facts=filing.summary.facts,
        derived=derive_assessments(store, actor, portfolio, today=today)
        if derived is None
        else derived,
        homes={one.name.casefold(): one.country for one in providers},
        today=today,
    )


def derive_assessments(
    store: Store, actor: Actor, portfolio: str, *, today: date
) -> dict[str, Derived]:
    """Return what the model and the decisions say of each dependency, by its key.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    book = load_portfolio(store, actor, portfolio)
    answer = score_portfolio(store, actor, book.name, today=today)
    profits = {
        one.startup: one.gross_profit_usd for one in answer.startups if one.gross_profit_known
    }
    losses = _wind_down_losses(store, actor, book, today=today)
    decided: dict[str, dict[str, None]] = {}
    for decision in list_decisions(store, actor, book.name):
        if decision.stands:
            decided.setdefault(decision.startup, {})[decision.option] = None
    found: dict[str, Derived] = {}
    for startup, ready_to_leave in readiness_of_all(store, actor, book.name, today=today):
        developers = dict(_depends(startup))
        for ready in ready_to_leave if developers else ():
            developer = developers.get(ready.dependency_key, "")
            loss, profit = losses.get((startup.name, developer)), profits.get(startup.name)
            found[ready.dependency_key] = Derived(
                substitutability=ready.readiness.substitutability,
                because=ready.readiness.because,
                reason_code=ready.readiness.reason_code or "",
                impact=impact_of_discontinuing(loss, profit),
                impact_because=_impact_in_words(developer, loss, profit),
                # Identified is what somebody decided on; without a decision nothing is said.
                alternatives=tuple(decided.get(startup.name, ())),
            )
    return found


def _impact_in_words(developer: str, loss: float | None, profit: float | None) -> str:
    if loss is None or not profit:
        return ""
    low, high = f"{100 * LOW_IMPACT:.0f} %", f"{100 * HIGH_IMPACT:.0f} %"
    return (
        f"If {developer} wound down it would lose {100 * loss / profit:.1f} % of a year's gross "
        f"profit (below {low} low, from {high} high: judgement)."
    )


def _depends(startup: Startup) -> Iterator[tuple[str, str]]:
    """Key and developer of each dependency on a language model whose developer is known."""
    for use_case in startup.use_cases:
        for one in use_case.dependencies:
            if one.answer is Answer.YES and one.developer:
                yield one.key, one.developer


def _wind_down_losses(
    store: Store, actor: Actor, portfolio: Portfolio, *, today: date
) -> dict[tuple[str, str], float]:
    """What each startup loses if a developer winds down, by startup and developer, in USD."""
    developers = {name for startup in portfolio.startups for _, name in _depends(startup)}
    losses = {}
    for developer in sorted(developers):
        scenario = Scenario(
            id="wind-down", title=developer, root=developer, kind=FailureKind.WIND_DOWN
        )
        try:
            result = stress(store, actor, portfolio.name, scenario, today=today)
        except UnknownRoot:
            continue
        for one in result.startups:
            losses[one.startup, developer] = one.loss_usd
    return losses
