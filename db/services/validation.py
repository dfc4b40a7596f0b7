"""Contents of the document on the validation of the model for a portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from db.engine import Store
from db.services.access import Action, Actor, authorize
from db.services.assumptions import AssumptionChange, assumption_history, load_assumptions
from db.services.forecasts import list_forecasts
from db.services.incidents import calibrate_incidents, describe_incidents, load_incidents
from db.services.limits import load_limits
from db.services.realised_losses import list_losses
from db.services.reference import FIXTURES
from db.services.scoring import score_portfolio, sensitivity
from db.services.valuations import valuation
from risk.assumptions import Assumptions
from risk.catalog.model_history import ModelHistory, load_model_history
from risk.hazard.calibration import TrackRecord
from risk.hazard.forecast_scores import Scored, scored
from risk.hazard.history_record import HistoryRecord, history_record
from risk.hazard.incident_statistics import IncidentStatistics, Pooling
from risk.hazard.rate_laws import RateLaw, rate_laws
from risk.loss.valuation import Valuation
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.sensitivity import Sensitivity
from risk.portfolio.validation import YEARS, Challenged, challenged
from risk.portfolio.watching import Limit
from risk.scenarios.realised import ComparedLoss


@dataclass(frozen=True, kw_only=True)
class ValidationFacts:
    """The answer, what it rests on, how past months would have been forecast, and two challengers.

    ``incident_days`` are the first and last day of the imported incidents of each provider.
    ``forecasts`` are those that were kept before the fact, ``losses`` those that companies had.
    """

    today: date
    assessment: PortfolioAssessment
    valuation: Valuation
    assumptions: Assumptions
    changes: tuple[AssumptionChange, ...]
    sensitivity: Sensitivity
    challenged: Challenged
    rates: tuple[RateLaw, ...]
    history: ModelHistory
    record: HistoryRecord
    incidents: tuple[IncidentStatistics, ...]
    incident_days: Mapping[str, tuple[date, date]]
    track: tuple[TrackRecord, ...]
    forecasts: Scored
    losses: tuple[ComparedLoss, ...]
    limits: tuple[Limit, ...]


def validation_facts(
    store: Store, actor: Actor, portfolio: str, *, today: date, years: int = YEARS
) -> ValidationFacts:
    """Return everything that a validation document shows; the challenger draws so many years.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    laid_out = valuation(store, actor, portfolio, today=today)
    catalog, assumptions = laid_out.catalog, load_assumptions(store, actor, portfolio)
    history = load_model_history(FIXTURES)
    days: dict[str, tuple[date, date]] = {}
    for one in load_incidents(store, actor):
        day = one.started_at.date()
        first, last = days.get(one.provider, (day, day))
        days[one.provider] = min(first, day), max(last, day)
    return ValidationFacts(
        today=today,
        assessment=score_portfolio(store, actor, portfolio, today=today),
        valuation=laid_out,
        assumptions=assumptions,
        changes=assumption_history(store, actor, portfolio),
        sensitivity=sensitivity(store, actor, portfolio, today=today),
        challenged=challenged(laid_out, years=years),
        rates=rate_laws(catalog.rates, rates=catalog.rates, evidence=catalog.rate_evidence),
        history=history,
        record=history_record(history, catalog),
        incidents=describe_incidents(store, actor, pooling=Pooling.PROVIDER),
        incident_days=days,
        track=calibrate_incidents(store, actor),
        forecasts=scored(list_forecasts(store, actor, portfolio), today=today),
        losses=list_losses(store, actor, portfolio),
        limits=load_limits(store, actor, portfolio),
    )
