"""A startup's alternatives in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.alternatives.results import Alternative
from ui import wording
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType


def alternatives_document(options: Iterable[Alternative]) -> list[Document]:
    """Return every option, the excluded ones with the reasons that exclude them."""
    return [
        {
            "use_case": one.use_case,
            "option": one.option,
            "class": one.option_class,
            "excluded": one.excluded,
            "covers": one.covers,
            "weeks": one.weeks,
            "one_off_usd": one.one_off_usd,
            "run_usd_per_year": one.run_usd_per_year,
            "residual_aal_usd": one.residual_aal_usd,
            "residual_tvar95_usd": one.residual_tvar95_usd,
            "pareto": one.pareto,
            "recommended": one.recommended,
            "flips_if": one.flips_if,
        }
        for one in options
    ]


def alternatives_tables(startup: str, options: Iterable[Alternative]) -> list["RenderableType"]:
    """Return one line for each option, the recommended one marked, with what is still asked."""
    rows = [
        (
            one.use_case,
            ("→ " if one.recommended else "  ") + one.option,
            f"{one.weeks:.1f}",
            wording.money(one.one_off_usd),
            wording.money(one.run_usd_per_year),
            wording.money(one.residual_aal_usd),
            _remark(one),
        )
        for one in options
    ]
    columns = (
        "Use case",
        "Option",
        "Weeks",
        "One-off",
        "Run a year",
        "Loss a year left",
        "Ruled out, flips, asks",
    )
    right = ("Weeks", "One-off", "Run a year", "Loss a year left")
    return [table(f"Alternatives of {startup} (→ recommended)", columns, rows, right=right)]


def _remark(one: Alternative) -> str:
    """Why an option is ruled out; else what would flip it, and what is still asked."""
    if one.excluded:
        return f"Ruled out: {'; '.join(one.excluded)}"
    asked = f"Ask: {'; '.join(one.ask)}" if one.ask else ""
    return ". ".join(part for part in (one.flips_if, asked) if part)
