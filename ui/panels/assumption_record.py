"""The track record on the page Assumptions: past months forecast, and every miss in words."""

import pandas as pd
import streamlit as st

from risk.hazard.calibration import TrackRecord
from ui import cached, links, wording
from ui.charts import track_record as charts
from ui.page import card, chart, palette
from ui.render.frames import frame
from ui.render.page import csv_button, small_table
from ui.tables import track_record as columns
from ui.words import track_words as words

IMPORT_COMMAND = "downstream incidents import FILE --provider NAME"


def track_record() -> None:
    """Show one provider's record, or how to import a history and what is known without one."""
    records = {one.provider: one for one in cached.track_records()}
    if not records:
        nothing_imported()
        return
    scored = [name for name, one in records.items() if one.methods]
    with st.container(width=360):
        name = links.select(
            "Provider",
            list(records),
            name="provider",
            default=(scored or list(records))[0],
        )
    record = records[name]
    what_held(record)
    counts(record)


def nothing_imported() -> None:
    """Say how to import a history, and what is published of the one that the rates rest on."""
    with st.container(border=True):
        st.markdown(
            "**No incident history has been imported yet.**  \nWith one, every month is forecast "
            "from the months before it and scored against simple rivals, here and in the terminal."
        )
        st.code(IMPORT_COMMAND, language=None, wrap_lines=True)
        st.caption(
            "FILE is a CSV of incidents with their stages, or of a page of uptime days; "
            "“downstream incidents import --help” says more."
        )
    published = words.published_record()
    if published:
        with card(
            "What ships",
            note="The incidents that the shipped rates and lengths were fitted to are not part of "
            "the product. Their own track record, misses included:",
        ):
            st.markdown(published)


def what_held(record: TrackRecord) -> None:
    """List what was asked of the forecasts: a red badge and the word for each miss."""
    with card(record.provider, note=words.verdict(record)):
        lines = [
            f"- {':green-badge[HELD]' if one.held else ':red-badge[MISS]'} "
            f"{wording.escaped(one.sentence)}"
            for one in words.findings(record)
        ]
        if lines:
            st.markdown("\n".join(lines))


def counts(record: TrackRecord) -> None:
    """Show the forecasts of counts month by month, their transforms, and the rivals."""
    ours = words.our_score(record)
    if ours is None:
        return
    left, right = st.columns([1.6, 1])
    with left, card("Incidents a month", note=charts.months_alt(ours)):
        chart(
            charts.months_figure(ours, palette=palette()), alt=charts.months_alt(ours), key="months"
        )
    with right, card("Are the intervals right?", note=charts.transforms_alt(ours)):
        chart(
            charts.transforms_figure(ours, palette=palette()),
            alt=charts.transforms_alt(ours),
            key="transforms",
        )
    with card(
        "Against simple rivals",
        note="CRPS: how far off, in incidents a month; lower is better. Skill: against the mean of "
        "all months. Brier: whether an incident above four hours comes. Held: months inside their "
        "interval; a miss is a share that honest intervals would hardly have.",
    ):
        shown = frame(columns.COLUMNS, map(columns.method_of, record.methods))
        label = columns.COLUMNS[3].label
        shown[label] = shown[label].str.replace("MISS", ":red-badge[MISS]")
        small_table(shown, right=tuple(shown.columns[1:]), raw=(label,))
        csv_button(
            pd.DataFrame(columns.months_of(record.methods)),
            key="months_csv",
            file_name=f"{record.provider}-forecasts.csv",
            label="CSV of every month",
        )
