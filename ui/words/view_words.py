"""Words for what is read: of which startups a figure is, and as of which day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ui import wording

if TYPE_CHECKING:
    from db.engine import View

AS_OF = "As of"
AS_OF_HINT = (
    "The register as it was known at the end of that day, by today's model and reference facts. "
    "Empty: as it is now."
)
#: A value that nobody stated.
NOT_STATED = "not stated"
Slices = Sequence[tuple[str, str]]


def slice_label(field: str, value: str) -> str:
    """Return ``Country: DE``."""
    return f"{wording.sentence_case(field)}: {value or NOT_STATED}"


def view_in_words(view: "View") -> str:
    """Return ``register as of 31 October 2026, only startups with country DE``."""
    parts = []
    if view.as_of is not None:
        parts.append(f"register as of {view.as_of:%-d %B %Y}")
    if view.slices:
        parts.append(f"only companies with {slices_in_words(view.slices)}")
    return ", ".join(parts)


def nothing_in(slices: Slices, as_of: date | None) -> str:
    """Say that no startup is in slices, as of which day, and what to do about it."""
    if as_of is None:
        return f"No company has {slices_in_words(slices)}. Take a slice away in the sidebar."
    told = (
        f"As of {as_of:%-d %B %Y} no company had {slices_in_words(slices)}. Choose another day, or "
        "take a slice away, in the sidebar."
    )
    if any(field == "fund" for field, _ in slices):
        told += " What funds hold is known from the day on which their holdings were imported."
    return told


def slices_in_words(slices: Slices) -> str:
    """Return ``country DE or US, and sector legal``."""
    by_field: dict[str, list[str]] = {}
    for field, value in slices:
        by_field.setdefault(field, []).append(value or NOT_STATED)
    return ", and ".join(f"{field} {' or '.join(values)}" for field, values in by_field.items())
