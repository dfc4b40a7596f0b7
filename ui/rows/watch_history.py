"""Rows of the table of limits as they were set."""

from collections.abc import Iterable

import pandas as pd

from db.services.watching import LimitChange
from ui.rows import watch as words


def history_table(changes: Iterable[LimitChange]) -> pd.DataFrame:
    """Return a row for every limit that was set or taken away, newest first."""
    rows = list(changes)
    return pd.DataFrame(
        {
            "When": [f"{one.at:%Y-%m-%d %H:%M} UTC" for one in rows],
            "Who": [one.by for one in rows],
            "Measure": [words.MEASURE_NAMES[one.measure] for one in rows],
            "Limit": [words.limit_in_words(one.measure, one.value) for one in rows],
            "Why": [one.reason for one in rows],
        }
    )
