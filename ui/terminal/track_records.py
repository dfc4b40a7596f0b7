"""Forecasts of past months in the terminal, and how well they would have done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk.hazard.calibration import TrackRecord
from ui import wording
from ui.render.terminal import printed, text
from ui.tables import track_record

if TYPE_CHECKING:
    from rich.console import RenderableType


def track_records_tables(records: Sequence[TrackRecord]) -> list["RenderableType"]:
    """Return a table for each provider, and in a sentence what it means."""
    if not records:
        return [text("No incidents yet: import some with “downstream incidents import FILE”.")]
    shown: list[RenderableType] = []
    for record in records:
        shown += _shown(record)
    shown.append(
        text(
            "CRPS: how far off, in incidents a month; lower is better. MISS: 90 % intervals held "
            "less or more often than so few months let one expect."
        )
    )
    return shown


def _shown(record: TrackRecord) -> list["RenderableType"]:
    if not record.methods:
        return [text(f"{record.provider}: too few months to score a forecast.")]
    scored = wording.counted(len(record.methods[0].months), "month")
    title = f"{record.provider}: incidents a month, {scored} forecast one ahead"
    methods = printed(title, track_record.COLUMNS, map(track_record.method_of, record.methods))
    return [methods, text(_lengths(record))]


def _lengths(record: TrackRecord) -> str:
    found = record.durations
    if found is None:
        return "Lengths: too few to fit before the split, or none after it."
    return (
        f"Lengths, fitted to {found.fit.incidents} before {found.split} and scored on "
        f"{found.scored} after: CRPS {found.spliced:.2f} h (lognormal {found.lognormal:.2f}, "
        f"exponential {found.exponential:.2f}, past lengths themselves {found.empirical:.2f}); "
        f"over 4 h {wording.percent(found.long_predicted)} forecast, "
        f"{wording.percent(found.long_seen)} seen; over a day "
        f"{wording.percent(found.day_predicted)} forecast, "
        f"{wording.percent(found.day_lognormal)} by the lognormal law, "
        f"{wording.percent(found.day_seen)} seen; uniform transforms p = {found.uniformity:.3f}."
    )
