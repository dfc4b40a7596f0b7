"""What a report of one stress test shows: plain values. Unknown is None."""

from dataclasses import asdict
from typing import Any

from db.sharing.content import Content, Provenance, about
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios import hits
from risk.scenarios.results import Scenario, StressedStartup, StressResult

SCOPE = "scenario"
_ALTERNATIVES = 12


def scenario_content(
    result: StressResult, assessment: PortfolioAssessment, *, provenance: Provenance
) -> Content:
    """Return what the report shows: the scenario, its loss, and every startup that it hits."""
    hit = hits.hit(result)
    parts: dict[str, float] = {}
    for one in hit:
        for name, loss_usd in one.parts.items():
            parts[name] = parts.get(name, 0.0) + loss_usd
    return {
        **about(assessment, provenance, frozenset()),
        "scope": SCOPE,
        "startups_in_portfolio": len(assessment.startups),
        "scenario": _scenario(result.scenario),
        "note": result.note,
        "figures": {
            "loss_usd": result.total_usd,
            "hit_startups": len(hit),
            "largest_startup": hit[0].startup if hit else None,
            "largest_usd": hit[0].loss_usd if hit else 0.0,
            "newly_out_of_cash": hits.newly_out_of_cash(hit),
        },
        "by_day": [[day, loss_usd] for day, loss_usd in result.by_day],
        "loss_by_part": sorted(parts.items(), key=lambda pair: (-pair[1], pair[0])),
        "startups": [_startup(one) for one in hit],
        "unaffected": list(hits.spared(result)),
        "rush": _rush(result),
    }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    return {
        **asdict(scenario),
        "kind": scenario.kind.value,
        "sources": list(scenario.sources),
    }


def _startup(one: StressedStartup) -> dict[str, Any]:
    return {
        "startup": one.startup,
        "loss_usd": one.loss_usd,
        "loss_low_usd": one.loss_low_usd,
        "loss_high_usd": one.loss_high_usd,
        "hit_probability": one.hit_probability,
        "hit_through": list(one.hit_through),
        "lost_service_days": one.lost_service_days,
        "switched_on_day": one.switched_on_day,
        "queue_days": one.queue_days,
        "runway_months_before": one.runway_months.before,
        "runway_months_after": one.runway_months.after,
        "cash_out_probability_before": one.cash_out_probability.before,
        "cash_out_probability_after": one.cash_out_probability.after,
    }


def _rush(result: StressResult) -> dict[str, Any] | None:
    """Where everybody would go; None where the falter sets nobody in motion."""
    herd = result.crowd
    if herd is None or not herd.alternatives:
        return None
    return {
        "market_share": herd.market_share,
        "displaced_usd_per_month": herd.displaced_usd_per_month,
        "admitted_usd_per_month": herd.admitted_usd_per_month,
        "queue_usd": result.queue_usd,
        "longest_wait_days": max((one.queue_days for one in herd.members), default=0.0),
        "alternatives": [asdict(one) for one in herd.alternatives[:_ALTERNATIVES]],
    }
