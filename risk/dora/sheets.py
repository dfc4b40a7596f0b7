"""Sheets: the tables of a register column by column, as the rules of the lint read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from risk.dora.findings import Finding, Weight, meaning_of, row_name
from risk.dora.packages import FilingFacts, Register
from risk.dora.schema import COLUMNS, KEYS, TABLES
from risk.dora.tables import Row, Table, has_old_numbers, in_current_numbers


@dataclass(frozen=True)
class Sheet:
    """One table by columns. ``has_old_numbers``: it came with them and is read under today's."""

    table: Table
    has_old_numbers: bool

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    def __len__(self) -> int:
        return len(self.table.rows)

    @cached_property
    def written(self) -> Mapping[str, Sequence[str]]:
        """Column → its cells letter by letter; empty ones where the table lacks the column."""
        return {code: self.table.values(code) for code in COLUMNS[self.name]}

    @cached_property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """Column → its cells without the spaces around them."""
        return {
            code: [cell.strip() for cell in cells] if any(map(_has_space, set(cells))) else cells
            for code, cells in self.written.items()
        }

    @cached_property
    def is_readable(self) -> bool:
        """Has it a column that the taxonomy knows? Else nothing can be said of its cells."""
        return bool(self.table.places)

    def having(self, code: str, values: set[str]) -> Iterator[int]:
        """The places of the cells of a column that hold one of the values."""
        cells = self.columns[code]
        if values.isdisjoint(cells):
            return iter(())
        return (place for place, cell in enumerate(cells) if cell in values)

    def empty(self, code: str) -> Iterator[int]:
        """The places of the empty cells of a column."""
        return self.having(code, {""})

    @cached_property
    def speaks(self) -> Sequence[bool]:
        """Of each row, whether a cell outside of the key is filled."""
        others = [cells for code, cells in self.columns.items() if code not in KEYS[self.name]]
        return [any(cells) for cells in zip(*others, strict=True)]

    def key_of(self, codes: Sequence[str]) -> Sequence[tuple[str, ...]]:
        """The cells of some columns of each row, letter by letter."""
        return list(zip(*(self.written[code] for code in codes), strict=True))

    def finding(
        self,
        rule: str,
        weight: Weight,
        message: str,
        *,
        column: str = "",
        place: int | None = None,
        fix: str | None = None,
    ) -> Finding:
        """A finding about a cell, a row (without a column), a column or the table."""
        row = self.table.rows[place] if place is not None else None
        value = self.written[column][place] if row and column and place is not None else ""
        return Finding(
            rule=rule,
            weight=weight,
            table=self.name,
            column=column,
            row=row.number if row else None,
            line=row.line if row else None,
            key=self._name(row) if row else "",
            value=value,
            meaning=meaning_of(self.name, column),
            message=message,
            fix=fix,
        )

    @cached_property
    def _names(self) -> dict[int, str]:
        return {}

    def _name(self, row: Row) -> str:
        name = self._names.get(row.number)
        if name is None:
            name = self._names[row.number] = row_name(self.table, row)
        return name


def _has_space(cell: str) -> bool:
    return cell[:1].isspace() or cell[-1:].isspace()


@dataclass(frozen=True)
class Sheets:
    """All fifteen tables by columns, and who files them."""

    register: Register
    facts: FilingFacts

    @cached_property
    def by_name(self) -> Mapping[str, Sheet]:
        """Table → its sheet; one that is absent has no row."""
        return {
            name: Sheet(in_current_numbers(table), has_old_numbers(table))
            for name in TABLES
            for table in [self.register.table(name)]
        }

    def __getitem__(self, name: str) -> Sheet:
        return self.by_name[name]

    @cached_property
    def critical(self) -> frozenset[tuple[str, str]]:
        """Function and LEI of those who use it, where it was assessed as critical or important."""
        functions = self["B_06.01"].columns
        return frozenset(
            (function, lei)
            for function, lei, said in zip(
                functions["c0010"], functions["c0040"], functions["c0050"], strict=True
            )
            if said == YES
        )


YES, NO = "eba_BT:x28", "eba_BT:x29"
