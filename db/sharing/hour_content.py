"""Content of a link to one hour of an incident: plain values. Unknown is None.

Rows have the names of :mod:`ui.tables.call`. What a preset leaves out (:mod:`db.sharing.presets`)
is not here at all; who sees to a company and whom to write to there is the fund's own and in no
link.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from db.sharing.content import MOST_LISTED, NamelessRows, Showing, about, named_rows
from db.sharing.formats import Content
from db.sharing.scenario_content import listed
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios.calls import Call, Hour, NextNews, Urgency
from risk.scenarios.fields import fields_of
from risk.scenarios.replays import Moment
from risk.scenarios.results import StressedStartup

SCOPE = "hour"
_TITLE = "incident"
_ORDER = [one.value for one in Urgency]
#: Figures of a company, all of which are amounts or follow from them.
_OF_MONEY = (
    *("loss_usd", "loss_low_usd", "loss_median_usd", "loss_high_usd"),
    *("runway_months_before", "runway_months_after"),
    *("cash_out_probability_before", "cash_out_probability_after"),
)


def hour_content(
    hour: Hour,
    assessment: PortfolioAssessment,
    showing: Showing,
    *,
    coming: Sequence[NextNews],
    source: str,
    is_ours: bool,
    clock: str = "UTC",
    most: int = MOST_LISTED,
) -> Content:
    """Return what is known at the hour, how likely the end is, what it costs, and whom to call.

    ``source`` is what somebody wrote of the news; ``is_ours``: its texts come with the product.
    """
    preset, names = showing.preset, showing.names
    known = _rows(hour, showing, most)
    rows, _ = named_rows(known, showing, by="loss_median_usd")
    if preset.has_money:
        rows.sort(key=lambda row: _ORDER.index(row["urgency"]))
    content: Content = {
        **about(assessment, showing),
        "scope": SCOPE,
        "startups_in_portfolio": len(assessment.startups),
        "happened": None if hour.hazard is not None else hour.result.scenario.kind.value,
        "days": None if hour.hazard is not None else hour.result.scenario.days,
        "chance": _chance(hour, showing),
        "figures": _figures(hour, showing),
        "startups": rows,
        "coming": [[one.meaning, preset.figure(one.probability)] for one in coming],
    }
    if preset.has_providers:
        # The day alone would tell whose crisis it was.
        content |= {
            "provider": names.provider(hour.provider),
            "at": hour.as_of.isoformat(timespec="minutes"),
            "clock": clock,
            "source": source if preset.has_names else "",
            "news": [_news(one, showing, is_ours=is_ours) for one in reversed(hour.known)],
        }
    return content


def kept_hour(view: Mapping[str, Any] | None, title: str) -> dict[str, Any]:
    """Return what a link keeps of its page, with what the hour is called."""
    return {**(view or {}), _TITLE: title}


def hour_title_of(view: Mapping[str, Any] | None) -> str | None:
    """Return what the hour is called that a link is about, or None: it is about something else."""
    found = (view or {}).get(_TITLE)
    return None if found is None else str(found)


def _news(one: Moment, showing: Showing, *, is_ours: bool) -> Content:
    """News without its sources, which somebody wrote, unless names are shown; ours always is."""
    tells = is_ours or showing.preset.has_names
    return {
        "at": one.at.isoformat(timespec="minutes"),
        "headline": one.headline,
        "sources": list(one.sources) if tells else [],
    }


def _chance(hour: Hour, showing: Showing) -> Content | None:
    hazard = hour.hazard
    if hazard is None:
        return None
    return showing.figures(
        {
            "horizon_days": hazard.horizon_days,
            "before": hour.probability_before,
            "probability": hazard.probability,
            "low": hazard.low,
            "high": hazard.high,
        }
    )


def _figures(hour: Hour, showing: Showing) -> Content:
    figures: Content = {"hit_startups": len(hour.calls)}
    if showing.preset.has_providers:
        figures["through_others"] = hour.through_others
    if showing.preset.has_money:
        result = hour.result
        money = {
            "loss_usd": result.total_usd,
            "loss_low_usd": result.total_low_usd,
            "loss_median_usd": result.total_median_usd,
            "loss_high_usd": result.total_high_usd,
            "move_all_usd": hour.calls.move_all_usd,
        }
        figures |= showing.figures(money)
        figures |= {one.value: hour.calls.count(one) for one in Urgency}
        figures["newly_out_of_cash"] = result.newly_out_of_cash
    return figures


def _rows(hour: Hour, showing: Showing, most: int) -> NamelessRows:
    """Entries without their names. What to say and do follows from what waiting would cost."""
    if showing.preset.has_money:
        return [
            (_hit(one.stake, showing) | _told(one, hour, showing), one.stake.startup)
            for one in hour.calls[:most]
        ]
    every = hour.calls.startups.first(len(hour.calls))
    return [(_hit(one, showing), one.startup) for one in listed(every, showing, most)]


def _hit(one: StressedStartup, showing: Showing) -> Content:
    row: Content = {"hit_probability": showing.preset.figure(one.hit_probability)}
    if showing.preset.has_providers:
        row["hit_through"] = [showing.names.way(text) for text in one.hit_through]
    return row


def _told(one: Call, hour: Hour, showing: Showing) -> Content:
    known, names = fields_of(one.stake), showing.names
    row = showing.figures({name: known[name] for name in _OF_MONEY})
    row |= showing.figures(
        {
            "days_down": one.days_down,
            "move_now_usd": one.stake.move_usd,
            "break_even_probability": one.stake.break_even,
            "probability_low": None if hour.hazard is None else hour.hazard.low,
        }
    )
    return row | {
        "urgency": one.urgency.value,
        "decision": None if one.decision is None else one.decision.value,
        "say": one.say.value,
        "bridge": one.bridge,
        "sign_with": names.known(one.sign_with),
        "other_host": names.known(one.other_host),
        "model": names.known(one.model),
        "model_ends": None if one.model_ends is None else one.model_ends.isoformat(),
    }
