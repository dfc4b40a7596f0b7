"""An inventory file read record by record: the check of the reading by columns.

Header and texts come from the same table; what each record says, which repeat or contradict others,
what its names mean and what is doubtful is worked out one record after the other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.cells import CellRead, ColumnReader, cell_readers
from risk.inventory.columns import (
    COLUMNS,
    KEY,
    NUMERIC,
    OF_AMOUNTS,
    OF_THE_STARTUP,
    Kind,
    header_key,
)
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
from risk.inventory.intake import (
    NO_PROVIDER,
    cell_problem,
    mapped_columns,
    read_inventory,
    record_fault,
    say_lost,
    warn_of_unknown,
)
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.mapping import ColumnMap
from risk.inventory.name_text import skeleton
from risk.inventory.not_stated import is_not_stated
from risk.inventory.progress import unheard
from risk.inventory.records import Resolution
from risk.inventory.refusals import SAID, Context, FileRefused, Findings, Questions, shortened
from risk.inventory.rejects import reject_file
from risk.inventory.resolution import Resolver, is_vague
from risk.inventory.row_speaks import Hint, hint_in, speaking_columns
from risk.inventory.rows import InventoryRow
from risk.inventory.shared_cells import (
    Parting,
    evenly,
    find_parting,
    models_of,
    parts_of,
    with_fallback,
)
from risk.inventory.sound_records import (
    folded_name,
    mixes_scripts,
    part_not_read,
    spend_shared,
)
from risk.inventory.splitting import Record
from risk.inventory.tables import Table
from risk.money.rates import last_day
from risk.money.stated import PERIODS

_OF_THE_WHOLE_CELL = ("share",)


@dataclass(frozen=True)
class Valid:
    """One record whose cells are all sound: canonical column → value, None where unknown."""

    record: Record
    values: Mapping[str, Any]
    hint: Hint | None = None
    lost: bool = False

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
    places = {**columns.positions, **dict.fromkeys(columns.constants, -1)}
    cells = [
        columns.constants["provider"] if places["provider"] < 0 else one[places["provider"]]
        for one in (table.cells(r) for r in records if not r.fault and len(r.cells) == table.width)
    ]
    parting = find_parting(cells, resolver, questions, every=split_products)
    readers = cell_readers(columns, conventions, limits, resolver=resolver, parting=parting)
    read = _valid_records(table, records, columns, readers, findings, resolver)
    valid = [_with_model_name(one, resolver) for one in read]
    kept = _settle_duplicates(table, valid, findings)
    rows = _rows(kept, resolver, parting, findings)
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
        format=table.format,
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
    resolver: Resolver,
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
        reads = {name: readers[name].read(text) for name, text in texts.items()}
        told = [name for name in reads if name not in OF_THE_STARTUP and name != "provider"]
        nothing_told = all(reads[name].value is None for name in told)
        reads, facts = _with_amounts(reads, readers)
        hint = _hint(reads["provider"].value, columns, table, texts, cells, resolver)
        problems = [
            cell_problem(record.line, name, texts[name], read)
            for name, read in reads.items()
            if read.error
        ]
        if nothing_told and not texts["provider"].strip() and hint is None:
            problems.append(cell_problem(record.line, "provider", "", NO_PROVIDER))
        refuses = any(problem.code == "missing_provider" for problem in problems) or any(
            read.refuses for read in reads.values()
        )
        for name, read in reads.items():
            if read.lost and not refuses:
                say_lost(record.line, name, texts[name], read, findings)
            for code in () if read.error else read.warnings:
                message = f"Line {record.line}, {name}: {SAID[code]}."
                findings.warn(code, record.line, message, column=name, value=texts[name])
        if refuses:
            findings.reject(problems, cells)
        else:
            yield Valid(record, facts, hint, any(read.lost for read in reads.values()))


def _with_amounts(
    reads: Mapping[str, CellRead], readers: Mapping[str, ColumnReader]
) -> tuple[dict[str, CellRead], dict[str, Any]]:
    """The cells of one record with its amounts in USD, and the facts that they state."""
    amounts = _amounts(reads, readers)
    judged = dict(reads)
    for name, amount in amounts.items():
        warnings = (*reads[name].warnings, *amount.warnings)
        advice = SAID[amount.error].format(**vars(LIMITS)) if amount.error else ""
        judged[name] = CellRead(amount.usd, amount.error, advice, warnings, bool(amount.error))
    facts = {name: read.value for name, read in judged.items() if name not in OF_AMOUNTS}
    for fact in PERIODS:
        in_usd, as_stated = f"{fact}_usd", f"{fact}_stated"
        facts.pop(as_stated, None)
        for name in (in_usd, as_stated):
            found = amounts.get(name)
            if found is not None and (found.usd is not None or found.stated is not None):
                facts[in_usd] = found.usd
                if found.stated is not None:
                    facts[as_stated] = found.stated
    return judged, facts


def _amounts(
    reads: Mapping[str, CellRead], readers: Mapping[str, ColumnReader]
) -> dict[str, InUsd]:
    """Every amount of one record in USD, by its column; unknown where its currency is."""
    values: dict[str, Any] = {name: read.value for name, read in reads.items()}
    found = {}
    for name, value in values.items():
        if COLUMNS[name].kind is Kind.MONEY and value is not None:
            fact = name.removesuffix("_usd").removesuffix("_stated")
            beside = unit_column(set(values), name)
            day = values.get(f"{fact}_rate_day") or values.get("as_of") or last_day()
            style = readers[name].money
            if beside and reads[beside].lost and not style.header_wins:
                found[name] = InUsd(None)
                continue
            found[name] = amount_in_usd(
                value,
                style,
                values[beside] if beside else None,
                fact=fact,
                day=day,
                limits=LIMITS,
            )
    return found


def _hint(
    provider: Any,
    columns: ColumnMap,
    table: Table,
    texts: Mapping[str, str],
    cells: tuple[str, ...],
    resolver: Resolver,
) -> Hint | None:
    if not isinstance(provider, str) or not is_vague(resolver.resolve(provider)):
        return None
    for label, source in speaking_columns(columns, table.header):
        text = texts[source] if isinstance(source, str) else cells[source]
        if (hint := hint_in(label, text, resolver)) is not None:
            return hint
    return None


def _settle_duplicates(table: Table, valid: list[Valid], findings: Findings) -> list[Valid]:
    by_key: dict[tuple[str, ...], list[Valid]] = {}
    for record in valid:
        by_key.setdefault(record.key, []).append(record)
    # A record that lost a cell contradicts none of which every cell could be read.
    whole = {key: [one for one in group if not one.lost] or group for key, group in by_key.items()}
    alike = {
        key: all(one.content == group[0].content for one in group) for key, group in whole.items()
    }
    for key, group in by_key.items():
        for record in group if alike[key] else ():
            if record is whole[key][0]:
                continue
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
                message=f"Line {record.line}: the same company, use case, provider and model stand"
                f" on lines {lines} with different values; keep the line that is true.",
            )
            findings.reject([problem], table.cells(record.record))
    return [one for one in valid if alike[one.key] and one is whole[one.key][0]]


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
        named = resolver.resolve(model if is_not_stated(provider) else f"{model} on {provider}")
        if named.answer is Answer.YES and named.developer not in (None, UNSPECIFIED):
            reason = f"the model column says {model}; {named.reason}"
            result = replace(named, text=result.text, reason=reason)
    if host and result.answer is Answer.YES:
        place = resolver.resolve(host).host
        if place is not None and place != result.host:
            reason = f"{result.reason}; the host column says {host}"
            result = replace(result, host=place, reason=reason)
    return result


def _rows(
    kept: list[Valid], resolver: Resolver, parting: Parting, findings: Findings
) -> tuple[InventoryRow, ...]:
    """The rows of the kept records; a product split off that has its own record is left out."""
    rows: dict[tuple[str, ...], tuple[int, int, InventoryRow]] = {}
    parted = [_rows_of(record, resolver, parting) for record in kept]
    for number, group in sorted(enumerate(parted), key=lambda one: len(one[1])):
        for row in group:
            key = tuple(map(folded_name, (row.startup, row.use_case, row.provider, row.model)))
            rows.setdefault(key, (number, len(group), row))
    ordered = sorted(rows.values(), key=lambda one: one[2].line)
    shared: list[InventoryRow] = []
    for number, size, row in ordered:
        if size == 1 or (row.spend_usd is None and row.spend_stated is None):
            shared.append(row)
            continue
        siblings = [one for of, _, one in ordered if of == number]
        place, among = siblings.index(row), len(siblings)
        if row.spend_stated is not None:
            part = row.spend_stated.parts(among)[place]
            usd = part.usd(PERIODS["spend"])
            in_usd = None if usd is None else float(usd)
            shared.append(replace(row, spend_usd=in_usd, spend_stated=part))
        elif row.spend_usd is not None:
            shared.append(replace(row, spend_usd=evenly(row.spend_usd, among)[place]))
        if row is siblings[0]:
            message = spend_shared(row.line, "spend_usd")
            findings.warn("spend_shared_out", row.line, message, column="spend_usd")
    return tuple(shared)


def _rows_of(record: Valid, resolver: Resolver, parting: Parting) -> list[InventoryRow]:
    values: dict[str, Any] = dict(record.values)
    parts = parts_of(values["provider"], resolver, parting)
    used, fallback = with_fallback(parts) if parts else ((None,), None)
    values["fallback_provider"] = values.get("fallback_provider") or fallback
    if values["fallback_provider"] is not None:
        values["fallback_resolution"] = resolver.resolve(values["fallback_provider"])
    if len(used) > 1:
        values.update(dict.fromkeys(_OF_THE_WHOLE_CELL))
    models = models_of(values.get("model"), used, resolver) if parts else [values.get("model")]
    rows = []
    for product, model in zip(used, models, strict=True):
        provider = product.text if product else values["provider"]
        own = values | {"model": model}
        resolution = _resolution(resolver, own, provider, product)
        if record.hint is not None and not parts:
            resolution = record.hint.suggested_for(resolution)
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
        if resolver.knows(row.provider) and (left := resolver.parts_nobody_knows(row.provider)):
            message = part_not_read(row.line, row.provider, left)
            findings.warn("part_not_read", row.line, message, column="provider", value=row.provider)
        if not resolver.knows(row.provider):
            findings.warn(
                "unknown_provider",
                row.line,
                f"Line {row.line}, provider: {row.provider[:80]!r} is no provider that we know; it"
                " counts as no language model. If it is one, name its developer or model.",
                column="provider",
                value=row.provider,
            )
