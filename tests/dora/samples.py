"""The valid sample register, and ways to change it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from risk.dora.lint import Finding, Weight, lint
from risk.dora.packages import Register, register_of_files, with_changes
from risk.dora.tables import ADDED, REMOVED, Change, read_table

SAMPLE = Path(__file__).parent / "sample"
NAME = "ZZZZ00EXAMPLEBANK116.CON_DE_DORA010100_DORA_2025-12-31_20260315101500000"
#: Two and a half months after the sample's reference date.
TODAY = date(2026, 3, 15)
Edit = Callable[[dict[str, bytes]], None]


def sample_files() -> dict[str, bytes]:
    """The files of the sample by their path in the zip."""
    return {
        path.relative_to(SAMPLE).as_posix(): path.read_bytes()
        for path in sorted(SAMPLE.rglob("*"))
        if path.is_file()
    }


@cache
def sample() -> Register:
    """The sample as it is read from its zip."""
    return register_of_files(sample_files(), file_name=f"{NAME}.zip")


def with_cells(
    cells: Mapping[tuple[str, int | None, str], str], register: Register | None = None
) -> Register:
    """The register with other texts in cells (table, row number, column); row None: in all rows."""
    register = register or sample()
    return with_changes(
        register,
        [
            Change(table=table, row=number, column=column, value=value)
            for (table, row, column), value in cells.items()
            for number in (
                [one.number for one in register.table(table).rows] if row is None else [row]
            )
        ],
    )


def without_rows(table: str, *rows: int, register: Register | None = None) -> Register:
    """The register without some rows of a table."""
    return with_changes(
        register or sample(),
        [Change(table=table, row=row, column="", value=REMOVED) for row in rows],
    )


def with_row(table: str, cells: Mapping[str, str], register: Register | None = None) -> Register:
    """The register with one more row."""
    changes = [Change(table=table, row=-1, column="", value=ADDED)]
    changes += [
        Change(table=table, row=-1, column=code, value=text) for code, text in cells.items()
    ]
    return with_changes(register or sample(), changes)


def with_text(table: str, edit: Callable[[str], str]) -> Register:
    """The sample with the text of one table's file edited."""
    old = sample().table(table)
    new = read_table(table, edit(old.source.decode()).encode())
    return replace(sample(), tables={**sample().tables, table: new})


def with_files(
    edit: Edit, *, file_name: str = f"{NAME}.zip", folder: str | None = None
) -> Register:
    """The sample read from files that were edited; paths are those inside of its folder.

    ``folder``: another one than the zip's name says, or none where empty.
    """
    files = {path.removeprefix(f"{NAME}/"): data for path, data in sample_files().items()}
    edit(files)
    prefix = f"{file_name.removesuffix('.zip') if folder is None else folder}/".removeprefix("/")
    return register_of_files(
        {
            path.removeprefix("../") if path.startswith("../") else f"{prefix}{path}": data
            for path, data in files.items()
        },
        file_name=file_name,
    )


def judged(register: Register, *, as_package: bool = True) -> tuple[Finding, ...]:
    """What the lint finds, with what the package says of itself."""
    return lint(register, register.facts, today=TODAY, as_package=as_package)


def places(findings: Sequence[Finding], weight: Weight) -> set[str]:
    """The findings of a weight as ``rule@B_02.02.c0010``."""
    return {
        f"{one.rule}@{'.'.join(filter(None, (one.table, one.column)))}"
        for one in findings
        if one.weight is weight
    }
