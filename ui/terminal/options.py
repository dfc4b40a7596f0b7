"""A startup's alternatives in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.alternatives.results import Alternative, OptionClass, Removed
from risk.portfolio.results import Interval
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
            "one_off_range_usd": _range(one.one_off_low_usd, one.one_off_high_usd),
            "removed_usd": _removed(one.removed),
        }
        for one in options
    ]


def _range(low: float | None, high: float | None) -> list[float] | None:
    return None if low is None or high is None else [low, high]


def _removed(removed: Removed | None) -> Document | None:
    """What is taken off the expected loss against staying, with its 10 to 90 % range."""
    if removed is None:
        return None
    return {
        "mean": removed.mean_usd,
        "median": removed.median_usd,
        "range": [removed.low_usd, removed.high_usd],
    }


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
            _removed_words(one),
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
        "Removes (10 to 90 %)",
        "Ruled out, flips, asks",
    )
    right = ("Weeks", "One-off", "Run a year", "Loss a year left", "Removes (10 to 90 %)")
    return [table(f"Alternatives of {startup} (→ recommended)", columns, rows, right=right)]


def _removed_words(one: Alternative) -> str:
    """What an option takes off the expected loss, with its range; nothing for staying."""
    found = one.removed
    if found is None or one.option_class is OptionClass.STAY:
        return "–"
    between = wording.money_range(Interval(low=found.low_usd, high=found.high_usd))
    return f"{wording.money(found.median_usd)} ({between})"


def _remark(one: Alternative) -> str:
    """Why an option is ruled out; else what would flip it, and what is still asked."""
    if one.excluded:
        return f"Ruled out: {'; '.join(one.excluded)}"
    asked = f"Ask: {'; '.join(one.ask)}" if one.ask else ""
    return ". ".join(part for part in (one.flips_if, asked) if part)
