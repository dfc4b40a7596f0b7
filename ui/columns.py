"""How the columns of the tables are shown: widths, number formats and what each means."""

import streamlit as st


def score_columns() -> dict[str, object]:
    """Return how the table of :func:`ui.assessment_rows.score_table` is shown."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width=165),
        "Sector": column.TextColumn(width=120),
        "Band": column.TextColumn(width=60, help="A is the least exposed, E the most."),
        "Score": column.ProgressColumn(
            format="%.0f",
            min_value=0,
            max_value=100,
            width=110,
            help="0 to 100, from the expected loss and the worst 5 % of years against the "
            "gross profit.",
        ),
        "Expected loss a year": column.NumberColumn(format="$%,d", width=130),
        "10–90 % range": column.TextColumn(
            width=130, help="Where the expected loss lies once the unknown facts are known."
        ),
        "Worst falter": column.TextColumn(width=240),
        "Days to switch": column.NumberColumn(format="%,.0f", width=110),
        "Runway, months": column.TextColumn(
            width=130, help="Today → after a wind-down of the lead developer, without new money."
        ),
        "Confidence": column.TextColumn(width=90),
        "Next best action": column.TextColumn(width="large"),
    }


def register_columns() -> dict[str, object]:
    """Return how the table of :func:`ui.register_rows.register_table` is shown."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Depends on": column.TextColumn(width=200, help="Developers of the models it uses."),
        "Annual revenue": column.NumberColumn(format="$%,d", width=130),
        "Gross margin": column.NumberColumn(format="%.0f %%", width=110),
        "Revenue needing AI": column.NumberColumn(format="%.0f %%", width=140),
        "Cash": column.NumberColumn(format="$%,d", width=120),
        "Burn a month": column.NumberColumn(format="$%,d", width=120),
        "Engineers": column.NumberColumn(format="%,d", width=90),
        "Unknown facts": column.NumberColumn(
            width=120, help="Facts of the startup, its use cases and dependencies nobody stated."
        ),
        "Open questions": column.NumberColumn(
            width=120, help="Texts that may or may not stand for a language model."
        ),
        "Data of": column.DateColumn(format="D MMM YYYY", width=110),
    }


def dependency_columns() -> dict[str, object]:
    """Return how the table of :func:`ui.register_rows.dependency_table` is shown."""
    column = st.column_config
    return {
        "Use case": column.TextColumn(pinned=True, width=150),
        "Text in the file": column.TextColumn(width=170),
        "Language model?": column.TextColumn(
            width=120, help="yes, no, or ask: nobody can tell from the text."
        ),
        "Share": column.NumberColumn(format="%.0f %%", width=80),
        "Spend a month": column.NumberColumn(format="$%,d", width=110),
        "Notice, days": column.NumberColumn(format="%,.0f", width=100),
        "Renewal": column.DateColumn(format="D MMM YYYY", width=110),
        "Data of": column.DateColumn(format="D MMM YYYY", width=110),
    }
