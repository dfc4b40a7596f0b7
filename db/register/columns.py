"""Columns in which the store keeps a field of the model or an inventory; money in cents."""

from typing import Any

#: Where an amount of a startup is kept: its field, and its column.
STARTUP_AMOUNTS = {
    "annual_revenue_usd": "annual_revenue_cents",
    "cash_usd": "cash_cents",
    "monthly_burn_usd": "monthly_burn_cents",
    "invested_usd": "invested_cents",
}
#: Where an amount is kept as it was stated, if that was not in USD for its usual time.
STARTUP_STATED = {
    "annual_revenue_usd": "annual_revenue_stated",
    "cash_usd": "cash_stated",
    "monthly_burn_usd": "monthly_burn_stated",
    "invested_usd": "invested_stated",
}
STATED = {**STARTUP_STATED, "spend_usd": "spend_stated"}
_AMOUNTS = {**STARTUP_AMOUNTS, "spend_usd": "spend_cents_per_month"}
#: Fields of an inventory whose column has another name. The column ``host`` is what was understood.
_COLUMNS = {**_AMOUNTS, "host": "host_text", "use_case_revenue_share": "revenue_share"}


def to_cents(usd: float | None) -> int | None:
    """Return whole cents; unknown stays unknown."""
    return None if usd is None else round(usd * 100)


def to_usd(cents: int | None) -> float | None:
    """Return USD; unknown stays unknown."""
    return None if cents is None else cents / 100


def model_field(field: str) -> str:
    """Return what the model calls a fact that an inventory calls otherwise."""
    return "revenue_share" if field == "use_case_revenue_share" else field


def column_of(field: str) -> str:
    """Return the column that keeps a field of an inventory."""
    return _COLUMNS.get(field, field)


def as_stored(field: str, value: Any) -> Any:
    """Return a field's value as its column keeps it."""
    return to_cents(value) if field in _AMOUNTS else value


def as_stated(field: str, value: Any) -> Any:
    """Return what a column keeps as the inventory states it."""
    return to_usd(value) if field in _AMOUNTS else value
