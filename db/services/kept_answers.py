"""The answer for a whole portfolio from its kept scores, without reading its startups."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from db.engine import Store
from db.parts.answers import from_text
from db.records import ScoreRunRecord
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_by_band
from db.services.stored_scores import StoredRun, run_of
from db.services.visible import visible_portfolio
from risk.portfolio.results import PortfolioAssessment


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """What the last run that was kept says of the portfolio as a whole.

    ``whole`` has no startups, and its dependence is by developer and host alone. ``bands`` counts
    startups by band, ``runway_known`` those whose runway is known.
    """

    run: StoredRun
    whole: PortfolioAssessment
    bands: Mapping[str, int]
    runway_known: int


def latest_answer(store: Store, actor: Actor, portfolio: str) -> KeptAnswer | None:
    """Return the answer of the last finished scoring, None where none was kept.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        run = run_of(session, visible_portfolio(session, actor, portfolio))
        if run is None:
            return None
        text = session.scalar(select(ScoreRunRecord.answer).where(ScoreRunRecord.id == run.run))
        if text is None:  # Scored before answers were kept.
            return None
        counted = startups_by_band(store, session, run.run)
        return KeptAnswer(
            run=run,
            whole=from_text(text),
            bands=counted.by_band,
            runway_known=counted.runway_known,
        )
