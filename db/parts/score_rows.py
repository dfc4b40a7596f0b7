"""Rows of scores that are kept: one for each startup of a run."""

from collections.abc import Iterable

from db.register.columns import to_cents
from db.register.documents import Row
from db.register.naming import comparison_key
from risk.exposure.results import StartupAssessment
from risk.portfolio.shards import ShardShares


def score_rows(run: int, startups: Iterable[StartupAssessment], shares: ShardShares) -> list[Row]:
    """A row of ``startup_scores`` for each startup of a part."""
    return [_row(run, one, shares.by_startup[one.startup]) for one in startups]


def _row(run: int, one: StartupAssessment, tail_usd: float) -> Row:
    worst = one.worst
    return {
        "run_id": run,
        "startup_key": comparison_key(one.startup),
        "score": one.score,
        "score_low": one.score_interval.low,
        "score_high": one.score_interval.high,
        "band": one.band,
        "confidence": str(one.confidence),
        "aal_cents": to_cents(one.aal_usd),
        "aal_low_cents": to_cents(one.aal_interval_usd.low),
        "aal_high_cents": to_cents(one.aal_interval_usd.high),
        "tvar95_cents": to_cents(one.tvar95_usd),
        "tail_cents": to_cents(tail_usd),
        "worst_root": worst.root if worst else None,
        "worst_kind": str(worst.kind) if worst else None,
        "worst_cents": to_cents(worst.loss_usd) if worst else None,
        "lead_developer": one.lead_developer,
        "days_to_switch": one.days_to_switch,
        "runway_months": one.runway_months.before,
        "runway_months_after": one.runway_months.after,
        "unknown_facts": len(one.unknown),
        "open_questions": one.open_questions,
        "next_action": one.next_action,
        "confidence_share": one.confidence_share,
    }
