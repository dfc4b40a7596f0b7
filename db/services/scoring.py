"""Scores, stress tests and alternatives of a stored portfolio: the model on the store's facts."""

from collections.abc import Mapping
from datetime import date

from db.engine import Store
from db.metrics import SCORING
from db.services.access import Action, Actor, authorize
from db.services.hazard import hazard_for_scores
from db.services.incidents import load_incidents
from db.services.judgements import load_judgements
from db.services.kept_answers import kept_narrowing, latest_answer
from db.services.option_setting import setting_for
from db.services.portfolios import load_startup
from db.services.provider_history import records_of_providers
from db.services.run_history import basis_in, keep_run
from db.services.signals import list_signals
from db.services.valuations import valuation, valuation_alone
from db.services.visible import visible_portfolio
from risk.alternatives.judgements import judgements_of
from risk.alternatives.options import StartupNotFound, alternatives_for, with_records
from risk.alternatives.results import Alternative
from risk.alternatives.why_high import WhyHigh
from risk.alternatives.why_high import why_high as explain
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.inventory.progress import Progress, unheard
from risk.inventory.records import Portfolio, Startup
from risk.loss.valuation import Valuation
from risk.portfolio.assessment import assess
from risk.portfolio.results import Lever, PortfolioAssessment
from risk.portfolio.sensitivity import Sensitivity
from risk.portfolio.sensitivity import narrowing as what_narrows
from risk.portfolio.sensitivity import sensitivity as what_drives
from risk.scenarios.course import StartupCourse, startup_course
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import stress as stress_of


def score_portfolio(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
) -> PortfolioAssessment:
    """Score a portfolio on its stored facts and assumptions.

    ``assumptions`` are tried this once in place of the stored ones. The answer that was kept is
    given where it still holds. An answer that is made on what is stored leaves its headline figures
    behind where the actor may keep some (:mod:`db.services.run_history`).

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    basis = None
    if assumptions is None:
        kept = latest_answer(store, actor, portfolio, today=today)
        if kept is not None and kept.current:
            return kept.whole
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            basis = basis_in(session, store, actor, found, today=today)
    with SCORING.time():
        whole = assess(valuation(store, actor, portfolio, today=today, assumptions=assumptions))
    if basis is not None:
        keep_run(basis, whole, store=store, actor=actor)
    return whole


def score_startup(
    store: Store, actor: Actor, portfolio: str, startup: str, *, today: date
) -> tuple[Portfolio, Valuation, PortfolioAssessment]:
    """Score one startup without reading the others: its figures do not depend on them.

    Its part of the portfolio's worst years does; here it is a portfolio of its own. Returns its
    records, how it is laid out (row 0) and the answer.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup of this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    alone = valuation_alone(store, actor, portfolio, startup, today=today)
    records = load_startup(store, actor, portfolio, startup)
    if not records.startups:
        raise StartupNotFound(f"There is no company called '{startup}' in {portfolio}.")
    with SCORING.time():
        return records, alone, assess(alone)


def stress(
    store: Store, actor: Actor, portfolio: str, scenario: Scenario, *, today: date
) -> StressResult:
    """Say what a scenario would cost a portfolio.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        risk.scenarios.event.UnknownRoot: the scenario's provider is not known.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return stress_of(valuation(store, actor, portfolio, today=today), scenario)


def course(
    store: Store, actor: Actor, portfolio: str, startup: str, scenario: Scenario, *, today: date
) -> StartupCourse:
    """Say what one startup goes through day by day if a scenario happens.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup of this name.
        risk.scenarios.event.UnknownRoot: the scenario's provider is not known.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    held = valuation(store, actor, portfolio, today=today)
    if startup not in held.members.place:
        raise StartupNotFound(f"There is no company called '{startup}' in {portfolio}.")
    return startup_course(held, startup, scenario)


def alternatives(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    use_case: str | None = None,
    today: date,
) -> tuple[Alternative, ...]:
    """Rank what a startup could do instead, each with the record of who would do the work.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup, or the startup no use case, of this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = alternatives_for(
        _startup(store, actor, portfolio, startup),
        setting_for(store, actor, portfolio, today=today),
        use_case=use_case,
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
    )
    return with_records(found, records_of_providers(store, actor, today=today))


def _startup(store: Store, actor: Actor, portfolio: str, startup: str) -> Startup:
    """One startup's record, read without the others."""
    found = load_startup(store, actor, portfolio, startup).startups
    if not found:
        raise StartupNotFound(f"There is no company called '{startup}' in {portfolio}.")
    return found[0]


def sensitivity(
    store: Store, actor: Actor, portfolio: str, *, today: date, progress: Progress = unheard
) -> Sensitivity:
    """Say what drives a portfolio's result: every judgement, number and rate at both its ends.

    ``progress`` hears how far it is.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = valuation(store, actor, portfolio, today=today)
    learns = list_signals(store, actor) or load_incidents(store, actor)

    def catalog_under(assumptions: Assumptions) -> tuple[Catalog, Mapping[str, float]]:
        hazard = hazard_for_scores(store, actor, assumptions, today=today)
        return hazard.catalog, hazard.before_signals

    return what_drives(found, catalog_under=catalog_under if learns else None, progress=progress)


def narrowing(store: Store, actor: Actor, portfolio: str, *, today: date) -> tuple[Lever, ...]:
    """Say what would narrow a portfolio's range most: the first of what :func:`sensitivity` finds.

    What was kept with the answer is given where that still holds.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    kept = kept_narrowing(store, actor, portfolio, today=today)
    if kept is not None:
        return kept
    return what_narrows(valuation(store, actor, portfolio, today=today))


def why_high(store: Store, actor: Actor, portfolio: str, startup: str, *, today: date) -> WhyHigh:
    """Say what a startup could do better, and how many points of its score each is.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup of this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return explain(
        _startup(store, actor, portfolio, startup),
        setting_for(store, actor, portfolio, today=today),
    )
