"""The inventory file to start from: every canonical column, and three invented rows."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from risk.inventory.columns import COLUMNS, NUMERIC, Kind
from risk.inventory.formats.export_tables import Cell, ExportTable

#: Every canonical column in the order in which our own files have them.
INVENTORY_COLUMNS = tuple(
    (
        "startup website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
        " monthly_burn_usd engineers invested_usd use_case criticality provider model host region"
        " data_residency share spend_usd depth fallback fallback_provider fallback_tested_on"
        " exit_plan notice_days buffer_hours renewal source as_of notes"
    ).split()
)
_ROWS: tuple[dict[str, str], ...] = (
    {
        "startup": "Example Ledger",
        "sector": "accounting software",
        "country": "Germany",
        "annual_revenue_usd": "4200000",
        "gross_margin": "0.72",
        "ai_revenue_share": "60%",
        "cash_usd": "3100000",
        "monthly_burn_usd": "240000",
        "engineers": "14",
        "use_case": "reading invoices",
        "criticality": "5",
        "provider": "Azure OpenAI",
        "model": "gpt-4o",
        "host": "Microsoft Azure",
        "region": "westeurope",
        "data_residency": "EU",
        "share": "0.8",
        "spend_usd": "18500",
        "depth": "prompts",
        "fallback": "documented",
        "fallback_provider": "Claude on Bedrock",
        "exit_plan": "written",
        "notice_days": "30",
        "buffer_hours": "24",
        "renewal": "2027-03-31",
        "source": "invented example",
        "as_of": "2026-11-23",
    },
    {
        "startup": "Example Ledger",
        "use_case": "reading invoices",
        "provider": "Claude on Bedrock",
        "share": "0.2",
        "depth": "gateway",
        "source": "invented example",
        "notes": "facts about the startup may stand on one of its rows only",
    },
    {
        "startup": "Example Clinic Notes",
        "country": "United States",
        "use_case": "summaries of visits",
        "criticality": "4",
        "provider": "Anthropic",
        "fallback": "none",
        "source": "invented example",
        "notes": "an empty cell means unknown, never zero",
    },
)


def inventory_template() -> bytes:
    """A CSV (UTF-8 with mark) that our own intake accepts as it is."""
    target = StringIO()
    writer = csv.DictWriter(target, fieldnames=INVENTORY_COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_ROWS)
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def template_table() -> ExportTable:
    """The same rows as a table, numbers and days as such, for a workbook."""
    return typed_table(
        INVENTORY_COLUMNS, [[row.get(one) for one in INVENTORY_COLUMNS] for row in _ROWS]
    )


def typed_table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> ExportTable:
    """Rows of plain text under canonical columns as a table of numbers, days and texts."""
    return ExportTable(
        name="Inventory",
        columns=tuple(columns),
        rows=tuple(
            tuple(_typed(name, text) for name, text in zip(columns, row, strict=True))
            for row in rows
        ),
    )


def _typed(name: str, text: str | None) -> Cell:
    kind = COLUMNS[name].kind
    if not text:
        return None
    if text.endswith("%"):
        return text
    if kind in NUMERIC or kind is Kind.LEVEL:
        return Decimal(text)
    return date.fromisoformat(text) if kind is Kind.DATE else text
