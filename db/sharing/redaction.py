"""What a link leaves out. Left out means never put in: nothing hidden is in the frozen data."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from db.errors import Refused


class Redaction(StrEnum):
    """Facts that a link can leave out, wherever they would show: column, figure, chart or file."""

    NAMES = "names"
    SECTOR = "sector"
    PROVIDERS = "providers"
    SCORE = "score"
    EXPECTED_LOSS = "expected_loss"
    WORST_YEARS = "worst_years"
    WORST_FALTER = "worst_falter"
    DAYS_TO_SWITCH = "days_to_switch"
    RUNWAY = "runway"
    CONFIDENCE = "confidence"
    NEXT_ACTION = "next_action"
    FACTS = "facts"


#: Names of startups that are ordinary words are not looked for in other texts below this length.
_SHORTEST_FIRST_WORD = 4


def redactions(names: Iterable[str]) -> frozenset[Redaction]:
    """Read what is to be left out.

    Raises:
        Refused: there is no such fact.
    """
    found = set()
    for name in names:
        folded = name.strip().casefold().replace("-", "_").replace(" ", "_")
        if folded not in {one.value for one in Redaction}:
            listed = ", ".join(Redaction)
            raise Refused(f"“{name}” cannot be left out of a link. What can be: {listed}.")
        found.add(Redaction(folded))
    return frozenset(found)


def without_names(value: Any, aliases: Mapping[str, str], kept: Iterable[str] = ()) -> Any:
    """Replace the names of startups in every text of a content by what they are called instead.

    ``kept`` are texts, such as providers and sectors, whose words are no startup's name. A name's
    first word counts as the name, because people call a company by it.
    """
    ordinary = {word for text in kept for word in re.findall(r"\w+", text.casefold())}
    spoken = {name.casefold(): alias for name, alias in aliases.items()}
    for name, alias in aliases.items():
        first = (re.findall(r"\w+", name.casefold()) or [""])[0]
        if len(first) >= _SHORTEST_FIRST_WORD and first not in ordinary:
            spoken.setdefault(first, alias)
    if not spoken:
        return value
    longest_first = sorted(spoken, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
    )
    return _replaced(value, lambda text: pattern.sub(lambda m: spoken[m[0].casefold()], text))


def _replaced(value: Any, replace: Any) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, Mapping):
        return {name: _replaced(one, replace) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, replace) for one in value]
    return value
