"""How providers falter, how falters travel, and how customers queue, as numbers of the model.

Part of :class:`risk.assumptions.Assumptions`. Section numbers refer to docs/method.md.
"""

from dataclasses import dataclass
from typing import Any

from risk.unknown_facts import number

#: Where fitted numbers come from, and notices of retirements where none was seen.
RECORD = "public model catalogue, September 2023 to October 2026"
DEPRECATIONS = "OpenAI's deprecations page, captured June 2026"


def _rate_multiple(events: str, usual: str) -> Any:
    return number(1.0, "factor", 0, 100, f"multiplies the rate of {events}, {usual} a year")


def _notice(days: float, sort: str, source: str = "developers' pages") -> Any:
    meaning = f"notice before a {sort} model is retired, without a published day"
    return number(days, "days", 0, 1825, meaning, source)


@dataclass(frozen=True, kw_only=True)
class FalterNumbers:
    """Settings of the hazard: signals, falters without data, links made by rule, the herd."""

    # 1.2, 1.3 What was imported or heard since the reference facts were written.
    learn_from_incidents: float = number(
        1, "0 or 1", 0, 1, "1: imported incidents replace the reference rates of outages"
    )
    signals_in_scores: float = number(
        1, "0 or 1", 0, 1, "1: what was heard of a provider moves its rate of winding down"
    )

    # 1.1, 1.2 Falter settings without data.
    tail_stretch: float = number(1.0, "factor", 1, 2, "multiplies the spread of durations")
    rate_multiple: float = number(1.0, "factor", 0, 10, "multiplies every falter rate")
    price_shock_rate_multiple: float = _rate_multiple("price shocks", "0.003 to 0.044")
    retirement_rate_multiple: float = _rate_multiple(
        "retirements without a published day", "0.05 to 0.42"
    )
    access_cut_rate_multiple: float = _rate_multiple("access cuts", "0.01")
    acquisition_rate_multiple: float = _rate_multiple("acquisitions", "0.02")
    wind_down_rate_multiple: float = _rate_multiple("wind-downs", "0.013 to 0.042")
    regional_block_rate_multiple: float = _rate_multiple("regional blocks", "0.005 to 0.3")
    retirement_notice_general_days: float = _notice(93, "developer's generally available")
    retirement_notice_specialised_days: float = _notice(92, "developer's specialised")
    retirement_notice_preview_days: float = _notice(14, "developer's preview", DEPRECATIONS)
    retirement_notice_cloud_days: float = _notice(173, "cloud's", RECORD)
    retirement_notice_reseller_days: float = _notice(11, "other host's", RECORD)
    region_share: float = number(
        0.3, "share", 0, 1, "users inside one blocked region when nobody stated it"
    )

    # 1.5 Links that the model makes by rule; measured ones are rows of the reference facts.
    licensed_outage: float = number(
        0.10, "probability", 0, 1, "developer's API outage reaches its models on another host"
    )
    licensed_wind_down: float = number(
        0.20, "probability", 0, 1, "developer's sudden end stops its models on another host"
    )
    licensed_price: float = number(
        0.80, "probability", 0, 1, "another host follows the developer's price"
    )
    licensed_acquisition: float = number(
        0.50, "probability", 0, 1, "the buyer closes other hosts of the developer's models"
    )
    own_acquisition: float = number(
        0.10, "probability", 0, 1, "the buyer closes the developer's own API to others"
    )
    licensed_regional_block: float = number(
        0.50, "probability", 0, 1, "a regional block reaches other hosts of the developer's models"
    )

    upstream_reach: float = number(
        1.0,
        "factor",
        0,
        10,
        "multiplies judged chances that a supplier's falter passes on",
    )
    upstream_loss: float = number(
        1.0, "factor", 0, 10, "multiplies judged shares of service lost when it passes on"
    )

    # 2.7 Herd: many customers leave one provider at once and queue for the same alternatives.
    queue_days: float = number(
        0, "days", 0, 365, "wait for capacity at the alternative, beyond what the herd explains"
    )
    herd_panic: float = number(
        0.6, "share", 0, 1, "displaced customers who look for another provider in the first week"
    )
    herd_headroom: float = number(
        0.15, "share", 0, 5, "spare capacity of a provider, as a share of what it serves"
    )
    herd_growth: float = number(
        0.02, "share per day", 0, 1, "capacity that a provider adds each day of a rush"
    )
    herd_unlisted_share: float = number(
        0.002, "share of market", 0, 0.05, "size of a service that no survey names"
    )
