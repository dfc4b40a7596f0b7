"""Rows of what an authority would find wrong with a DORA register."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from risk.inventory.formats.dora_lint import Finding


def rule_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return a row per rule, table and column: how often, and what to do about the first."""
    counted = Counter((one.weight, one.rule, one.table, one.column) for one in findings)
    first: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        first.setdefault((one.weight, one.rule, one.table, one.column), one)
    return pd.DataFrame(
        {
            "Weight": [weight.value for weight, *_ in counted],
            "Rule": [rule for _, rule, _, _ in counted],
            "Table": [name for _, _, name, _ in counted],
            "Column": [column for *_, column in counted],
            "How often": list(counted.values()),
            "What to do, for instance": [first[key].message for key in counted],
        }
    )


def rule_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`rule_table`."""
    column = st.column_config
    return {
        "Weight": column.TextColumn(width=80, help="Errors keep the filing from being accepted."),
        "Rule": column.TextColumn(width=90, help="The authorities' own number of the rule."),
        "Table": column.TextColumn(width=90),
        "Column": column.TextColumn(width=80),
        "How often": column.NumberColumn(width=90, format="%,d"),
        "What to do, for instance": column.TextColumn(width="large"),
    }


def finding_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return a row per finding, with the record to mend."""
    return pd.DataFrame(
        {
            "Weight": [one.weight.value for one in findings],
            "Rule": [one.rule for one in findings],
            "Table": [one.table for one in findings],
            "Column": [one.column for one in findings],
            "Startup": [one.startup for one in findings],
            "Use case": [one.use_case for one in findings],
            "Provider": [one.provider for one in findings],
            "What to do": [one.message for one in findings],
        }
    )


def finding_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`finding_table`."""
    column = st.column_config
    return {
        "Weight": column.TextColumn(width=80),
        "Rule": column.TextColumn(width=90),
        "Table": column.TextColumn(width=90),
        "Column": column.TextColumn(width=80),
        "Startup": column.TextColumn(width="medium"),
        "Use case": column.TextColumn(width="medium"),
        "Provider": column.TextColumn(width="medium"),
        "What to do": column.TextColumn(width="large"),
    }
