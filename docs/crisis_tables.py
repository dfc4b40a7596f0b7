"""The tables of docs/crises.md, from the fields that the reader of such files knows."""

from collections.abc import Iterable, Mapping

from docs.markdown import table
from risk.scenarios.files import CRISIS, MOMENT, SCENARIO, Field, Form


def tables() -> Mapping[str, str]:
    """Return the tables by name."""
    return {"scenario": _of(SCENARIO), "crisis": _of(CRISIS), "moment": _of(MOMENT)}


def _of(fields: Iterable[Field]) -> str:
    return table(
        ("key", "what it says", "written as", "for instance"),
        (
            (
                f"**`{one.key}`**" if one.required else f"`{one.key}`",
                one.meaning,
                _form(one),
                f"`{one.example}`",
            )
            for one in fields
        ),
    )


def _form(one: Field) -> str:
    if one.form is Form.NUMBER:
        return f"number from {one.low:g} to {one.high:g}"
    return one.form.value
