"""What a link to one stress test, or a report of it, shows: plain values. Unknown is None.

Every fact that is left out (:mod:`db.sharing.redaction`) is not here at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from db.sharing.canonical import canonical_json
from db.sharing.content import Content, Left, Provenance, about
from db.sharing.hidden_names import without_names
from db.sharing.redaction import Redaction
from risk.catalog.falters import FalterKind
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios import hits
from risk.scenarios.results import WORST_HIT, Scenario, StressedStartup, StressResult

SCOPE = "scenario"
_STRESS_TEST = "stress_test"
_ALTERNATIVES = 12
#: What a scenario still says where providers are left out: how the falter is, not whose.
_SETTINGS = ("days", "severity", "price_multiple", "notice_days", "customer")


def scenario_content(
    result: StressResult,
    assessment: PortfolioAssessment,
    *,
    left_out: Left = frozenset(),
    provenance: Provenance,
    known: Iterable[str] = (),
) -> Content:
    """Return the scenario, its loss, and every startup that it hits.

    ``known`` are names of providers and models, which stay where names of startups are left out.
    """
    hit, spared = hits.hit(result), hits.spared(result)
    rows, aliases = _named_rows(hit, left_out)
    content: Content = {
        **about(assessment, provenance, left_out),
        "scope": SCOPE,
        "startups_in_portfolio": len(assessment.startups),
        "scenario": _scenario(result.scenario, left_out),
        "note": _note(result, left_out),
        "figures": _figures(hit, rows, result, left_out),
        "startups": rows,
        "rush": _rush(result, left_out),
    }
    if Redaction.NAMES not in left_out:
        content["unaffected"] = list(spared)
    if Redaction.EXPECTED_LOSS not in left_out:
        content["loss_by_part"] = _loss_by_part(hit)
        # The day on which a startup has switched is where its loss stops growing.
        if Redaction.DAYS_TO_SWITCH not in left_out:
            content["by_day"] = [[day, loss_usd] for day, loss_usd in result.by_day]
    if Redaction.NAMES in left_out:
        content = _anonymous(content, assessment, aliases, known)
    return content


def as_values(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as JSON knows it."""
    return {
        **asdict(scenario),
        "kind": scenario.kind.value,
        "sources": list(scenario.sources),
    }


def scenario_of(known: Mapping[str, Any]) -> Scenario:
    """Return the scenario that was made into values."""
    kind, sources = FalterKind(known["kind"]), tuple(known["sources"])
    return Scenario(**{**known, "kind": kind, "sources": sources})


def kept_view(view: Mapping[str, Any] | None, scenario: Scenario | None) -> dict[str, Any] | None:
    """Return what a link keeps of its page, with the stress test that it is about."""
    if scenario is not None:
        return {**(view or {}), _STRESS_TEST: as_values(scenario)}
    return dict(view) if view is not None else None


def stress_test_of(view: Mapping[str, Any] | None) -> str | None:
    """Return the title of the stress test that a link is about, or None."""
    known = stored_scenario(view)
    return known.title if known is not None else None


def stored_scenario(view: Mapping[str, Any] | None) -> Scenario | None:
    """Return the stress test that a link is about, or None: it is about something else."""
    known = (view or {}).get(_STRESS_TEST)
    return scenario_of(known) if known is not None else None


def _scenario(scenario: Scenario, left_out: Left) -> dict[str, Any]:
    known = as_values(scenario)
    if Redaction.PROVIDERS not in left_out:
        return known
    return {"kind": known["kind"], **{name: known[name] for name in _SETTINGS}}


def _note(result: StressResult, left_out: Left) -> str:
    """What the reader must know, unless it names a provider or a loss that is left out."""
    names_a_loss = result.scenario.customer is not None
    if Redaction.PROVIDERS in left_out or (names_a_loss and Redaction.EXPECTED_LOSS in left_out):
        return ""
    return result.note


def _named_rows(
    hit: Sequence[StressedStartup], left_out: Left
) -> tuple[list[Content], dict[str, str]]:
    """Return rows in an order that their visible cells alone decide, and what names became."""
    hidden = Redaction.NAMES in left_out
    known = [(_row(one, left_out), one.startup) for one in hit]
    known.sort(key=lambda pair: ("" if hidden else pair[1].casefold(), canonical_json(pair[0])))
    known.sort(key=lambda pair: -pair[0].get("loss_usd", 0.0))
    aliases = {name: f"Startup {place}" for place, (_, name) in enumerate(known, start=1)}
    rows = [{"startup": aliases[name] if hidden else name, **row} for row, name in known]
    return rows, aliases


def _row(one: StressedStartup, left_out: Left) -> Content:
    """Return what a startup goes through, without its name."""
    row: Content = {"hit_probability": one.hit_probability}
    if Redaction.EXPECTED_LOSS not in left_out:
        row |= {
            "loss_usd": one.loss_usd,
            "loss_low_usd": one.loss_low_usd,
            "loss_high_usd": one.loss_high_usd,
        }
    if Redaction.PROVIDERS not in left_out:
        row["hit_through"] = list(one.hit_through)
    if Redaction.DAYS_TO_SWITCH not in left_out:
        row |= {
            "lost_service_days": one.lost_service_days,
            "switched_on_day": one.switched_on_day,
            "queue_days": one.queue_days,
        }
    if Redaction.RUNWAY not in left_out:
        row |= {
            "runway_months_before": one.runway_months.before,
            "runway_months_after": one.runway_months.after,
            "cash_out_probability_before": one.cash_out_probability.before,
            "cash_out_probability_after": one.cash_out_probability.after,
        }
    return row


def _figures(
    hit: Sequence[StressedStartup], rows: Sequence[Content], result: StressResult, left_out: Left
) -> Content:
    figures: Content = {"hit_startups": len(hit)}
    if Redaction.EXPECTED_LOSS not in left_out:
        figures |= {
            "loss_usd": result.total_usd,
            "largest_startup": rows[0]["startup"] if rows else None,
            "largest_usd": rows[0]["loss_usd"] if rows else 0.0,
        }
    if Redaction.RUNWAY not in left_out:
        figures["newly_out_of_cash"] = hits.newly_out_of_cash(hit)
    return figures


def _loss_by_part(hit: Iterable[StressedStartup]) -> list[list[Any]]:
    parts: dict[str, float] = {}
    for one in hit:
        for name, loss_usd in one.parts.items():
            parts[name] = parts.get(name, 0.0) + loss_usd
    return [list(pair) for pair in sorted(parts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _rush(result: StressResult, left_out: Left) -> dict[str, Any] | None:
    """Where everybody would go; None where the falter sets nobody in motion.

    It names providers and tells what is spent, so it goes with either.
    """
    herd = result.crowd
    if herd is None or not herd.alternatives:
        return None
    if left_out & {Redaction.PROVIDERS, Redaction.FACTS}:
        return None
    rush: dict[str, Any] = {
        "market_share": herd.market_share,
        "displaced_usd_per_month": herd.displaced_usd_per_month,
        "admitted_usd_per_month": herd.admitted_usd_per_month,
        "alternatives": [asdict(one) for one in herd.alternatives[:_ALTERNATIVES]],
    }
    if not left_out & {Redaction.DAYS_TO_SWITCH, Redaction.EXPECTED_LOSS}:
        rush |= {
            "queue_usd": result.queue_usd,
            "longest_wait_days": max((one.queue_days for one in herd.members), default=0.0),
        }
    return rush


def _anonymous(
    content: Content,
    assessment: PortfolioAssessment,
    aliases: Mapping[str, str],
    known: Iterable[str],
) -> Content:
    """Return the content in whose texts startups have no names; those not hit neither."""
    others = {one.startup: "Another startup" for one in assessment.startups}
    texts = ("scenario", "note", "startups", "rush")
    scrubbed: Content = without_names(
        {name: content[name] for name in texts}, {**others, **aliases}, [*known, WORST_HIT]
    )
    return {**content, **scrubbed}
