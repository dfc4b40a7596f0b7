"""How well past months would have been forecast, in the terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from risk.hazard.calibration import MethodScore, TrackRecord
from ui import wording
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType


def track_records_document(records: Iterable[TrackRecord]) -> list[Document]:
    """Return one object a provider; the scores are lower the better the forecasts."""
    return [
        {
            "provider": one.provider,
            "since": one.since,
            "until": one.until,
            "months_learned_from": one.learned_from,
            "methods": [_method(method) for method in one.methods],
            "durations": one.durations,
        }
        for one in records
    ]


def _method(score: MethodScore) -> Document:
    return {
        "method": score.method,
        "months": len(score.months),
        "crps": score.crps,
        "skill_against_climatology": score.skill,
        "coverage_90": score.coverage,
        "coverage_band": score.band,
        "coverage_is_honest": score.is_honest,
        "log_score": score.log_score,
        "brier_over_4_hours": score.brier,
        "forecasts": [
            {
                "month": month.first_day,
                "observed": month.observed,
                "mean": month.mean,
                "low": month.low,
                "high": month.high,
                "crps": month.crps,
                "pit": month.pit,
                "probability_over_4_hours": month.long_outage_probability,
            }
            for month in score.months
        ],
    }


def track_records_tables(records: Sequence[TrackRecord]) -> list["RenderableType"]:
    """Return a table for each provider, and in a sentence what it means."""
    if not records:
        return [text("No incidents yet: import some with “downstream incidents import FILE”.")]
    shown: list[RenderableType] = []
    for record in records:
        shown += _shown(record)
    shown.append(
        text(
            "CRPS: how far off, in incidents a month; lower is better. Honest: 90 % intervals held "
            "as often as so few months let one expect."
        )
    )
    return shown


def _shown(record: TrackRecord) -> list["RenderableType"]:
    if not record.methods:
        return [text(f"{record.provider}: too few months to score a forecast.")]
    scored = wording.counted(len(record.methods[0].months), "month")
    columns = ("Method", "CRPS", "Skill", "Held by 90 %", "Honest", "Log score", "Brier, over 4 h")
    rows = [
        (
            one.method.value,
            f"{one.crps:.2f}",
            _known(one.skill, "+.1%"),
            f"{one.coverage:.0%}",
            "yes" if one.is_honest else "NO",
            f"{one.log_score:.2f}",
            _known(one.brier, ".3f"),
        )
        for one in record.methods
    ]
    title = f"{record.provider}: incidents a month, {scored} forecast one ahead"
    return [table(title, columns, rows, right=columns[1:]), text(_lengths(record))]


def _lengths(record: TrackRecord) -> str:
    found = record.durations
    if found is None:
        return "Lengths: too few to fit before the split, or none after it."
    return (
        f"Lengths, fitted to {found.fit.incidents} before {found.split} and scored on "
        f"{found.scored} after: CRPS {found.spliced:.2f} h (lognormal {found.lognormal:.2f}, "
        f"exponential {found.exponential:.2f}, past lengths themselves {found.empirical:.2f}); "
        f"over 4 h {found.long_predicted:.0%} forecast, {found.long_seen:.0%} seen; over a day "
        f"{found.day_predicted:.1%} forecast, {found.day_lognormal:.1%} by the lognormal law, "
        f"{found.day_seen:.1%} seen; uniform transforms p = {found.uniformity:.3f}."
    )


def _known(value: float | None, form: str) -> str:
    return "unknown" if value is None else format(value, form)
