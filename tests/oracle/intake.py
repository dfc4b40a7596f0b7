"""An inventory file read record by record: the check of the reading by columns.

Header and texts come from the same table; what each record says, which repeat or contradict others,
what its names mean and what is doubtful is worked out one record after the other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.cells import ColumnReader, cell_readers
from risk.inventory.columns import COLUMNS, KEY, NUMERIC, OF_AMOUNTS, Kind, header_key
from risk.inventory.conventions import (
    Conventions,
    MoneyCells,
    find_date_style,
    find_money,
    find_notation,
)
from risk.inventory.formats.reading import read_table_of
from risk.inventory.formats.unpacking import unpack
from risk.inventory.in_usd import InUsd, amount_in_usd, unit_column
from risk.inventory.intake import mapped_columns, read_inventory, record_fault, warn_of_unknown
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.mapping import ColumnMap
from risk.inventory.name_text import skeleton
from risk.inventory.progress import unheard
from risk.inventory.records import Resolution
from risk.inventory.refusals import SAID, Context, FileRefused, Findings, Questions, shortened
from risk.inventory.rejects import reject_file
from risk.inventory.resolution import Resolver
from risk.inventory.rows import InventoryRow
from risk.inventory.sound_records import folded_name, mixes_scripts
from risk.inventory.splitting import Record
from risk.inventory.tables import Table
from risk.money.rates import last_day
from risk.money.stated import PERIODS

_OF_THE_WHOLE_CELL = ("share", "spend_usd", "spend_stated")


@dataclass(frozen=True)
class Valid:
    """One record whose cells are all sound: canonical column → value, None where unknown."""

    record: Record
    values: Mapping[str, Any]

    @property
    def line(self) -> int:
        return self.record.line

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(folded_name(self.values.get(column)) for column in KEY)

    @property
    def content(self) -> dict[str, Any]:
        values = self.values.items()
        return {name: one for name, one in values if one is not None and name not in KEY}


def read_row_by_row(
    data: bytes,
    *,
    file_name: str,
    resolver: Resolver,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    limits: Limits = LIMITS,
) -> IntakeResult:
    """The reading of a file; one that is refused as a whole is left to the reading by columns."""
    questions, findings = Questions(assume or {}), Findings()
    try:
        table = read_table_of(data, Context(mapping, questions, findings, limits), unpack, unheard)
        columns = mapped_columns(table, mapping, resolver)
    except FileRefused:
        return read_inventory(
            data,
            file_name=file_name,
            resolver=resolver,
            mapping=mapping,
            assume=assume,
            split_products=split_products,
            limits=limits,
        )
    records = tuple(table.again())
    warn_of_unknown(columns, table.header_line, findings)
    conventions = _conventions(table, records, columns, questions)
    parting = resolver if split_products else None
    readers = cell_readers(columns, conventions, limits, parting=parting)
    valid = [
        _with_model_name(one, resolver)
        for one in _valid_records(table, records, columns, readers, findings)
    ]
    kept = _settle_duplicates(table, valid, findings)
    rows = _rows(kept, resolver, split_products)
    _say_what_is_doubtful(rows, resolver, findings)
    rejected = len(findings.rejects)
    outcome = Outcome.PARTIAL if rejected else Outcome.ACCEPT
    return IntakeResult(
        outcome=Outcome.CONFIRM if questions.open else outcome,
        error=min(findings.rejects, key=lambda reject: reject.line).code if rejected else None,
        records=len(records),
        accepted=len(kept),
        rejected=rejected,
        duplicate=len(records) - rejected - len(kept),
        warnings=findings.warning_codes,
        problems=findings.problems(),
        confirm=tuple(questions.open),
        header=table.header,
        mapping=columns.headers,
        samples=table.samples(),
        rows=rows,
        reject_file=reject_file(table.header, findings.rejects),
    )


def _conventions(
    table: Table, records: tuple[Record, ...], columns: ColumnMap, questions: Questions
) -> Conventions:
    numeric = [i for name, i in columns.positions.items() if COLUMNS[name].kind in NUMERIC]
    dates = [i for name, i in columns.positions.items() if COLUMNS[name].kind is Kind.DATE]
    sound = [table.cells(r) for r in records if not r.fault and len(r.cells) == table.width]
    named = {*columns.positions, *columns.constants}

    def cells_of(name: str) -> list[str]:
        if name in columns.constants:
            return [columns.constants[name]]
        cells = dict.fromkeys(cells[columns.positions[name]] for cells in sound)
        plain = [cell for cell in cells if re.fullmatch(r"[0-9]*(\.[0-9]*)?", cell)]
        return [cell for cell in cells if cell not in plain] + list(filter(None, plain))[:3]

    money = []
    for name, (header, says) in columns.money.items():
        beside = unit_column(named, name)
        cells = cells_of(beside) if beside else None
        money.append(
            MoneyCells(column=name, header=header, says=says, cells=cells_of(name), beside=cells)
        )
    return Conventions(
        notation=find_notation((cells[i] for i in numeric for cells in sound), questions),
        dates=find_date_style((cells[i] for i in dates for cells in sound), questions),
        money=find_money(money, questions),
    )


def _valid_records(
    table: Table,
    records: tuple[Record, ...],
    columns: ColumnMap,
    readers: Mapping[str, ColumnReader],
    findings: Findings,
) -> Iterator[Valid]:
    places = {**columns.positions, **dict.fromkeys(columns.constants, -1)}
    header = tuple(header_key(cell) for cell in table.header)
    for record in records:
        fault = record_fault(record, table, header)
        if fault is not None:
            findings.reject([fault], table.cells_to_correct(record))
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
            yield Valid(record, values)


def _read_cells(
    line: int, texts: Mapping[str, str], readers: Mapping[str, ColumnReader], findings: Findings
) -> tuple[dict[str, Any], list[Problem]]:
    reads = {name: readers[name].read(text) for name, text in texts.items()}
    values: dict[str, Any] = {name: read.value for name, read in reads.items()}
    amounts = _amounts(values, readers)
    problems: list[Problem] = []
    for name, text in texts.items():
        amount = amounts.get(name, InUsd(None))
        error = reads[name].error or amount.error
        if error:
            advice = reads[name].advice or SAID[error].format(**vars(LIMITS))
            said = f"Line {line}, {name}: {advice}"
            message = f"{said}, not {shortened(text)!r}." if text.strip() else f"{said}."
            problem = Problem(
                code=error, line=line, column=name, value=shortened(text), message=message
            )
            problems.append(problem)
            continue
        for code in (*reads[name].warnings, *amount.warnings):
            message = f"Line {line}, {name}: {SAID[code]}."
            findings.warn(code, line, message, column=name, value=text)
    facts = {name: one for name, one in values.items() if name not in OF_AMOUNTS}
    for fact in PERIODS:
        in_usd, as_stated = f"{fact}_usd", f"{fact}_stated"
        facts.pop(as_stated, None)
        for name in (in_usd, as_stated):
            found = amounts.get(name)
            if found is not None and (found.usd is not None or found.stated is not None):
                facts[in_usd] = found.usd
                if found.stated is not None:
                    facts[as_stated] = found.stated
    return facts, problems


def _amounts(values: Mapping[str, Any], readers: Mapping[str, ColumnReader]) -> dict[str, InUsd]:
    """Every amount of one record in USD, by its column."""
    found = {}
    for name, value in values.items():
        if COLUMNS[name].kind is Kind.MONEY and value is not None:
            fact = name.removesuffix("_usd").removesuffix("_stated")
            beside = unit_column(set(values), name)
            day = values.get(f"{fact}_rate_day") or values.get("as_of") or last_day()
            found[name] = amount_in_usd(
                value,
                readers[name].money,
                values[beside] if beside else None,
                fact=fact,
                day=day,
                limits=LIMITS,
            )
    return found


def _settle_duplicates(table: Table, valid: list[Valid], findings: Findings) -> list[Valid]:
    by_key: dict[tuple[str, ...], list[Valid]] = {}
    for record in valid:
        by_key.setdefault(record.key, []).append(record)
    alike = {
        key: all(one.content == group[0].content for one in group) for key, group in by_key.items()
    }
    for key, group in by_key.items():
        for record in group[1:] if alike[key] else ():
            findings.warn(
                "duplicate_records",
                record.line,
                f"Line {record.line} repeats an earlier record; it counts once. Remove one of"
                " them.",
            )
    for key, group in by_key.items():
        lines = ", ".join(str(record.line) for record in group[:5])
        for record in () if alike[key] else group:
            problem = Problem(
                code="conflict",
                line=record.line,
                column=None,
                value=shortened(record.record.text),
                message=f"Line {record.line}: the same startup, use case, provider and model stand"
                f" on lines {lines} with different values; keep the line that is true.",
            )
            findings.reject([problem], table.cells(record.record))
    return [one for one in valid if alike[one.key] and one is by_key[one.key][0]]


def _with_model_name(record: Valid, resolver: Resolver) -> Valid:
    model = record.values.get("model")
    if model is None:
        return record
    resolution = _resolution(resolver, record.values, str(record.values["provider"]), None)
    model = resolver.resolve_model(model, resolution.developer) or model
    return replace(record, values={**record.values, "model": model})


def _resolution(
    resolver: Resolver, values: Mapping[str, Any], provider: str, product: Resolution | None
) -> Resolution:
    model, host = values.get("model"), values.get("host")
    result = product or resolver.resolve(provider)
    if model and (result.answer is not Answer.YES or result.developer == UNSPECIFIED):
        named = resolver.resolve(f"{model} on {provider}")
        if named.answer is Answer.YES and named.developer not in (None, UNSPECIFIED):
            reason = f"the model column says {model}; {named.reason}"
            result = replace(named, text=result.text, reason=reason)
    if host and result.answer is Answer.YES:
        place = resolver.resolve(host).host
        if place is not None and place != result.host:
            reason = f"{result.reason}; the host column says {host}"
            result = replace(result, host=place, reason=reason)
    return result


def _rows(kept: list[Valid], resolver: Resolver, split_products: bool) -> tuple[InventoryRow, ...]:
    """The rows of the kept records; a product split off that has its own record is left out."""
    rows: dict[tuple[str, ...], InventoryRow] = {}
    parted = [_rows_of(record, resolver, split_products) for record in kept]
    for group in sorted(parted, key=len):
        for row in group:
            key = tuple(map(folded_name, (row.startup, row.use_case, row.provider, row.model)))
            rows.setdefault(key, row)
    return tuple(sorted(rows.values(), key=lambda row: row.line))


def _rows_of(record: Valid, resolver: Resolver, split_products: bool) -> list[InventoryRow]:
    values: dict[str, Any] = dict(record.values)
    if values.get("fallback_provider") is not None:
        values["fallback_resolution"] = resolver.resolve(values["fallback_provider"])
    parts = resolver.resolve_all(values["provider"]) if split_products else ()
    several = len(parts) > 1
    if several:
        values.update(dict.fromkeys(_OF_THE_WHOLE_CELL))
    rows = []
    for product in parts if several else (None,):
        provider = product.text if product else values["provider"]
        resolution = _resolution(resolver, values, provider, product)
        model = values.get("model")
        if model is not None:
            model = resolver.resolve_model(model, resolution.developer) or model
        said = values | {"provider": provider, "model": model, "resolution": resolution}
        rows.append(InventoryRow(line=record.line, **said))
    return rows


def _say_what_is_doubtful(
    rows: tuple[InventoryRow, ...], resolver: Resolver, findings: Findings
) -> None:
    totals: dict[tuple[str, str], float] = {}
    for row in rows:
        use_case = folded_name(row.startup), folded_name(row.use_case)
        before = totals.get(use_case, 0.0)
        totals[use_case] = before + (row.share or 0.0)
        if before <= 1 + 1e-9 < totals[use_case]:
            findings.warn(
                "shares_exceed_one",
                row.line,
                f"Line {row.line}, share: the shares of this use case of {row.startup} add up to"
                " more than 1. They were kept; correct the one that is too high.",
                column="share",
                value=f"{row.startup} / {row.use_case or ''}",
            )
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        for column, name in (("startup", row.startup), ("provider", row.provider)):
            folded = folded_name(name)
            if seen.setdefault((column, skeleton(folded)), folded) != folded or mixes_scripts(name):
                findings.warn(
                    "confusable_names",
                    row.line,
                    f"Line {row.line}, {column}: {name[:80]!r} holds letters of another script"
                    " that look Latin, or looks like another name. They were kept apart;"
                    " write them alike if they are one.",
                    column=column,
                    value=name,
                )
    for row in rows:
        if not resolver.knows(row.provider):
            findings.warn(
                "unknown_provider",
                row.line,
                f"Line {row.line}, provider: {row.provider[:80]!r} is no provider that we know; it"
                " counts as no language model. If it is one, name its developer or model.",
                column="provider",
                value=row.provider,
            )
