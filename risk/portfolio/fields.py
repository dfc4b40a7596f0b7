"""Fields of a startup's answer by their documented names: the only place where it becomes values.

Files, JSON, pages and workbooks read these, so that a figure has one name, one unit and one rule
for what is unknown. Fields are made by column for any startups of a portfolio, a million as well as
one. Losses are USD a year unless said, shares 0 to 1, scores 0 to 100; None is unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.hazards import KINDS
from risk.portfolio.startups import (
    StartupTable,
    action_of,
    narrowing_of,
    providers_of,
    unknown_of,
)

Places = NDArray[np.int64]
Field = Callable[[StartupTable, Places], Sequence[Any]]
Values = Mapping[str, Any]


def fields(table: StartupTable, places: Places) -> dict[str, Sequence[Any]]:
    """All fields of the startups at some places, (places,) each."""
    return {name: field(table, places) for name, field in FIELDS.items()}


def records(table: StartupTable, places: Places) -> list[dict[str, Any]]:
    """The same startup by startup."""
    found = fields(table, places)
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _numbers(values: NDArray[np.floating[Any]]) -> list[float | None]:
    """Numbers, None where unknown or without an end."""
    return [one if np.isfinite(one) else None for one in values.astype(np.float64).tolist()]


def _answer(name: str) -> Field:
    """A figure of an answer."""
    return lambda table, places: _numbers(getattr(table.answers, name)[places])


def _told(name: str) -> Field:
    """A figure that is unknown where nothing but open questions is known of a startup."""

    def found(table: StartupTable, places: Places) -> Sequence[Any]:
        values = getattr(table.answers, name)[places].astype(np.float64)
        return _numbers(np.where(table.only_questions[places], np.nan, values))

    return found


def _share(name: str) -> Field:
    """A share of facts; where there is nothing to know none of it is known."""
    return lambda table, places: np.nan_to_num(getattr(table.answers, name)[places]).tolist()


def _upper(name: str, asked: str) -> Field:
    """An upper end, with what open questions may add."""

    def found(table: StartupTable, places: Places) -> Sequence[Any]:
        return _numbers(
            np.maximum(getattr(table.answers, name)[places], getattr(table, asked)[places])
        )

    return found


def _each(of: Callable[[StartupTable, int], Any]) -> Field:
    """What is made startup by startup."""
    return lambda table, places: [of(table, row) for row in places.tolist()]


def _gross_profit(table: StartupTable, places: Places) -> Sequence[Any]:
    known = table.profit_known[places]
    return _numbers(np.where(known, table.answers.gross_profit[places], np.nan))


def _lead(table: StartupTable, row: int) -> str | None:
    place = int(table.answers.lead[row])
    return table.developers[place] if place >= 0 else None


def _worst_root(table: StartupTable, row: int) -> str | None:
    place = int(table.answers.worst_event[row])
    return table.roots[place] if place >= 0 else None


def _worst_kind(table: StartupTable, row: int) -> str | None:
    place = int(table.answers.worst_event[row])
    return KINDS[int(table.kinds[place])].value if place >= 0 else None


def _worst_loss(table: StartupTable, places: Places) -> Sequence[Any]:
    happens = table.answers.worst_event[places] >= 0
    return _numbers(np.where(happens, table.answers.worst[places], np.nan))


#: Every field by its name, in the order of files. A list is a tuple.
FIELDS: Mapping[str, Field] = {
    "startup": _each(lambda table, row: table.names[row]),
    "sector": _each(lambda table, row: table.sectors[row]),
    "score": _told("score"),
    "score_low": _answer("score_low"),
    "score_high": _upper("score_high", "asked_score"),
    "band": _each(lambda table, row: table.band(row)),
    "aal_usd": _told("mean"),
    "median_usd": _told("median"),
    "aal_low_usd": _answer("low"),
    "aal_high_usd": _upper("high", "asked_high"),
    "variance_facts": _answer("by_facts"),
    "variance_rates": _answer("by_rates"),
    "variance_judgement": _answer("by_judgement"),
    "facts_known": _share("facts_known"),
    "facts_stated": _share("facts_stated"),
    "judged_factor": _answer("judged_factor"),
    "narrow_most": _each(lambda table, row: narrowing_of(table, row, unknown_of(table, row))),
    "tvar95_usd": _answer("tvar95"),
    "tvar95_contribution_usd": lambda table, places: _numbers(table.tail[places]),
    "gross_profit_usd": _gross_profit,
    "lead_developer": _each(_lead),
    "worst_root": _each(_worst_root),
    "worst_kind": _each(_worst_kind),
    "worst_loss_usd": _worst_loss,
    "days_to_switch": _answer("switch_days"),
    "days_to_switch_low": _answer("switch_days_low"),
    "days_to_switch_high": _answer("switch_days_high"),
    "runway_months_before": _answer("months"),
    "runway_months_after": _answer("months_after"),
    "runway_months_after_low": _answer("months_after_low"),
    "runway_months_after_high": _answer("months_after_high"),
    "cash_out_probability_before": _answer("cash_out"),
    "cash_out_probability_after": _answer("cash_out_after"),
    "cash_out_probability_after_low": _answer("cash_out_after_low"),
    "cash_out_probability_after_high": _answer("cash_out_after_high"),
    "unknown": _each(unknown_of),
    "open_questions": lambda table, places: table.questions[places].tolist(),
    "providers": _each(providers_of),
    "next_action": _each(lambda table, row: action_of(table, row, unknown_of(table, row))),
}


def cell(value: Any) -> Any:
    """A value as one cell of a file: lists as texts, what would narrow a range by its name."""
    if isinstance(value, tuple):
        return "; ".join(str(getattr(one, "what", one)) for one in value) or None
    return value
