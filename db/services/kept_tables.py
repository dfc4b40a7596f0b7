"""The table of a large portfolio's scores: as they were kept, a row for each startup."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select

from db.engine import Store
from db.errors import Refused
from db.register.columns import to_usd
from db.register.rows import STARTUPS
from db.services.access import Action, Actor, authorize
from db.services.stored_scores import SCORES, StoredRun, run_of
from db.services.visible import visible_portfolio
from risk.inventory.formats.export_tables import Cell, ExportTable

#: By column of the table where it is kept; what ends in _usd is kept in cents.
_KEPT: dict[str, ColumnElement[Any]] = {
    "startup": STARTUPS.c.name,
    "sector": STARTUPS.c.sector,
    "score": SCORES.c.score,
    "score_low": SCORES.c.score_low,
    "score_high": SCORES.c.score_high,
    "band": SCORES.c.band,
    "aal_usd": SCORES.c.aal_cents,
    "aal_low_usd": SCORES.c.aal_low_cents,
    "aal_high_usd": SCORES.c.aal_high_cents,
    "tvar95_usd": SCORES.c.tvar95_cents,
    "tvar95_contribution_usd": SCORES.c.tail_cents,
    "lead_developer": SCORES.c.lead_developer,
    "worst_root": SCORES.c.worst_root,
    "worst_kind": SCORES.c.worst_kind,
    "worst_loss_usd": SCORES.c.worst_cents,
    "days_to_switch": SCORES.c.days_to_switch,
    "runway_months_before": SCORES.c.runway_months,
    "runway_months_after": SCORES.c.runway_months_after,
    "confidence": SCORES.c.confidence,
    "confidence_share": SCORES.c.confidence_share,
    "unknown_facts": SCORES.c.unknown_facts,
    "open_questions": SCORES.c.open_questions,
    "next_action": SCORES.c.next_action,
}
_IN_CENTS = tuple(name.endswith("_usd") for name in _KEPT)
#: Rows that are fetched at a time.
_AT_ONCE = 10_000


def kept_scores_table(store: Store, actor: Actor, portfolio: str) -> tuple[ExportTable, StoredRun]:
    """The scores of the last run that was kept, by name of startup, and which run that is.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: none were kept.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        run = run_of(session, found)
        if run is None:
            raise Refused(
                f"No scores of “{found.name}” are kept yet. Keep some first: “downstream scores "
                f"keep --portfolio '{found.name}'”."
            )
        beside = and_(SCORES.c.run_id == run.run, SCORES.c.startup_key == STARTUPS.c.name_key)
        query = (
            select(*_KEPT.values())
            .select_from(STARTUPS.join(SCORES, beside))
            .where(STARTUPS.c.portfolio_id == found.id)
            .order_by(STARTUPS.c.name_key)
        )
        rows = tuple(
            tuple(_cell(value, cents) for value, cents in zip(row, _IN_CENTS, strict=True))
            for row in session.execute(query.execution_options(yield_per=_AT_ONCE))
        )
    return ExportTable(name="Scores", columns=tuple(_KEPT), rows=rows), run


def _cell(value: Any, cents: bool) -> Cell:
    stated: Cell = to_usd(value) if cents else value
    return stated
