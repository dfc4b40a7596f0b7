"""Forecasts of past months as columns: by method, and month by month."""

from collections.abc import Iterable

from risk.hazard.calibration import MethodScore, ScoredMonth, TrackRecord
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes
from ui.words.track_words import METHOD_NAMES


def row_of(one: TrackRecord) -> Record:
    """Return a provider's record; the scores are lower the better the forecasts."""
    return {
        **attributes(one, "provider since until"),
        "months_learned_from": one.learned_from,
        "methods": [method_of(score) for score in one.methods],
        "durations": one.durations,
    }


def method_of(score: MethodScore) -> Record:
    """Return what a method's forecasts are worth, and each of them."""
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
        "forecasts": [_forecast(month) for month in score.months],
    }


def _forecast(month: ScoredMonth) -> Record:
    return {
        "month": month.first_day,
        **attributes(month, "observed mean low high crps pit"),
        "probability_over_4_hours": month.long_outage_probability,
    }


def months_of(scores: Iterable[MethodScore]) -> list[Record]:
    """Return each month of each method with its interval and what came, for a file."""
    return [
        {
            "forecast": score.method.value,
            "month": month.first_day.isoformat(),
            **attributes(month, "observed mean low high"),
            "held": month.is_covered,
            **attributes(month, "crps pit log_score"),
            "probability_over_4_hours": month.long_outage_probability,
            "brier": month.brier,
        }
        for score in scores
        for month in score.months
    ]


def _skill(row: Record) -> str:
    skill = row["skill_against_climatology"]
    return wording.UNKNOWN if skill is None else f"{round(100 * skill):+d} %"


def _brier(row: Record) -> str:
    brier = row["brier_over_4_hours"]
    return wording.UNKNOWN if brier is None else f"{brier:.3f}"


def _held(row: Record) -> str:
    held = wording.percent(row["coverage_90"])
    return held if row["coverage_is_honest"] else f"MISS {held}"


COLUMNS = (
    Column(key="method", label="Forecast", cell=lambda row: METHOD_NAMES[row["method"]]),
    Column(
        key="crps",
        label="CRPS",
        unit=Unit.FACTOR,
        cell=lambda row: f"{row['crps']:.2f}",
        help="How far off, in incidents a month; lower is better.",
    ),
    Column(
        key="skill_against_climatology",
        label="Skill",
        unit=Unit.SHARE,
        cell=_skill,
        help="Against the mean of all months.",
    ),
    Column(
        key="coverage_90",
        label="Held by 90 %",
        unit=Unit.SHARE,
        cell=_held,
        help="Months inside their interval; a miss is a share that honest intervals would hardly "
        "have.",
    ),
    Column(
        key="brier_over_4_hours",
        label="Brier, over 4 h",
        unit=Unit.FACTOR,
        cell=_brier,
        help="Whether an incident above four hours comes.",
    ),
)
