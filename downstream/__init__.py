"""Library of the model: who goes down when your LLM provider does, from a table in memory.

No store is needed. Tables come in as pandas or Arrow, with the columns of docs/file-format.md, and
go out as pandas. Importing this loads nothing: the engine loads when something is asked.

>>> import downstream as ds
>>> score = ds.score(frame)                                     # doctest: +SKIP
>>> ds.stress(frame, root="OpenAI", kind="wind_down").explain() # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from downstream.answers import Alternatives as Alternatives
    from downstream.answers import Range as Range
    from downstream.answers import Replay as Replay
    from downstream.answers import Score as Score
    from downstream.answers import Stress as Stress
    from downstream.answers import alternatives as alternatives
    from downstream.answers import replay as replay
    from downstream.answers import score as score
    from downstream.answers import stress as stress
    from downstream.inventory import CannotBeRead as CannotBeRead
    from downstream.inventory import Inventory as Inventory
    from downstream.inventory import QuestionsOpen as QuestionsOpen
    from downstream.inventory import read as read
    from downstream.inventory import resolve as resolve
    from downstream.learning import History as History
    from downstream.learning import history as history

#: Where each name is found, once somebody asks for it.
_FOUND_IN = {
    **dict.fromkeys(("CannotBeRead", "Inventory", "QuestionsOpen", "read", "resolve"), "inventory"),
    **dict.fromkeys(("History", "history"), "learning"),
    **dict.fromkeys(
        (
            *("Alternatives", "Range", "Replay", "Score", "Stress"),
            *("alternatives", "replay", "score", "stress"),
        ),
        "answers",
    ),
}
__all__ = sorted(_FOUND_IN)


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in _FOUND_IN:
        raise AttributeError(f"downstream has no {name}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_FOUND_IN[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_FOUND_IN]
