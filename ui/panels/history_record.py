"""Recorded prices and retirements on the page Assumptions, with what was judged before."""

from collections.abc import Sequence

import streamlit as st

from risk.hazard.cell_rates import CellCheck
from risk.hazard.history_record import HistoryRecord
from ui import cached, wording
from ui.page import card
from ui.render.page import column_table
from ui.tables import history_record as columns
from ui.tables.column import Column, Record
from ui.words import history_words as words
from ui.words.track_words import Finding

FITTED = (
    "Scores use these rates, sizes and notices, with how unsure they are; “Judged before” is what "
    "model 4 had. “Own API” is the developer's own."
)


def history_record() -> None:
    """Show how often prices rose and models ended, how surely that is known, and every miss."""
    record = cached.history_record()
    st.caption(wording.escaped(FITTED))
    prices(record)
    _check(
        "rises_of_2026",
        "Would it have known the rises of 2026?",
        "Fitted to the end of 2025, scored on January to June 2026.",
        record.price_check.rises,
        words.price_findings(record),
    )
    ends(record)
    notice(record)
    _check(
        "ends_of_early_2026",
        "Would it have known the ends of early 2026?",
        words.about_half_year(record),
        record.retirement_check.half_year,
        words.half_year_findings(record),
    )
    _check(
        "ends_since_october",
        "Would it have known the ends since October 2026?",
        "Fitted to 12 August to 30 September 2026, scored on what ends after it. Developers and "
        "clouds end many models on one day, and those days lay after September.",
        record.retirement_check.late,
        words.late_findings(record),
    )
    st.caption(wording.escaped(words.source_in_words(record)))


def prices(record: HistoryRecord) -> None:
    """Show rates of price rises with their intervals, and how large rises are."""
    with card("Price rises", note=words.about_prices(record)):
        _table(columns.PRICES, columns.prices_of(record), "price_rises")
        st.markdown("**By host**")
        st.caption(
            "Days on which a host raised any price, and how many of its models rose on such a day."
        )
        _table(columns.HOSTS, columns.hosts_of(record), "price_rises_by_host")
        st.markdown(wording.escaped(words.sizes_in_words(record)))
        spread = words.spread_in_words(record.prices.rises)
        st.caption(
            wording.escaped(
                f"{spread} A price that moved unseen looks like one that stood still, and models "
                "that had ended before 2026 are missing."
            )
        )


def ends(record: HistoryRecord) -> None:
    """Show rates at which models end, by cell and by age."""
    with card("Models that end", note=words.about_retirements(record)):
        _table(columns.ENDS, columns.ends_of(record), "model_ends")
        st.caption(wording.escaped(words.spread_in_words(record.retirements.ends)))
        st.markdown("**By age**")
        _table(columns.ENDS, columns.ages_of(record), "model_ends_by_age")


def notice(record: HistoryRecord) -> None:
    """Show notice as developers state it, and what the catalogue bounds it by."""
    with card("Notice", note="Days from the announcement to the last day."):
        st.markdown("**As developers' pages state it**")
        _table(columns.NOTICES, columns.notices_of(record), "notice_stated")
        st.markdown("**At least, by the day the catalogue held it**")
        _table(columns.SEEN, columns.seen_of(record), "notice_at_least")
        st.caption(
            "“Entered after”: the catalogue had the last day only once it had passed, which says "
            "nothing of the notice. “Told before”: of models whose last day came while last days "
            "were kept, those that the catalogue held before it."
        )


def _check(key: str, title: str, note: str, check: CellCheck, found: list[Finding]) -> None:
    """Show a check out of time: what held, every miss, and the forecasts of each cell."""
    with card(title, note=note):
        st.markdown(
            "\n".join(
                words.findings_in_lines(found, held=":green-badge[HELD]", missed=":red-badge[MISS]")
            )
        )
        _table(columns.CHECKS, columns.checks_of(check), key)


def _table(columns: Sequence[Column], rows: Sequence[Record], key: str) -> None:
    """Show a few rows that are too wide for a phone, with their downloads."""
    column_table(
        columns,
        rows,
        key=key,
        file_name=f"{key.replace('_', '-')}.csv",
        height="content",
        alt=f"{len(rows)} rows with {', '.join(one.label for one in columns)}.",
    )
