"""How the questions that pages ask become the keys of Streamlit's caches."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from risk.assumptions import Assumptions
from risk.scenarios.results import Scenario


@lru_cache(maxsize=64)
def _assumptions_in_full(numbers: Assumptions) -> str:
    """The numbers as Streamlit's keys have them; it would take a millisecond for each question."""
    return repr(numbers)


#: What keys are made of where Streamlit's own way is slow.
KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    Assumptions: _assumptions_in_full,
    Scenario: repr,
}
