"""Content of a link to one stress test, or of a report of it: plain values. Unknown is None.

Startups have the names of :mod:`risk.scenarios.fields`. What a preset leaves out
(:mod:`db.sharing.presets`) is not here at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from db.sharing.content import MOST_LISTED, Showing, about, named_rows
from db.sharing.formats import Content
from db.sharing.naming import Names
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios import hits
from risk.scenarios.fields import fields_of
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.stress import StressedStartups

SCOPE = "scenario"
_STRESS_TEST = "stress_test"
_ALTERNATIVES = 12
#: Fields of a startup that are amounts or follow from them.
_OF_MONEY = (
    *("loss_usd", "loss_low_usd", "loss_median_usd", "loss_high_usd", "lost_service_days"),
    *("switched_on_day", "queue_days", "runway_months_before", "runway_months_after"),
    *("cash_out_probability_before", "cash_out_probability_after"),
)
_RUSH = ("displaced", "capacity", "admitted")
#: What is told of a scenario where providers are left out: how the disruption is, not whose.
_SETTINGS = ("kind", "days", "severity", "price_multiple", "notice_days", "customer")
#: What somebody wrote; told without names only of a scenario that comes with the product.
_TEXTS = ("title", "summary", "not_modelled", "sources", "doubt")


def scenario_content(
    result: StressResult,
    assessment: PortfolioAssessment,
    showing: Showing,
    *,
    own_words: Mapping[str, Scenario],
    most: int = MOST_LISTED,
) -> Content:
    """Return the scenario, its loss, and the startups that it hits, at most ``most`` of them.

    ``own_words`` are the scenarios that come with the product, by id.
    """
    preset, every = showing.preset, hits.hit(result)
    hit = listed(every, showing, most)
    rows, names = named_rows([(_row(o, showing), o.startup) for o in hit], showing, by="loss_usd")
    content: Content = {
        **about(assessment, showing),
        "scope": SCOPE,
        "startups_in_portfolio": len(assessment.startups),
        "scenario": _scenario(result.scenario, own_words, showing, names),
        "note": _note(result, showing),
        "figures": _figures(len(every), rows, result, showing),
        "startups": rows,
        "rush": _rush(result, showing),
    }
    if names.are_real:
        spared = hits.spared_count(result)
        content["unaffected"] = list(hits.spared(result)) if spared <= most else []
        content["unaffected_count"] = spared
    if preset.has_money:
        parts = hits.sum_of_parts(every).items()
        content["loss_by_part"] = showing.pairs(parts)
        content["by_day"] = [[day, preset.figure(loss_usd)] for day, loss_usd in result.by_day]
    return content


def listed(
    every: Sequence[StressedStartup], showing: Showing, most: int
) -> Sequence[StressedStartup]:
    """The startups that are listed: who loses most, unless that is hidden."""
    if len(every) <= most or showing.preset.has_money or not isinstance(every, StressedStartups):
        return every[:most]
    names, rows = every.happening.valuation.members.names, every.rows.tolist()
    order = sorted(
        range(len(rows)),
        key=lambda place: (
            names[rows[place]].casefold() if showing.names.are_real else "",
            rows[place],
        ),
    )
    return every.at(order[:most])


def as_values(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as JSON knows it."""
    return {
        **asdict(scenario),
        "kind": scenario.kind.value,
        "sources": list(scenario.sources),
    }


def scenario_of(known: Mapping[str, Any]) -> Scenario:
    """Return the scenario that was made into values."""
    kind, sources = FailureKind(known["kind"]), tuple(known["sources"])
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


def _scenario(
    scenario: Scenario, own_words: Mapping[str, Scenario], showing: Showing, names: Names
) -> dict[str, Any]:
    known = as_values(scenario)
    if not names.are_real:
        own = own_words.get(scenario.id)
        is_ours = own is not None and all(
            getattr(own, name) == getattr(scenario, name) for name in _TEXTS
        )
        customer = scenario.customer
        known |= {
            "root": names.provider(scenario.root),
            "customer": customer and names.labels.get(customer, "one company"),
        }
        if not is_ours:
            known = {name: known[name] for name in ("root", *_SETTINGS)}
    if not showing.preset.has_providers:
        known = {name: known[name] for name in _SETTINGS}
    return known


def _note(result: StressResult, showing: Showing) -> str:
    """Return what the reader must know, unless it may name a startup, a provider or a loss."""
    is_told = showing.preset.has_money and showing.names.are_real
    is_of_all = showing.preset.has_money and result.scenario.customer is None and result.startups
    is_general = result.scenario.kind is FailureKind.LEADERSHIP_CRISIS
    return result.note if is_told or is_of_all or is_general else ""


def _row(one: StressedStartup, showing: Showing) -> Content:
    """Return what a startup goes through, without its name.

    When it has switched, and whether it does, follows from what waiting would cost it.
    """
    preset, known = showing.preset, fields_of(one)
    row: Content = {"hit_probability": preset.figure(known["hit_probability"])}
    if preset.has_providers:
        row["hit_through"] = [showing.names.way(text) for text in known["hit_through"]]
    if preset.has_money:
        row |= showing.figures({name: known[name] for name in _OF_MONEY})
    return row


def _figures(hit: int, rows: Sequence[Content], result: StressResult, showing: Showing) -> Content:
    figures: Content = {"hit_startups": hit}
    if showing.preset.has_money:
        figures |= {
            "loss_usd": showing.preset.figure(result.total_usd),
            "loss_low_usd": showing.preset.figure(result.total_low_usd),
            "loss_median_usd": showing.preset.figure(result.total_median_usd),
            "loss_high_usd": showing.preset.figure(result.total_high_usd),
            "largest_startup": rows[0]["startup"] if rows else None,
            "largest_usd": rows[0]["loss_usd"] if rows else 0.0,
            "newly_out_of_cash": result.newly_out_of_cash,
        }
    return figures


def _rush(result: StressResult, showing: Showing) -> dict[str, Any] | None:
    """Return where everybody would go; None where the disruption sets nobody in motion.

    It is counted in what is spent.
    """
    herd = result.crowd
    if herd is None or not herd.alternatives or not showing.preset.has_money:
        return None
    figures = {
        "market_share": herd.market_share,
        "displaced_usd_per_month": herd.displaced_usd_per_month,
        "admitted_usd_per_month": herd.admitted_usd_per_month,
        "queue_usd": result.queue_usd,
        "longest_wait_days": herd.longest_wait_days,
    }
    alternatives = [
        {
            **showing.figures({name: getattr(one, name) for name in _RUSH}),
            "alternative": showing.names.provider(one.alternative),
        }
        for one in herd.alternatives[:_ALTERNATIVES]
    ]
    return {**showing.figures(figures), "alternatives": alternatives}
