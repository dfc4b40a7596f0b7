"""The named scenarios, read from fixtures/scenarios.csv."""

import csv
from pathlib import Path

from risk.catalog.falters import FalterKind
from risk.scenarios.results import Scenario

FILE_NAME = "scenarios.csv"


def load_scenarios(folder: Path) -> dict[str, Scenario]:
    """Scenarios by id, in file order.

    Raises:
        ValueError: a row cannot be read; the message names its line.
    """
    found: dict[str, Scenario] = {}
    with (folder / FILE_NAME).open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                scenario = _scenario(row)
            except ValueError as problem:
                raise ValueError(f"{FILE_NAME}, record {line}: {problem}") from None
            found[scenario.id] = scenario
    return found


def _scenario(row: dict[str, str]) -> Scenario:
    return Scenario(
        id=row["id"],
        title=row["title"],
        root=row["root"],
        kind=FalterKind(row["kind"]),
        days=_number(row["days"]),
        severity=_number(row["severity"]),
        price_multiple=_number(row["price_multiple"]),
        notice_days=_number(row["notice_days"]),
        customer=row["customer"] or None,
        through=row["through"] or None,
        summary=row["summary"],
        not_modelled=row["not_modelled"],
        sources=tuple(row["sources"].split("|")),
        doubt=row["doubt"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
