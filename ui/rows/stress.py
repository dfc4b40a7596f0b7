"""Rows of the stress test: who is hit, through whom, for how much, and for how long they last."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from risk.catalog.records import Catalog
from risk.scenarios import hits
from risk.scenarios.library import PastEvent
from risk.scenarios.results import StressedStartup, StressResult
from ui.render.page import configured, frame
from ui.tables import stressed
from ui.tables.column import Record

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
    return stressed.switched(stressed.row_of(known[name])) if name in known else "Not hit"


def comparison_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`comparison_table`."""
    column = st.column_config
    money = [
        (name, column.NumberColumn(format="$%,d", width=130))
        for name in ("First", "Second", "Difference")
    ]
    return {"Startup": column.TextColumn(pinned=True, width="medium"), **dict(money)}


#: Columns of those hit that hold figures, for the bar and so that a click sorts by them.
FIGURES = ("loss_median_usd", "loss_usd", "lost_service_days")


def stress_table(rows: Sequence[Record]) -> pd.DataFrame:
    """Return a row per startup hit."""
    return frame(stressed.PAGE, rows, raw=FIGURES)


def stress_columns(rows: Sequence[Record]) -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`stress_table`."""
    column, known = st.column_config, {one.key: one for one in stressed.PAGE}
    worst = max((row["loss_median_usd"] for row in rows), default=1.0)
    loss, mean, days = (known[key] for key in FIGURES)
    widths = {"startup": "medium", "hit_through": 300, "range": 150, "cash_out": 190}
    return {
        **configured(stressed.PAGE, pinned="startup", widths=widths),
        loss.label: column.ProgressColumn(
            format="$%,d", min_value=0, max_value=max(worst, 1.0), width=150, help=loss.help
        ),
        mean.label: column.NumberColumn(format="$%,d", width=110, help=mean.help),
        days.label: column.NumberColumn(format="%.1f", width=130),
    }
