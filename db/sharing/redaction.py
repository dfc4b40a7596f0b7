"""What a link leaves out. Left out means never put in: nothing hidden is in the frozen data."""

from collections.abc import Iterable
from enum import StrEnum

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
