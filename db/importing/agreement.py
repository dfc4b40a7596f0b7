"""What the rows of one file say together about one startup or one use case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.register.naming import tidy
from risk.inventory.intake_results import Problem
from risk.inventory.rows import InventoryRow

STARTUP_FACTS = (
    "website",
    "sector",
    "country",
    "annual_revenue_usd",
    "gross_margin",
    "ai_revenue_share",
    "cash_usd",
    "monthly_burn_usd",
    "engineers",
    "invested_usd",
)
USE_CASE_FACTS = ("criticality", "buffer_hours")


@dataclass(frozen=True, kw_only=True)
class AgreedFact:
    """A value that all rows stating it agree on, and the last of these rows."""

    value: Any
    row: InventoryRow


def agreed_facts(
    rows: Sequence[InventoryRow], fields: Iterable[str], *, about: str
) -> tuple[dict[str, AgreedFact], list[Problem]]:
    """Collect the facts that rows agree on; report those on which they differ.

    ``about`` names the startup or use case in the sentence. A fact in dispute is in neither
    answer nor guess: it stays what it was in the register.
    """
    agreed: dict[str, AgreedFact] = {}
    problems: list[Problem] = []
    for field in fields:
        stating = [row for row in rows if getattr(row, field) is not None]
        values = list(dict.fromkeys(getattr(row, field) for row in stating))
        if len(values) == 1:
            agreed[field] = AgreedFact(value=values[0], row=stating[-1])
        elif values:
            problems.append(_disagreement(field, values, stating, about))
    return agreed, problems


def _disagreement(
    field: str, values: Sequence[Any], stating: Sequence[InventoryRow], about: str
) -> Problem:
    odd = next(row for row in stating if getattr(row, field) != values[0])
    return Problem(
        code="facts_disagree",
        line=odd.line,
        column=field,
        value=str(values[1]),
        message=(
            f"{field} of {about} is {values[0]} in line {stating[0].line} but {values[1]} in line "
            f"{odd.line}: it is left as it was. Write the same value in every line, or in one."
        ),
    )


def joined_notes(rows: Iterable[InventoryRow]) -> str | None:
    """Return the notes of all rows, each once, a line each: notes add up and never disagree."""
    notes = dict.fromkeys(row.notes for row in rows if row.notes and tidy(row.notes))
    return "\n".join(notes) or None
