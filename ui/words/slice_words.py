"""Words for slices: by which fields startups are chosen, and of which startups a figure is."""

from collections.abc import Sequence

from ui import wording

#: A value that nobody stated.
NOT_STATED = "not stated"
Slices = Sequence[tuple[str, str]]


def slice_label(field: str, value: str) -> str:
    """Return ``Country: DE``."""
    return f"{wording.sentence_case(field)}: {value or NOT_STATED}"


def slices_in_words(slices: Slices) -> str:
    """Return ``country DE or US, and sector legal``."""
    by_field: dict[str, list[str]] = {}
    for field, value in slices:
        by_field.setdefault(field, []).append(value or NOT_STATED)
    return ", and ".join(f"{field} {' or '.join(values)}" for field, values in by_field.items())
