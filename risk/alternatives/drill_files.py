"""Reader of a table of drills: which fallback or exit was tried when, by whom, and how it went.

It is read as :mod:`risk.inventory.own_tables` reads any. Whose a drill is, is seen by the store,
which knows the register.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from risk.alternatives.evidence import DrillKind
from risk.inventory.cells import ColumnReader
from risk.inventory.columns import Column, Kind
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.intake_results import Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.own_tables import OwnTable, Row, Sort, TableRead, open_table, problem, refused
from risk.inventory.refusals import FileRefused

COLUMNS: Mapping[str, Column] = {
    name: Column(name=name, kind=kind)
    for name, kind in (
        ("startup", Kind.TEXT),
        ("use_case", Kind.TEXT),
        ("provider", Kind.TEXT),
        ("kind", Kind.TEXT),
        ("held_on", Kind.DATE),
        ("evals_passed", Kind.TEXT),
        ("evals_total", Kind.NUMBER),
        ("hours", Kind.NUMBER),
        ("conducted_by", Kind.TEXT),
        ("source", Kind.TEXT),
        ("dependency_key", Kind.TEXT),
    )
}
SORT = Sort(
    columns=COLUMNS,
    headers="drill_headers",
    as_inventory={"startup": "startup", "provider": "provider", "use_case": "use_case"},
)
_NEEDED = ("startup", "kind", "held_on", "evals_passed")
#: What stands for a kind in a cell, lower case, without spaces and hyphens.
_KINDS = {
    **dict.fromkeys(
        ("fallback", "failover", "failingover", "backup", "switchover"), DrillKind.FALLBACK
    ),
    **dict.fromkeys(("exit", "exitplan", "leaving", "leavingforgood", "migration"), DrillKind.EXIT),
}
#: ``47 of 50``, ``47/50``: how many passed and how many were run, in one cell.
_OF = re.compile(r"(\d{1,9})\s*(?:of|/|von)\s*(\d{1,9})")
_COUNT = re.compile(r"\d{1,9}")


@dataclass(frozen=True, kw_only=True)
class DrillRow(Row):
    """One line: a drill as it is told, of a startup, use case and provider by their names.

    ``use_case`` and ``provider`` None: the only one; ``dependency_key`` is what an export calls the
    dependency.
    """

    startup: str
    use_case: str | None
    provider: str | None
    dependency_key: str | None
    kind: DrillKind
    held_on: date
    evals_passed: int
    evals_total: int
    hours: float | None
    conducted_by: str
    source: str


def read_drills(
    data: bytes,
    *,
    file_name: str,
    conducted_by: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
    unpack: Unpack = unpack_here,
) -> TableRead[DrillRow]:
    """Read a table of drills; every outcome is a result, nothing about the bytes raises.

    ``conducted_by`` holds for lines that name nobody; a line without a source has the file's name.
    ``mapping`` goes from header to column, ``assume`` answers questions by their code.
    """
    try:
        table = open_table(
            data,
            SORT,
            needed=_NEEDED,
            mapping=mapping,
            assume=assume,
            limits=limits,
            unpack=unpack,
        )
    except FileRefused as refusal:
        return refused(refusal, file_name)
    readers = table.readers()
    once: dict[tuple[Any, ...], DrillRow] = {}
    sound = 0
    for line, cells in table.lines():
        row = _row(table, line, cells, readers, by=conducted_by, file_name=file_name)
        if row is not None:
            sound += 1
            once.setdefault(_said(row), row)
    return table.read_as(tuple(once.values()), duplicate=sound - len(once))


def _said(row: DrillRow) -> tuple[Any, ...]:
    """What a line says, whatever the case and spaces of its names."""
    told = [value for name, value in vars(row).items() if name not in ("line", "cells")]
    return tuple(" ".join(one.split()).casefold() if type(one) is str else one for one in told)


def _row(
    table: OwnTable,
    line: int,
    cells: tuple[str, ...],
    readers: Mapping[str, ColumnReader],
    *,
    by: str | None,
    file_name: str,
) -> DrillRow | None:
    """One record, None where it is refused."""
    values, _, problems = table.values(line, cells, readers)
    broken = {one.column for one in problems}

    def wrong(column: str, said: str) -> None:
        if column not in broken:
            place = table.places.get(column)
            text = cells[place.index] if place else ""
            code = "not_in_list" if text else f"missing_{column}"
            problems.append(problem(line, column, text, code, f"Line {line}: {said}"))

    by = values["conducted_by"] or (by or "").strip()
    kind = _KINDS.get(re.sub(r"[\s_-]", "", (values["kind"] or "").casefold()))
    passed, total = _counts(values["evals_passed"], values["evals_total"])
    if not values["startup"]:
        wrong("startup", "no company is named. Name it, or remove the line.")
    if kind is None:
        wrong("kind", "write fallback (failing over) or exit (leaving for good) as what was tried.")
    if values["held_on"] is None:
        wrong("held_on", "no day is stated. Write the day on which the drill was held.")
    if passed is None or total is None:
        wrong("evals_passed", "write how many evaluations passed and how many were run, as 47, 50.")
    if not by:
        wrong("conducted_by", "nobody is named who held the drill. Name them in the line.")
    if problems or kind is None or passed is None or total is None:
        table.context.findings.reject(problems, cells)
        return None
    return DrillRow(
        line=line,
        cells=cells,
        startup=values["startup"],
        use_case=values["use_case"],
        provider=values["provider"],
        dependency_key=values["dependency_key"],
        kind=kind,
        held_on=values["held_on"],
        evals_passed=passed,
        evals_total=total,
        hours=None if values["hours"] is None else float(values["hours"]),
        conducted_by=by,
        source=values["source"] or file_name,
    )


def _counts(passed: str | None, total: float | None) -> tuple[int | None, int | None]:
    """How many evaluations passed and how many were run; None where a cell says no count."""
    text = (passed or "").strip()
    both = _OF.fullmatch(text)
    if both:
        stated = int(both[1]), int(both[2])
        return stated if total in (None, stated[1]) else (None, None)
    run = int(total) if total is not None and float(total).is_integer() else None
    return (int(text), run) if _COUNT.fullmatch(text) else (None, run)


def placed_elsewhere(row: DrillRow, reason: str) -> Problem:
    """Why the register has no place for a line."""
    said = f"Line {row.line}: {reason}"
    return problem(row.line, "startup", row.startup, "no_place", said)
