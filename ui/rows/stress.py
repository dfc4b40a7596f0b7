"""Rows of the stress test: who is hit, through whom, for how much, and for how long they last."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from risk.catalog.records import Catalog
from risk.portfolio.results import BeforeAfter
from risk.scenarios import hits
from risk.scenarios.library import PastEvent
from risk.scenarios.results import StressedStartup, StressResult
from ui import wording
from ui.scenario_words import PART_NAMES

#: As many startups as a page lists.
SHOWN = 1_000


def only_through_others(startups: Sequence[StressedStartup], root: str, catalog: Catalog) -> int:
    """Count those whose every hit service is hosted by somebody other than the root."""
    own = [way for way in hits.ways(startups) if _is_own(way, root, catalog)]
    return hits.without(startups, own)


def _is_own(path: str, root: str, catalog: Catalog) -> bool:
    """Say whether a path such as ``OpenAI → OpenAI API (100 %)`` ends at a service of the root."""
    last = path.rpartition(" (")[0].split(" → ")[-1]
    service = catalog.services.get(last)
    return last == root or (service is not None and service.host == root) or path.count("→") < 1


def through_whom(startups: Sequence[StressedStartup]) -> pd.DataFrame:
    """Return a row per path on which the disruption arrives: who is hit there and how likely.

    A startup that is hit on several paths stands in each of them, with its whole loss.
    """
    found = hits.paths(startups)
    return pd.DataFrame(
        {
            "Path": [one.nodes for one in found],
            "Arrives": [" or ".join(one.chances) for one in found],
            "Startups": [_named(one) for one in found],
            "How many": [one.startups for one in found],
            "Their loss": [one.loss_usd for one in found],
        }
    )


def _named(path: hits.Path) -> str:
    more = path.startups - len(path.names)
    return ", ".join(path.names) + (f" and {more:,} more" if more else "")


def path_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`through_whom`."""
    column = st.column_config
    return {
        "Path": column.TextColumn(width="large"),
        "Arrives": column.TextColumn(
            width=90, help="How likely the disruption passes on this path."
        ),
        "Startups": column.TextColumn(width="large"),
        "How many": column.NumberColumn(width=90),
        "Their loss": column.NumberColumn(
            format="$%,d", width=120, help="A startup hit on several paths counts in each of them."
        ),
    }


def past_table(events: Iterable[PastEvent]) -> pd.DataFrame:
    """Return a row per disruption that happened, with its source and its doubt."""
    events = tuple(events)
    return pd.DataFrame(
        {
            "Date": [one.day for one in events],
            "Provider": [one.provider for one in events],
            "What happened": [one.what for one in events],
            "How large": [one.size for one in events],
            "Source": [one.source for one in events],
            "Doubt": [one.doubt for one in events],
        }
    )


def past_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`past_table`."""
    column = st.column_config
    return {
        "Date": column.DateColumn(format="D MMM YYYY", width=110, pinned=True),
        "Provider": column.TextColumn(width=130),
        "What happened": column.TextColumn(width="large"),
        "How large": column.TextColumn(width="medium"),
        "Source": column.TextColumn(width="medium"),
        "Doubt": column.TextColumn(width="medium"),
    }


def comparison_table(first: StressResult, second: StressResult) -> pd.DataFrame:
    """Return a row per startup that either scenario hits: both losses and their difference.

    Of very many startups those that lose most.
    """
    worst = {one.startup for result in (first, second) for one in result.startups[:SHOWN]}
    losses = [hits.named(result.startups, worst) for result in (first, second)]
    names = sorted(worst, key=lambda name: (-max(_loss(name, known) for known in losses), name))[
        :SHOWN
    ]
    left, right = (_loss_of(names, known) for known in losses)
    return pd.DataFrame(
        {
            "Startup": names,
            "First": left,
            "Second": right,
            "Difference": [b - a for a, b in zip(left, right, strict=True)],
            "First, switched on": [_switched_in(name, losses[0]) for name in names],
            "Second, switched on": [_switched_in(name, losses[1]) for name in names],
        }
    )


def _loss(name: str, known: Mapping[str, StressedStartup]) -> float:
    return known[name].loss_usd if name in known else 0.0


def _loss_of(names: Iterable[str], known: Mapping[str, StressedStartup]) -> list[float]:
    return [_loss(name, known) for name in names]


def _switched_in(name: str, known: Mapping[str, StressedStartup]) -> str:
    return _switched(known[name]) if name in known else "Not hit"


def comparison_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`comparison_table`."""
    column = st.column_config
    money = [
        (name, column.NumberColumn(format="$%,d", width=130))
        for name in ("First", "Second", "Difference")
    ]
    return {"Startup": column.TextColumn(pinned=True, width="medium"), **dict(money)}


def stress_table(startups: Iterable[StressedStartup]) -> pd.DataFrame:
    """Return a row per startup hit."""
    startups = tuple(startups)
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in startups],
            "Loss": [one.loss_median_usd for one in startups],
            "10–90 % range": [_range(one) for one in startups],
            "Mean": [one.loss_usd for one in startups],
            "Lost service days": [one.lost_service_days for one in startups],
            "Chance of being hit": [wording.percent(one.hit_probability) for one in startups],
            "Hit through": ["; ".join(one.hit_through) for one in startups],
            "Switched on": [_switched(one) for one in startups],
            "Runway": [wording.before_after_months(one.runway_months) for one in startups],
            "Out of cash in 12 months": [
                _before_after_percent(one.cash_out_probability) for one in startups
            ],
        }
    )


def _range(one: StressedStartup) -> str:
    low, high = wording.money(one.loss_low_usd), wording.money(one.loss_high_usd)
    return low if low == high else f"{low} to {high}"


def _switched(one: StressedStartup) -> str:
    if one.switched_on_day is None:
        return "Waits it out"
    day = "Day 0" if one.switched_on_day < 0.5 else f"Day {one.switched_on_day:.0f}"
    alone = one.switched_alone_on_day
    if alone is None or one.switched_on_day - alone < 0.5:
        return day
    return f"{day} (alone {alone:.0f})"


def _before_after_percent(chance: BeforeAfter) -> str:
    if chance.before is None and chance.after is None:
        return wording.UNKNOWN
    return f"{wording.percent(chance.before)} → {wording.percent(chance.after)}"


def stress_download(startups: Iterable[StressedStartup]) -> pd.DataFrame:
    """Return the same rows with plain figures and the parts of each loss; unknown is empty."""
    rows = [
        {
            "startup": one.startup,
            "loss_usd": one.loss_usd,
            "loss_low_usd": one.loss_low_usd,
            "loss_median_usd": one.loss_median_usd,
            "loss_high_usd": one.loss_high_usd,
            **{f"{part}_usd": one.parts.get(part) for part in PART_NAMES},
            "lost_service_days": one.lost_service_days,
            "hit_probability": one.hit_probability,
            "hit_through": "; ".join(one.hit_through),
            "switched_on_day": one.switched_on_day,
            "switched_alone_on_day": one.switched_alone_on_day,
            "queue_days": one.queue_days,
            "runway_months_before": one.runway_months.before,
            "runway_months_after": one.runway_months.after,
            "cash_out_probability_before": one.cash_out_probability.before,
            "cash_out_probability_after": one.cash_out_probability.after,
        }
        for one in startups
    ]
    return pd.DataFrame(rows)


def stress_columns(startups: Iterable[StressedStartup]) -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`stress_table`."""
    column = st.column_config
    worst = max((one.loss_median_usd for one in startups), default=1.0)
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Loss": column.ProgressColumn(
            format="$%,d",
            min_value=0,
            max_value=max(worst, 1.0),
            width=150,
            help="Median: it is as likely to be more as to be less.",
        ),
        "10–90 % range": column.TextColumn(
            width=150, help="Where the loss lies in eight of ten worlds of what is unknown."
        ),
        "Mean": column.NumberColumn(format="$%,d", width=110, help="For adding up."),
        "Lost service days": column.NumberColumn(format="%.1f", width=130),
        "Chance of being hit": column.TextColumn(width=140),
        "Hit through": column.TextColumn(width=300),
        "Switched on": column.TextColumn(
            width=140,
            help="Median day after it takes effect, queue included; in brackets without it.",
        ),
        "Runway": column.TextColumn(width=130, help="Before → after, without new money."),
        "Out of cash in 12 months": column.TextColumn(width=190, help="Probability."),
    }
