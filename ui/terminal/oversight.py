"""The oversight of providers in the terminal: files that are named, documents, tables, files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db.services.exports import FileKind, rows_file
from db.services.oversight import OversightAnswer
from risk.dora.oversight import ALL, FINANCIAL
from risk.dora.stacked import CATEGORIES
from risk.dora.step_one import criteria
from risk.dora.stopping import Stopped, stopped
from risk.portfolio.fields import cell
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.render.workbook import ReportSheet, as_report, cells, headings
from ui.tables import oversight as tables
from ui.tables.column import Column, Record, values
from ui.terminal.failures import RefusedCommand, refuse_if
from ui.terminal.files import read_bytes
from ui.words import oversight_words

if TYPE_CHECKING:
    from rich.console import RenderableType

_READ = (".zip", ".csv", ".parquet")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asks to see: places of a category and of a provider that stops, rows at most.

    ``with_chain``: step 1 counts users through subcontractors too.
    """

    category: int
    with_chain: bool
    stop: int | None
    most: int


def given_files(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Every file that may hold registers, one at a time; folders with all that is in them."""
    for path in paths:
        if not path.is_dir():
            yield path.name, read_bytes(path)
            continue
        found = sorted(
            one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in _READ
        )
        refuse_if(
            not found,
            f"{path} holds no packages (.zip) and no tables (.csv, .parquet): name another folder.",
        )
        for one in found:
            yield f"{path.resolve().name}/{one.relative_to(path).as_posix()}", read_bytes(one)


def category_place(text: str) -> int:
    """The place of a category by its code, with or without prefix; all where none is named."""
    if not text:
        return ALL
    short = {code.rpartition(":")[2]: at for at, code in enumerate(CATEGORIES)}
    place = short.get(text.rpartition(":")[2].casefold())
    if place is None:
        known = ", ".join(f"{one} {tables.category_name(at)}" for one, at in short.items())
        raise RefusedCommand(f"There is no category {text}. Name one of: {known}.")
    return place


def provider_place(answer: OversightAnswer, code: str) -> int:
    """The place of a provider by any of its codes or its name; by group that of its parent."""
    oversight = answer.oversight
    providers = oversight.stack.providers
    wanted = code.casefold()
    for place, codes in enumerate(providers.codes):
        known = {one.casefold() for one in codes} | {str(providers.name[place]).casefold()}
        if wanted in known:
            is_group = oversight.level.value == "group"
            return int(providers.group[place]) if is_group else place
    raise RefusedCommand(f"No register names a provider {code}: name it by its code.")


def shown_tables(answer: OversightAnswer, asked: Asked) -> "list[RenderableType]":
    """What a reader sees: the finding, who is used, step 1, and what one end would hit."""
    stack = answer.oversight.stack
    found = tables.cells_in_order(answer.oversight, asked.category)
    rows = tables.provider_rows(answer, found, most=asked.most)
    steps = tables.step_rows(answer, with_chain=asked.with_chain, most=asked.most)
    said = [
        oversight_words.finding(answer),
        oversight_words.step_in_words(answer),
        *oversight_words.unknown(answer),
        oversight_words.read_in_words(stack),
        *oversight_words.not_counted(stack),
    ]
    shown: list[RenderableType] = [
        *map(text, said),
        printed(
            f"{tables.category_name(asked.category)}:"
            f" {wording.counted(len(found), 'provider')}, the first {len(rows):,}",
            tables.TERMINAL,
            rows,
        ),
        printed("Step 1 of the designation as critical", tables.STEP_PAGE, steps),
        text(oversight_words.NO_DESIGNATION),
    ]
    if stack.left_out:
        rows_out = tables.left_out_rows(stack.left_out[: asked.most])
        shown.append(printed("Not counted", tables.LEFT_OUT, rows_out))
    if asked.stop is not None:
        end = stopped(answer.oversight, asked.stop)
        shown += [
            text(oversight_words.stop_finding(end, str(stack.providers.name[asked.stop]))),
            text(oversight_words.ways_out(end)),
            printed(
                "Entities that would be hit", tables.HITS_PAGE, tables.hit_rows(end)[: asked.most]
            ),
        ]
    return shown


def whole_document(answer: OversightAnswer, asked: Asked) -> Document:
    """Everything for a program; lists are written item by item."""
    stack = answer.oversight.stack
    found = tables.cells_in_order(answer.oversight, asked.category)
    said: Document = {
        "by": answer.oversight.level.value,
        "registers": len(stack.registers),
        "entities": int(stack.entities.financial.sum()),
        "uses": len(stack.uses),
        "finding": oversight_words.finding(answer),
        "unknown": list(oversight_words.unknown(answer)),
        "not_counted": list(oversight_words.not_counted(stack)),
        "left_out": _documents(tables.LEFT_OUT, tables.left_out_rows(stack.left_out)),
        "providers": _documents(tables.COLUMNS, tables.provider_rows(answer, found)),
        "step_1": _documents(tables.STEP, tables.step_rows(answer, with_chain=asked.with_chain)),
        "criteria": _documents(tables.CRITERIA, tables.criterion_rows([*criteria().values()])),
        "markets": _documents(tables.MARKETS, tables.market_rows(answer)),
    }
    if asked.stop is not None:
        said["stop"] = _stop_document(answer, stopped(answer.oversight, asked.stop), asked.stop)
    return said


def _stop_document(answer: OversightAnswer, end: Stopped, place: int) -> Document:
    providers = answer.oversight.stack.providers
    return {
        "provider": str(providers.name[place]),
        "code": str(providers.code[place]),
        "functions": end.functions,
        "critical_functions": end.critical,
        "critical_functions_possible": end.critical + end.maybe_critical,
        "entities_by_rank": end.by_rank,
        "alternative": end.alternative,
        "exit_plan": end.exit_plan,
        "entities": _documents(tables.HITS, tables.hit_rows(end)),
    }


def _documents(columns: Sequence[Column], rows: Iterable[Record]) -> Iterator[Document]:
    known = values(columns)
    return (document(known, row) for row in rows)


def written_files(answer: OversightAnswer, asked: Asked, *, today: date) -> dict[str, bytes]:
    """Every table as CSV by file name, every category included, and one workbook of all."""
    every = tables.cells_in_order(answer.oversight, None)
    wanted = {ALL, *FINANCIAL}
    every = [one for one in every if int(answer.oversight.category[one]) in wanted]
    sheets: dict[str, tuple[Sequence[Column], Sequence[Record]]] = {
        "providers": (tables.COLUMNS, tables.provider_rows(answer, every)),
        "step_1": (tables.STEP, tables.step_rows(answer, with_chain=asked.with_chain)),
        "criteria": (tables.CRITERIA, tables.criterion_rows([*criteria().values()])),
        "markets": (tables.MARKETS, tables.market_rows(answer)),
        "not_counted": (
            tables.LEFT_OUT,
            tables.left_out_rows(answer.oversight.stack.left_out),
        ),
    }
    if asked.stop is not None:
        end = stopped(answer.oversight, asked.stop)
        sheets["entities_hit"] = (tables.HITS, tables.hit_rows(end))
    files = {}
    for name, (columns, rows) in sheets.items():
        known = values(columns)
        plain = ([cell(row[one.key]) for one in known] for row in rows)
        made = rows_file(name, [one.key for one in known], plain, kind=FileKind.CSV)
        files[f"{name}.csv"] = made.data
    note = oversight_words.NO_DESIGNATION
    book = [
        ReportSheet(
            name=name,
            note=note,
            columns=headings(values(columns)),
            rows=tuple(cells(values(columns), row) for row in rows[:_SHEET_ROWS]),
        )
        for name, (columns, rows) in sheets.items()
    ]
    files["oversight.xlsx"] = as_report(book, title="Oversight of providers", created=today)
    return files


#: Rows of a sheet that spreadsheets open without pain; the CSV has all of them.
_SHEET_ROWS = 100_000
