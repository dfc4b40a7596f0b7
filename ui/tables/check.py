"""Columns of what ``downstream doctor`` looked at: what was found, and what is to be done."""

from enum import StrEnum

from ui.tables.column import Column, Record


class State(StrEnum):
    """What a check says: all is well, something is worth knowing, something must be done."""

    OK = "ok"
    NOTE = "note"
    TO_DO = "to do"


COLUMNS = (
    Column(key="check", label="What"),
    Column(key="state", label="State"),
    Column(key="found", label="Found"),
    Column(key="to_do", label="To do", missing=""),
)


def row(check: str, state: State, found: str, to_do: str | None = None) -> Record:
    """One check as values by key; ``to_do`` is a sentence, None where there is nothing."""
    return {"check": check, "state": state.value, "found": found, "to_do": to_do}


def must_be_done(rows: list[Record]) -> bool:
    """Whether any check says that something must be done."""
    return any(one["state"] == State.TO_DO.value for one in rows)
