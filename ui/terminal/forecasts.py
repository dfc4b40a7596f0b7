"""Scores of forecasts in the terminal: misses first, references, and how few there are."""

from datetime import date
from typing import TYPE_CHECKING

from risk.hazard.forecast_scores import Scored
from ui.render.terminal import Document, printed, text
from ui.tables import forecast
from ui.words import forecast_words as words

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Forecasts shown to people; all of them are in the JSON document.
SHOWN = 20


def score_document(found: Scored, today: date) -> Document:
    """Return the scores, the groups of like chances, and what is settled, misses first."""
    together = found.together
    return {
        "states": {state.value: count for state, count in found.states.items()},
        "enough": together is not None and together.is_enough,
        "scores": forecast.scores_of(found),
        "groups": [] if together is None else forecast.groups_of(together),
        "amounts": forecast.amounts_of(found),
        "settled": forecast.rows_of(found.settled, today),
    }


def score_tables(found: Scored, today: date) -> list["RenderableType"]:
    """Return the same for people."""
    shown: list[RenderableType] = [text(f"{words.headline(found)}.")]
    if found.settled:
        rows = forecast.rows_of(found.settled[:SHOWN], today)
        shown.append(printed("The most surprising first", forecast.SETTLED, rows))
    if found.together is not None:
        rows = forecast.scores_of(found)
        shown.append(printed("Scores; lower is better", forecast.SHOWN_SCORES, rows))
        shown.append(text(f"{words.calibration_finding(found.together)}."))
        shown += [text(f"{words.group_words(one)}.") for one in found.together.groups]
        shown.append(text(words.NOT_INDEPENDENT))
    if found.amounts is not None:
        shown.append(text(words.amounts_words(found)))
    return shown
