"""Words for what is read: of which startups a figure is, and as of which day."""

from collections.abc import Sequence
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
        parts.append(f"only startups with {slices_in_words(view.slices)}")
    return ", ".join(parts)


def slices_in_words(slices: Slices) -> str:
    """Return ``country DE or US, and sector legal``."""
    by_field: dict[str, list[str]] = {}
    for field, value in slices:
        by_field.setdefault(field, []).append(value or NOT_STATED)
    return ", and ".join(f"{field} {' or '.join(values)}" for field, values in by_field.items())
