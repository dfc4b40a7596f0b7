"""What the inventory tests share: the shipped aliases as a catalogue, and reading a text."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from risk.catalog.loading import load_aliases
from risk.catalog.records import Catalog, Model
from risk.inventory.intake import read_inventory
from risk.inventory.intake_results import IntakeResult
from risk.inventory.resolution import Resolver

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def small_catalog(*models: Model) -> Catalog:
    """The shipped aliases with ``models`` and nothing else."""
    return Catalog(
        providers={},
        services={},
        links=(),
        rates=(),
        aliases=load_aliases(FIXTURES),
        models={model.name: model for model in models},
        retirements=(),
        catalogue_date=date(2026, 11, 1),
    )


@cache
def resolver() -> Resolver:
    """One resolver for all tests: it changes nothing but its memory."""
    return Resolver(small_catalog())


def read(data: str | bytes, **options: Any) -> IntakeResult:
    """The reading of ``data``, a text in UTF-8 or bytes."""
    raw = data.encode() if isinstance(data, str) else data
    return read_inventory(raw, file_name="inventory.csv", resolver=resolver(), **options)


def codes(result: IntakeResult) -> set[str]:
    """Every code of problems and questions in ``result``."""
    return {p.code for p in result.problems} | {q.code for q in result.confirm}
