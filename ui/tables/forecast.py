"""A forecast as columns: what was asked and said, what came of it, and how it is scored."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from risk.hazard.forecasts import Answered, Forecast, Kept
from ui.tables.column import Column, Record, Unit, attributes, chosen, values
from ui.words import forecast_words as words

if TYPE_CHECKING:  # Lists are written without the engine.
    from risk.hazard.forecast_scores import ChanceScore, Scored

TOGETHER = "All by yes or no"


_ASKED = "question provider subject first_day last_day threshold probability low high basis"
_KEPT = "answered_by kept_by kept_at model_version"


def row_of(one: Kept, today: date) -> Record:
    """Return a forecast as it was kept, and its answer; what is unknown is None."""
    asked, answer = one.forecast, one.answer
    return {
        "forecast": one.number,
        **attributes(asked, _ASKED),
        "quantiles": list(asked.quantiles) or None,
        "state": one.state(today),
        "outcome": None if answer is None else answer.outcome,
        "hours": None if answer is None else answer.hours,
        "day": None if answer is None else answer.day,
        "source": None if answer is None else answer.source,
        "surprise_bits": one.surprise,
        **attributes(one, _KEPT),
    }


def _asked(row: Record) -> Forecast:
    known = {name: row[name] for name in _ASKED.split()}
    return Forecast(**known, quantiles=tuple(row["quantiles"] or ()))


def _kept(row: Record) -> Kept:
    answer = None
    if row["outcome"] is not None:
        answer = Answered(**{name: row[name] for name in ("outcome", "hours", "day", "source")})
    known = {name: row[name] for name in _KEPT.split()}
    return Kept(number=row["forecast"], forecast=_asked(row), answer=answer, **known)


def rows_of(kept: Iterable[Kept], today: date) -> list[Record]:
    """Return each forecast as a row."""
    return [row_of(one, today) for one in kept]


def _answered_by(row: Record) -> str:
    if row["outcome"] is None:
        return "–"
    return row["answered_by"] or f"imported incidents ({row['source']})"


COLUMNS = (
    Column(key="forecast", label="Forecast", unit=Unit.COUNT),
    Column(
        key="asks",
        label="Question",
        of=("question",),
        cell=lambda row: words.question(_asked(row)),
    ),
    Column(
        key="said",
        label="Said before",
        cell=lambda row: words.said(_asked(row)),
        of=("probability",),
        help="The chance with its 10–90 % range, or the median of hours with theirs",
    ),
    Column(
        key="came",
        label="What came",
        of=("outcome",),
        cell=lambda row: words.came(_kept(row).answer),
    ),
    Column(
        key="surprising",
        label="How surprising",
        cell=lambda row: words.surprise(_kept(row)),
        of=("surprise_bits",),
        help="The chance that was given to what came; of hours, where they lie beside the range",
    ),
    Column(key="question", label="Sort", cell=lambda row: words.QUESTION_NAMES[row["question"]]),
    Column(key="provider", label="Provider"),
    Column(key="subject", label="Its model", cell=lambda row: row["subject"] or "–"),
    Column(key="first_day", label="First day", unit=Unit.DATE),
    Column(key="last_day", label="Over after", unit=Unit.DATE),
    Column(key="threshold", label="More than", unit=Unit.FACTOR, missing="–"),
    Column(key="probability", label="Chance", unit=Unit.SHARE, missing="–"),
    Column(key="low", label="Chance, low (10 %)", unit=Unit.SHARE, missing="–"),
    Column(key="high", label="Chance, high (90 %)", unit=Unit.SHARE, missing="–"),
    Column(key="quantiles", label="Hours at 10, 25, 50, 75, 90 %", unit=Unit.LIST, missing="–"),
    Column(key="state", label="State", cell=lambda row: words.STATE_NAMES[row["state"]]),
    Column(key="outcome", label="Answer"),
    Column(key="hours", label="Hours", unit=Unit.HOURS),
    Column(key="day", label="On", unit=Unit.DATE, missing="–"),
    Column(key="source", label="Source", missing="–"),
    Column(key="answered_by", label="Answered by", missing="–", cell=_answered_by),
    Column(
        key="surprise_bits",
        label="Surprise, bits",
        unit=Unit.FACTOR,
        help="−log₂ of the chance that was given to what came: 1 for a tossed coin",
    ),
    Column(key="kept_by", label="Kept by"),
    Column(key="kept_at", label="Kept", unit=Unit.MOMENT),
    Column(key="model_version", label="Model version"),
    Column(key="basis", label="Rests on"),
)
VALUES = values(COLUMNS)
SETTLED = chosen(COLUMNS, "asks said came surprising answered_by".split())
OPEN = chosen(COLUMNS, "forecast asks said last_day state".split())
TERMINAL = chosen(COLUMNS, "forecast asks said last_day came surprising state".split())


def scores_of(found: "Scored") -> list[Record]:
    """Return the scores of every sort of question by yes or no, and of all together first."""
    listed = [(TOGETHER, found.together)] if found.together is not None else []
    listed += [(words.QUESTION_NAMES[name], one) for name, one in found.by_question.items()]
    return [score_of(name, one) for name, one in listed]


def score_of(name: str, one: "ChanceScore") -> Record:
    """Return a score as a row."""
    parts = "questions expected happened brier reliability resolution uncertainty within bits"
    return {
        "sort": name,
        **attributes(one, parts),
        "base_rate_brier": one.base_rate.brier,
        "base_rate_skill": one.base_rate.skill,
        "base_rate_verdict": one.base_rate.verdict,
        "coin_brier": one.coin.brier,
        "coin_skill": one.coin.skill,
        "coin_verdict": one.coin.verdict,
    }


def _brier(name: str) -> Column:
    labels = {
        "brier": ("Brier score", "Mean squared error of the chances; lower is better"),
        "base_rate_brier": (
            "Of the share that came true",
            "Always the share that came true, which nobody knew beforehand",
        ),
        "coin_brier": ("Of always 50 %", "0.25 whatever comes"),
        "reliability": ("Reliability", "How far chances lie from what came of them; 0 is best"),
        "resolution": ("Resolution", "How far apart what came of low and high chances lies"),
        "uncertainty": ("Uncertainty", "How hard the questions were: most at half yes, half no"),
        "within": ("Within groups", "What differs inside the groups of like chances"),
    }
    label, meaning = labels[name]
    return Column(
        key=name,
        label=label,
        unit=Unit.FACTOR,
        cell=lambda row: words.figure(row[name]),
        help=meaning,
    )


SCORES = (
    Column(key="sort", label="Questions"),
    Column(key="questions", label="Settled", unit=Unit.COUNT),
    Column(
        key="expected",
        label="Said to come true",
        unit=Unit.COUNT,
        cell=lambda row: words.figure(row["expected"]),
    ),
    Column(key="happened", label="Came true", unit=Unit.COUNT),
    *map(_brier, ("brier", "base_rate_brier", "coin_brier")),
    Column(key="base_rate_skill", label="Skill against it", unit=Unit.SHARE),
    Column(key="base_rate_verdict", label="Beside the share that came true"),
    Column(key="coin_skill", label="Skill against 50 %", unit=Unit.SHARE),
    Column(key="coin_verdict", label="Beside always 50 %"),
    *map(_brier, ("reliability", "resolution", "uncertainty", "within")),
    Column(
        key="bits",
        label="Surprise, bits",
        unit=Unit.FACTOR,
        cell=lambda row: f"{row['bits']:.2f}",
        help="Mean of −log₂ of the chance that was given to what came; 1 is a tossed coin",
    ),
)
SHOWN_SCORES = chosen(
    SCORES,
    "sort questions expected happened brier base_rate_brier coin_brier coin_verdict".split(),
)


def groups_of(score: "ChanceScore") -> list[Record]:
    """Return the groups of like chances."""
    names = "questions mean happened share low high"
    return [attributes(one, names) | {"held": one.is_held} for one in score.groups]


def amounts_of(found: "Scored") -> Record | None:
    """Return how amounts did, None: none is settled."""
    one = found.amounts
    if one is None:
        return None
    return attributes(one, "questions held above") | {
        "pinball_hours": one.pinball,
        "band": list(one.band),
    }
