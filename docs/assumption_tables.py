"""The tables of docs/assumptions.md, from the model's own table of numbers."""

from collections.abc import Iterable

from docs.file_format_tables import table
from risk.assumptions import DEFAULTS, JUDGEMENT, UNKNOWN_FACTS, assumption_rows
from ui import wording
from ui.rows.assumptions import span
from ui.rows.fixed_numbers import fixed_table

_POINTS = ("_low", "", "_high")


def tables() -> dict[str, str]:
    """Every table of the page by the name of its place."""
    return {
        "count": _count(),
        "numbers": table(
            (
                "number",
                "name for the terminal",
                "default",
                "unit",
                "plausible",
                "allowed",
                "source",
            ),
            _numbers(),
        ),
        "unknown facts": table(("fact", "name", "10 %", "median", "90 %", "unit"), _unknown()),
        "fixed": table(
            ("number", "value", "what it does", "source"),
            (tuple(map(str, row)) for row in fixed_table().itertuples(index=False)),
        ),
    }


def _count() -> str:
    rows = assumption_rows(DEFAULTS)
    judgement = sum(row.source == JUDGEMENT for row in rows)
    return (
        f"There are {len(rows)} numbers that a portfolio can change; {judgement} of them are"
        " judgement."
    )


def _numbers() -> Iterable[tuple[str, ...]]:
    points = {f"{fact}{end}" for fact in UNKNOWN_FACTS for end in _POINTS}
    for row in assumption_rows(DEFAULTS):
        if row.name not in points:
            yield (
                wording.sentence_case(row.meaning),
                f"`{row.name}`",
                wording.figure(row.default),
                row.unit,
                span(row.plausible_low, row.plausible_high),
                span(row.low, row.high),
                row.source,
            )


def _unknown() -> Iterable[tuple[str, ...]]:
    rows = {row.name: row for row in assumption_rows(DEFAULTS)}
    for fact in UNKNOWN_FACTS:
        figures = (wording.figure(rows[f"{fact}{end}"].default) for end in _POINTS)
        name = wording.assumption(fact.removeprefix("unknown_"))
        yield name, f"`{fact}`", *figures, rows[fact].unit
