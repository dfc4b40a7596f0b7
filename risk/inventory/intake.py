"""From the bytes of an inventory file to rows, or to every problem at once.

bytes → text (:mod:`.decoding`) → records (:mod:`.splitting`, :mod:`.tables`) → columns
(:mod:`.mapping`) → values (:mod:`.validators`) → duplicates (:mod:`.duplicates`) → resolved rows
(:mod:`.dependencies`). Nothing is guessed silently: what holds for the whole file and cannot be
known is a question, and until it is answered the rows are a preview under the suggested answer.

**Free text beside the provider is the use case.** Sub-processor pages list company, sub-processor
and what it does there. A company that names Azure OpenAI twice, for two features, has two use
cases on one service: the texts stand in ``use_case``, which is part of a record's key, so that
both are kept and neither contradicts the other. Read as notes, they would be one key with two
texts, and both would be refused. The startup still counts once under a provider, because startups
are counted by name. A row that is repeated word for word counts once.
"""

from collections.abc import Mapping
from dataclasses import replace

from risk.inventory.cell_readers import cell_readers
from risk.inventory.columns import COLUMNS, NUMERIC, Kind, header_key
from risk.inventory.conventions import Conventions, find_date_style, find_notation
from risk.inventory.dependencies import inventory_rows, with_model_name
from risk.inventory.duplicates import ValidRecord, folded_name, sort_duplicates
from risk.inventory.findings import Findings
from risk.inventory.formats.packages import Unpack
from risk.inventory.formats.reading import read_table_of
from risk.inventory.formats.unpacking import unpack as unpack_here
from risk.inventory.intake_results import IntakeResult, InventoryRow, Outcome, Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.mapping import ColumnMap, map_columns, refuse_missing, suggest_mapping
from risk.inventory.plausibility import warn_about_rows
from risk.inventory.progress import Progress, each, part, unheard
from risk.inventory.record_faults import record_fault
from risk.inventory.refusals import Answers, FileRefused, Questions, shortened
from risk.inventory.rejects import reject_file
from risk.inventory.resolution import Resolver
from risk.inventory.tables import Table
from risk.inventory.validators import WARNING_TEXT, ColumnReader, Value

#: How much of the work is done once the records are split, and of the rest once they are read.
_SPLIT, _VALID = 0.2, 0.7
#: Cells of a column that are looked at to say what it may be.
_MANY_SAMPLES = 40


def read_inventory(
    data: bytes,
    *,
    file_name: str,
    resolver: Resolver,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    limits: Limits = LIMITS,
    progress: Progress = unheard,
    unpack: Unpack = unpack_here,
) -> IntakeResult:
    """Read an inventory file; every outcome is a result, nothing about the bytes raises.

    ``mapping`` is described in :mod:`risk.inventory.mapping`. ``assume`` answers questions by
    their code; the key ``all`` takes every suggestion. ``split_products`` makes one row for each
    product named in a provider cell. ``file_name`` is only shown: bytes decide what a file is.
    ``progress`` hears how much is done, 0 to 1; what it raises ends the reading. ``unpack`` opens
    workbooks and archives, for whoever wants that done elsewhere than in this process.
    """
    questions, findings = Questions(Answers(assume or {})), Findings()
    table: Table | None = None
    try:
        table = read_table_of(
            data,
            chosen=mapping,
            questions=questions,
            findings=findings,
            limits=limits,
            unpack=unpack,
        )
        columns = _columns(table, mapping, resolver)
    except FileRefused as refusal:
        problem = replace(refusal.problem, value=refusal.problem.value or shortened(file_name))
        return _refused(problem, table, resolver)
    rest = part(progress, _SPLIT, 1.0)
    rest(0.0)
    return _read_records(
        table, columns, resolver, questions, findings, limits, split_products, rest
    )


def _columns(
    table: Table, mapping: Mapping[str, str | None] | None, resolver: Resolver
) -> ColumnMap:
    """The file's columns. Raises :class:`FileRefused` if a required one is missing."""
    columns = map_columns(table.header, mapping)
    refuse_missing(
        table.header,
        columns,
        samples=table.samples(_MANY_SAMPLES),
        names_a_provider=resolver.names_a_provider,
    )
    return columns


def _refused(problem: Problem, table: Table | None, resolver: Resolver) -> IntakeResult:
    """The result of a refused file; what was seen of its header is shown, so it can be mapped."""
    samples = table.samples() if table else {}
    many = table.samples(_MANY_SAMPLES) if table else {}
    header = table.header if table else ()
    return IntakeResult(
        outcome=Outcome.REJECT_FILE,
        error=problem.code,
        records=len(table.records) if table else 0,
        accepted=0,
        rejected=len(table.records) if table else 0,
        duplicate=0,
        warnings=(),
        problems=(problem,),
        confirm=(),
        header=header,
        mapping=suggest_mapping(header, many, resolver.names_a_provider),
        samples=samples,
        rows=(),
        reject_file=b"",
    )


def _read_records(
    table: Table,
    columns: ColumnMap,
    resolver: Resolver,
    questions: Questions,
    findings: Findings,
    limits: Limits,
    split_products: bool,
    progress: Progress,
) -> IntakeResult:
    warn_of_unknown(columns, table.header_line, findings)
    conventions = _conventions(table, columns, questions)
    reading, resolving = part(progress, 0.0, _VALID), part(progress, _VALID, 1.0)
    parting = resolver if split_products else None
    readers = cell_readers(columns, conventions, limits, parting=parting)
    valid = _valid_records(table, columns, readers, findings, reading)
    valid = [with_model_name(record, resolver) for record in valid]
    kept = _settle_duplicates(table, valid, findings)
    rows = _rows(kept, resolver, split_products, resolving)
    warn_about_rows(rows, resolver, findings)
    rejected = len(findings.rejects)
    outcome = Outcome.PARTIAL if rejected else Outcome.ACCEPT
    return IntakeResult(
        outcome=Outcome.CONFIRM if questions.open else outcome,
        error=min(findings.rejects, key=lambda reject: reject.line).code if rejected else None,
        records=len(table.records),
        accepted=len(kept),
        rejected=rejected,
        duplicate=len(table.records) - rejected - len(kept),
        warnings=findings.warning_codes,
        problems=findings.problems(),
        confirm=tuple(questions.open),
        header=table.header,
        mapping=columns.headers,
        samples=table.samples(),
        rows=rows,
        reject_file=reject_file(table.header, findings.rejects),
    )


def warn_of_unknown(columns: ColumnMap, header_line: int, findings: Findings) -> None:
    """Say which columns of the file are left out."""
    for header in columns.unknown:
        findings.warn(
            "unknown_column_ignored",
            header_line,
            f"The column {header[:80]!r} is none that we know; it was left out. Map it"
            " to a column of ours to keep it.",
            column=header,
        )


def _conventions(table: Table, columns: ColumnMap, questions: Questions) -> Conventions:
    """What the numbers and dates of all records say about how they are written."""
    numeric = [i for name, i in columns.positions.items() if COLUMNS[name].kind in NUMERIC]
    dates = [i for name, i in columns.positions.items() if COLUMNS[name].kind is Kind.DATE]
    sound = [table.cells(r) for r in table.records if not r.fault and len(r.cells) == table.width]
    return Conventions(
        notation=find_notation((cells[i] for i in numeric for cells in sound), questions),
        dates=find_date_style((cells[i] for i in dates for cells in sound), questions),
    )


def _valid_records(
    table: Table,
    columns: ColumnMap,
    readers: Mapping[str, ColumnReader],
    findings: Findings,
    progress: Progress,
) -> list[ValidRecord]:
    """The records without a fault; the others are refused with all their problems."""
    places = {**columns.positions, **dict.fromkeys(columns.constants, -1)}
    header = tuple(header_key(cell) for cell in table.header)
    valid: list[ValidRecord] = []
    for position, record in enumerate(each(table.records, progress)):
        fault = record_fault(record, table, header)
        if fault is not None:
            findings.reject([fault], table.cells_to_mend(record))
            continue
        cells = table.cells(record)
        texts = {
            name: cells[index] if index >= 0 else columns.constants[name]
            for name, index in places.items()
        }
        if columns.gathered:
            texts["notes"] = columns.gathered_text(cells)
        values, problems = _read_cells(record.line, texts, readers, findings)
        if problems:
            findings.reject(problems, cells)
        else:
            valid.append(ValidRecord(position, record.line, values))
    return valid


def _read_cells(
    line: int,
    texts: Mapping[str, str],
    readers: Mapping[str, ColumnReader],
    findings: Findings,
) -> tuple[dict[str, Value], list[Problem]]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        read = readers[name].read(text)
        values[name] = read.value
        if read.error:
            problems.append(
                Problem(
                    code=read.error,
                    line=line,
                    column=name,
                    value=shortened(text),
                    message=_advice(line, name, read.advice, text),
                )
            )
            continue
        for code in read.warnings:
            message = f"Line {line}, {name}: {WARNING_TEXT[code]}."
            findings.warn(code, line, message, column=name, value=text)
    return values, problems


def _advice(line: int, column: str, advice: str, text: str) -> str:
    if not text.strip():
        return f"Line {line}, {column}: {advice}."
    return f"Line {line}, {column}: {advice}, not {shortened(text)!r}."


def _settle_duplicates(
    table: Table, valid: list[ValidRecord], findings: Findings
) -> list[ValidRecord]:
    """The records to import; repetitions are counted once, contradictions refused."""
    found = sort_duplicates(valid)
    for record in found.repeated:
        findings.warn(
            "duplicate_records",
            record.line,
            f"Line {record.line} repeats an earlier record; it counts once. Remove one of them.",
        )
    for group in found.conflicting:
        lines = ", ".join(str(record.line) for record in group[:5])
        for record in group:
            raw = table.records[record.position]
            problem = Problem(
                code="conflict",
                line=record.line,
                column=None,
                value=shortened(raw.text),
                message=f"Line {record.line}: the same startup, use case, provider and model stand"
                f" on lines {lines} with different values; keep the line that is true.",
            )
            findings.reject([problem], table.cells(raw))
    return sorted(found.kept, key=lambda record: record.position)


def _rows(
    kept: list[ValidRecord], resolver: Resolver, split_products: bool, progress: Progress
) -> tuple[InventoryRow, ...]:
    """The rows of the kept records; a product split off that has its own record is left out."""
    rows: dict[tuple[str, ...], InventoryRow] = {}
    parted = [
        list(inventory_rows(record, resolver, split_products=split_products))
        for record in each(kept, progress)
    ]
    for group in sorted(parted, key=len):
        for row in group:
            key = tuple(map(folded_name, (row.startup, row.use_case, row.provider, row.model)))
            rows.setdefault(key, row)
    return tuple(sorted(rows.values(), key=lambda row: row.line))
