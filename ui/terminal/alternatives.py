"""Alternatives of a startup in the terminal, with what waiting is worth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.waiting import Waiting
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import option, waiting
from ui.words import option_words, waiting_words

if TYPE_CHECKING:
    from rich.console import RenderableType


def alternatives_document(
    options: Sequence[Alternative], known: Sequence[Waiting]
) -> list[Document]:
    """Return an object for each option; that of staying says what waiting is worth."""
    return [
        {
            **document(option.JSON, row),
            "waiting": [
                _waiting(each)
                for each in waiting_words.of_dependency(known, one.use_case, one.dependency_key)
            ]
            if one.option_class is OptionClass.STAY
            else None,
        }
        for one, row in zip(options, option.rows_of(options), strict=True)
    ]


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "provider": one.provider,
        "horizon_days": one.chance.horizon_days,
        "probability": one.chance.probability,
        "probability_low": one.chance.low,
        "probability_high": one.chance.high,
        "probability_before_signals": one.chance.probability_before,
        "advice": one.advice,
        "courses": [document(waiting.VALUES, row) for row in waiting.rows_of(one)],
    }


def alternatives_tables(
    startup: str, options: Sequence[Alternative], known: Sequence[Waiting]
) -> list["RenderableType"]:
    """Return a table for each dependency, the advice below it, and what waiting is worth."""
    found: list[RenderableType] = []
    for case, key in dict.fromkeys((one.use_case, one.dependency_key) for one in options):
        own = [one for one in options if (one.use_case, one.dependency_key) == (case, key)]
        rows = option.rows_of(own)
        found.append(printed(f"Alternatives of {startup}, {case}", option.TERMINAL, rows))
        found.append(printed("What each does not cover", option.TERMINAL_COVERED, rows))
        found.append(text(f"{option_words.headline(own)}."))
        found.extend(text(sentence) for sentence in option_words.advice(own))
        for one in waiting_words.of_dependency(known, case, key):
            title = f"If {one.provider} may end: {startup}, {case}"
            found.append(printed(title, waiting.PAGE, waiting.rows_of(one)))
            found.append(text(f"{waiting_words.chance(one)} {waiting_words.headline(one)}"))
    return found
