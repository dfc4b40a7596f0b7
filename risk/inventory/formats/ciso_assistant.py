"""Reading CISO Assistant's third-party workbook: entities, their solutions, and contracts.

The workbook says who supplies, not who depends: unless it names domains, the reader is asked for
the name of the dependent company. Sheets and columns are those of its import template
(intuitem/ciso-assistant-community, ``third_parties_template.xlsx``).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from risk.inventory.columns import header_key
from risk.inventory.formats.dora import yearly
from risk.inventory.formats.packages import KeyedRow, Sheet, keyed, warn_about_formulas
from risk.inventory.refusals import Context, FileRefused
from risk.inventory.tables import DerivedRow, Table, derived_table

_SHEETS = ("entities", "solutions", "contracts")
_NEEDED = {
    "entities": ("refid", "name"),
    "solutions": ("refid", "name", "providerentityrefid"),
}
#: Their scale has four levels, ours five; the ends stand for the ends.
_CRITICALITY = {"1": "1", "2": "2", "3": "4", "4": "5", "0": ""}
_NOT_IN_FORCE = frozenset({"expired", "terminated", "draft"})


def is_ciso_assistant(sheets: Sequence[Sheet]) -> bool:
    """Whether the sheets are called and headed as those of the template are."""
    by_name = {sheet.name.strip().casefold(): sheet for sheet in sheets}
    for name, needed in _NEEDED.items():
        rows = by_name[name].rows if name in by_name else ()
        if not rows or not set(needed) <= set(map(header_key, rows[0].cells)):
            return False
    return True


def ciso_assistant_table(sheets: Sequence[Sheet], context: Context) -> Table:
    """One record for each solution, for each contract without one, and for each other entity.

    Raises :class:`FileRefused` for a sheet that is too large, and without records.
    """
    tables: dict[str, list[KeyedRow]] = {}
    for sheet in sheets:
        name = sheet.name.strip().casefold()
        if name in _SHEETS:
            if sheet.refusal is not None:
                raise FileRefused(*sheet.refusal)
            tables[name] = _rows(sheet)
            warn_about_formulas(sheet.rows, context.findings)
    nothing = "The workbook lists no entities, solutions or contracts below its headers."
    return derived_table(list(_records(tables)), nothing, context)


def _rows(sheet: Sheet) -> list[KeyedRow]:
    header = [header_key(cell) for row in sheet.rows[:1] for cell in row.cells]
    return [keyed(row, header) for row in sheet.rows[1:]]


def _records(tables: Mapping[str, Sequence[KeyedRow]]) -> Iterator[DerivedRow]:
    entities = {row["refid"]: row for row in tables["entities"] if row["refid"]}
    contracts: dict[str, list[KeyedRow]] = {}
    for contract in tables.get("contracts", ()):
        contracts.setdefault(contract["solutionrefid"], []).append(contract)
    named = {row["refid"] for row in tables["solutions"]}
    used: set[str] = set()
    for solution in tables["solutions"]:
        used.add(solution["providerentityrefid"])
        of_solution = contracts.get(solution["refid"], ()) if solution["refid"] else ()
        yield _record(solution, entities.get(solution["providerentityrefid"]), of_solution)
    for reference, others in contracts.items():
        if reference and reference in named:
            continue
        for contract in others:
            used.add(contract["providerentityrefid"])
            yield _record(contract, entities.get(contract["providerentityrefid"]), [contract])
    for entity in tables["entities"]:
        if entity["refid"] not in used:
            yield _record(entity, None, ())


def _record(row: KeyedRow, entity: KeyedRow | None, contracts: Sequence[KeyedRow]) -> DerivedRow:
    """The record of a solution, of a contract, or of an entity that has neither."""
    parts = dict.fromkeys(filter(None, (entity["name"] if entity else "", row["name"])))
    faulty = next((one for one in (row, entity, *contracts) if one and one.row.fault), row).row
    in_force = [one for one in contracts if one["status"].casefold() not in _NOT_IN_FORCE]
    spend, note = _spend(in_force)
    ends = sorted(one["enddate"] for one in in_force if one["enddate"])
    domains = (one["domain"] for one in (*contracts, entity, row) if one)
    reference = f"CISO Assistant, {row['refid'] or 'no reference'}"
    values = {
        "startup": next(filter(None, domains), ""),
        "provider": "; ".join(parts),
        "use_case": row["name"] if entity else "",
        "criticality": _CRITICALITY.get(row["criticality"], row["criticality"]),
        "renewal": ends[0] if ends else "",
        **spend,
        "source": "; ".join(filter(None, (reference, note))),
    }
    return DerivedRow(
        line=row.row.line, values=values, fault=faulty.fault, fault_at=faulty.fault_at
    )


def _spend(contracts: Sequence[KeyedRow]) -> tuple[dict[str, str], str]:
    """The cells that state the expense a year of all contracts, and why it is not known."""
    stated = [one for one in contracts if one["annualexpense"]]
    units = list(dict.fromkeys(one["currency"].strip().upper() for one in stated))
    if not stated:
        return {}, ""
    if len(units) > 1:
        return {}, f"its expenses a year are in {', '.join(units)} and are left unknown"
    try:
        total = str(sum((Decimal(one["annualexpense"]) for one in stated), Decimal(0)))
    except InvalidOperation:
        total = next(one["annualexpense"] for one in stated)
    amount = stated[0]["annualexpense"] if len(stated) == 1 else total
    return yearly(amount, units[0], "an expense")
