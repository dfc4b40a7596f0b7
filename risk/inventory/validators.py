"""From the text of a cell to the typed value of its column, or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from risk.inventory.amounts import Amount, read_fraction, read_money, read_number
from risk.inventory.cell_text import clean_text, too_long_for_a_name
from risk.inventory.columns import Column, Kind
from risk.inventory.conventions import Conventions
from risk.inventory.dates import read_date
from risk.inventory.limits import Limits

Value = str | float | int | date | StrEnum | None

#: What to write instead, by the code of what keeps a record out.
ADVICE = {
    "control_character": "type the cell again without the control character in it",
    "bidi_control": "type the cell again without the character that turns the writing direction",
    "invisible_text": "type the cell again; it holds characters that nobody can see",
    "field_too_long": "shorten the cell to {cell_characters:,} characters",
    "name_too_long": "shorten the name to {name_characters} characters",
    "too_many_marks": "write the name with at most {marks_on_one_letter} marks on each letter",
    "bad_number": "write a plain number such as 12000, without unit, range or letters",
    "negative_amount": "write the amount without a minus sign or brackets, or leave it empty",
    "amount_too_large": "write an amount of at most {amount:,}",
    "currency_mismatch": "convert the amount to USD and write it without another currency's sign",
    "share_out_of_range": "write a share from 0 to 1, such as 0.6, or with a % sign, such as 60%",
    "not_in_list": "write one of {choices}",
    "bad_date": "write a day that exists as year-month-day, such as 2026-11-23",
    "missing_startup": "write the name of the startup",
    "missing_provider": "write the name of the provider or product",
}
#: What was done with a cell and what to write instead, by the code of the warning.
WARNING_TEXT = {
    "invisible_removed": "invisible characters were removed; type the cell again to be sure of it",
    "replacement_character": "the sign � stands where a letter was lost before; write the letter",
    "looks_like_mojibake": "the text looks wrongly decoded and was kept as it is; write the name as"
    " it should be",
    "digits_normalised": "digits of another script were read as 0 to 9; write 0 to 9",
    "null_amount": "the word was read as unknown; leave the cell empty instead",
    "rounded_to_cents": "the amount was rounded to cents; write at most two decimals",
    "date_implausible": "the year is unlikely and was kept; write the year that is meant",
}


@dataclass(frozen=True)
class CellRead:
    """One cell: its value (None is unknown), or ``error`` with ``advice`` on what to write."""

    value: Value
    error: str | None = None
    advice: str = ""
    warnings: tuple[str, ...] = ()


class ColumnReader:
    """Reads the cells of one canonical column."""

    def __init__(
        self,
        column: Column,
        conventions: Conventions,
        limits: Limits,
        *,
        names_in: Callable[[str], Sequence[str]] = lambda text: (text,),
    ) -> None:
        """``names_in`` parts a cell that may list several names, each of which has its limit."""
        self.column = column
        self._names_in = names_in
        self._conventions = conventions
        self._limits = limits
        self._by_kind = self._reader_of_kind()

    def read(self, cell: str) -> CellRead:
        """The value of ``cell``."""
        clean = clean_text(cell, self._limits)
        if clean.error:
            return self._refused(clean.error)
        read = self._by_kind(clean.text)
        if clean.warnings:
            return CellRead(read.value, read.error, read.advice, clean.warnings + read.warnings)
        return read

    def _reader_of_kind(self) -> Callable[[str], CellRead]:
        amounts: dict[Kind, Callable[[str], Amount]] = {
            Kind.MONEY: lambda t: read_money(t, self._conventions.notation, self._limits),
            Kind.FRACTION: lambda t: read_fraction(t, self._conventions.notation, self._limits),
            Kind.NUMBER: lambda t: read_number(t, self._conventions.notation, self._limits),
        }
        if self.column.kind in amounts:
            read_amount = amounts[self.column.kind]
            return lambda text: self._amount(read_amount(text))
        return {
            Kind.NAME: self._name,
            Kind.TEXT: lambda text: CellRead(text or None),
            Kind.LEVEL: self._level,
            Kind.CHOICE: self._choice,
            Kind.DATE: self._date,
        }[self.column.kind]

    def _name(self, text: str) -> CellRead:
        if not text:
            missing = f"missing_{self.column.name}"
            return self._refused(missing) if missing in ADVICE else _UNKNOWN
        if any(too_long_for_a_name(name, self._limits) for name in self._names_in(text)):
            many = len(text) <= self._limits.name_characters
            return self._refused("name_too_long", "too_many_marks" if many else "")
        return CellRead(text)

    def _level(self, text: str) -> CellRead:
        if not text:
            return _UNKNOWN
        number = read_number(text, self._conventions.notation, self._limits)
        if number.value is None and number.error is None:
            return CellRead(None, None, "", number.warnings)
        if number.value is None or number.value not in {Decimal(level) for level in range(1, 6)}:
            return self._refused("not_in_list", choices="1, 2, 3, 4, 5")
        return CellRead(int(number.value), None, "", number.warnings)

    def _choice(self, text: str) -> CellRead:
        choices = self.column.choices
        if not text or choices is None:
            return _UNKNOWN
        folded = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
        for choice in choices:
            if choice.value == folded:
                return CellRead(choice)
        listed = ", ".join(choice.value for choice in choices)
        return self._refused("not_in_list", choices=listed)

    def _date(self, text: str) -> CellRead:
        read = read_date(text, self._conventions.dates)
        if read.error:
            return self._refused(read.error)
        return CellRead(read.value, None, "", read.warnings)

    def _amount(self, amount: Amount) -> CellRead:
        if amount.error:
            return self._refused(amount.error)
        value = None if amount.value is None else float(amount.value)
        return CellRead(value, None, "", amount.warnings)

    def _refused(self, code: str, advice: str = "", **filled: str) -> CellRead:
        text = ADVICE[advice or code].format(**vars(self._limits), **filled)
        return CellRead(None, code, text)


_UNKNOWN = CellRead(None)
