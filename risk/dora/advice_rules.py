"""Advice: what the standard or practice asks for and no rule that is in force does.

Rules of the authorities that have been off since March 2025 keep their number and say so. v8805 is
v22912 over again; v8821 asks for an LEI in the *second* code of a provider and is not judged.
"""

from collections.abc import Iterator
from datetime import date

from risk.dora.cells import is_day
from risk.dora.findings import Finding, Weight
from risk.dora.identifiers import EEA
from risk.dora.reject_rules import FILLERS
from risk.dora.schema import COLUMNS, LISTS, NO_COUNTRY, NO_END, Kind
from risk.dora.sheets import NO, YES, Sheet, Sheets
from risk.dora.warning_rules import EUID, LEI
from risk.inventory.rejects import formula_safe

_OFF = " (The rule has been off since March 2025.)"
_LEGAL_PERSON = "eba_CT:x212"
#: Types of code that a firm should not have, and countries where none has an EUID.
_OTHER_CODES = LISTS["CODE_TYPE"].keys() - {LEI, EUID}
_OUTSIDE = LISTS["COUNTRY"].keys() - {f"eba_GA:{country}" for country in EEA}
_OFF_COLUMNS = ("c0050", "c0070", "c0080", "c0090", "c0100", "c0110")


def advice(sheets: Sheets) -> Iterator[Finding]:
    """Every advice about the tables."""
    yield from _contracts(sheets)
    yield from _critical(sheets)
    yield from _providers(sheets)
    yield from _assessments(sheets)
    yield from _chains(sheets)
    yield from _currencies(sheets)
    yield from _asked(sheets)
    yield from _filler_frames(sheets["B_02.01"])
    yield from _formulas(sheets)


def _advise(
    sheet: Sheet, rule: str, column: str, place: int, message: str, fix: str | None = None
) -> Finding:
    return sheet.finding(rule, Weight.ADVICE, message, column=column, place=place, fix=fix)


def _formulas(sheets: Sheets) -> Iterator[Finding]:
    """Texts that a spreadsheet would run; a filing has them as they are."""
    message = (
        "It begins as a formula does: a spreadsheet that opens the table would run it. Reword it."
    )
    for sheet in sheets.by_name.values():
        for code, cells in sheet.columns.items():
            if COLUMNS[sheet.name][code].kind is not Kind.TEXT:
                continue
            unsafe = {cell for cell in set(cells) if cell and formula_safe(cell) != cell}
            for place in sheet.having(code, unsafe) if unsafe else ():
                yield _advise(sheet, "ITS:formula", code, place, message)


def _contracts(sheets: Sheets) -> Iterator[Finding]:
    """Ends, and data that are not stored."""
    sheet = sheets["B_02.02"]
    cells = sheet.columns
    day = sheets.facts.day
    first_of_year = date(day.year, 1, 1).isoformat() if day else ""
    last = day.isoformat() if day else ""
    days = {cell for cell in set(cells["c0070"]) | set(cells["c0080"]) if is_day(cell)}
    for place, (start, end, reason, stores, at_rest) in enumerate(
        zip(*(cells[code] for code in ("c0070", "c0080", "c0090", "c0140", "c0150")), strict=True)
    ):
        if end in days and end != NO_END:
            if start in days and end <= start:
                message = f"The contract ends on {end}, not after its start on {start}.{_OFF}"
                yield _advise(sheet, "v8816_m", "c0080", place, message)
            if day and end < first_of_year:
                message = (
                    f"The contract ended before {day.year}. It was filed for the year in which it"
                    " ended; leave it out now."
                )
                yield _advise(sheet, "ITS:dropped", "c0080", place, message)
            elif day and end <= last and not reason:
                message = "The contract has ended. State why."
                yield _advise(sheet, "ITS:ended", "c0090", place, message)
        if stores == NO and at_rest and at_rest != NO_COUNTRY:
            message = f"No data are stored, so no country stores them: {NO_COUNTRY}."
            yield _advise(sheet, "ITS:not stored", "c0150", place, message, NO_COUNTRY)


def _critical(sheets: Sheets) -> Iterator[Finding]:
    """What a service behind a critical or important function needs."""
    critical = sheets.critical
    if not critical:
        return
    sheet = sheets["B_02.02"]
    cells = sheet.columns
    assessed = set(
        zip(*(sheets["B_07.01"].columns[code] for code in ("c0010", "c0020", "c0040")), strict=True)
    )
    said: set[tuple[str, str, str]] = set()
    for place, user in enumerate(zip(cells["c0050"], cells["c0020"], strict=True)):
        if user not in critical:
            continue
        stores = cells["c0140"][place] == YES
        for code in ("c0100", "c0110", "c0120", "c0140", "c0180", *(("c0170",) if stores else ())):
            if not cells[code][place]:
                meaning = COLUMNS[sheet.name][code].meaning
                message = (
                    f"The function is critical or important, so {code} ({meaning}) is asked for."
                )
                yield _advise(sheet, "ITS:critical", code, place, message)
        service = (cells["c0010"][place], cells["c0030"][place], cells["c0060"][place])
        if (
            all(service[:2])
            and service[2] in LISTS["SERVICE"]
            and service not in assessed
            and service not in said
        ):
            said.add(service)
            yield sheet.finding(
                "ITS:assessment",
                Weight.ADVICE,
                "The function is critical or important, so B_07.01 (Assessments of services) needs"
                " a row for this contract, provider and service.",
                place=place,
            )


def _providers(sheets: Sheets) -> Iterator[Finding]:
    """Kinds of codes, expenses and parents of providers."""
    sheet = sheets["B_05.01"]
    direct = set(sheets["B_03.02"].columns["c0020"])
    codes = "c0010 c0020 c0030 c0040 c0070 c0080 c0090 c0100 c0110 c0120".split()
    for place, row in enumerate(zip(*(sheet.columns[code] for code in codes), strict=True)):
        own, kind, second, second_kind, person, country, currency, expense, parent, its = row
        if person == _LEGAL_PERSON:
            if kind in _OTHER_CODES:
                message = f"A firm has an LEI or an EUID. Prefer one of them.{_OFF}"
                yield _advise(sheet, "v8817_m", "c0020", place, message)
            elif kind == EUID and country in _OUTSIDE:
                message = "A firm outside the EEA has no EUID. State its LEI."
                yield _advise(sheet, "ITS:EEA", "c0020", place, message)
            if second_kind in _OTHER_CODES:
                message = f"The second code of a firm is an LEI or an EUID.{_OFF}"
                yield _advise(sheet, "v8818_m", "c0040", place, message)
        if second and not second_kind:
            message = f"A second code is stated and its type is not.{_OFF}"
            yield _advise(sheet, "v8823_m", "c0040", place, message)
        if expense and not currency:
            message = f"An expense is stated and its currency is not.{_OFF}"
            yield _advise(sheet, "v8824_m", "c0090", place, message)
        if own in direct and not expense:
            message = "The provider signs a contract. State what it costs in a year in all."
            yield _advise(sheet, "ITS:direct", "c0100", place, message)
        if parent and not its:
            message = "The ultimate parent's code is stated and its type is not."
            yield _advise(sheet, "ITS:parent", "c0120", place, message, kind or None)


def _assessments(sheets: Sheets) -> Iterator[Finding]:
    sheet = sheets["B_07.01"]
    cells = sheet.columns
    for place in sheet.empty("c0090"):
        if sheet.speaks[place]:
            message = f"c0090 (possibility of reintegration) is missing.{_OFF}"
            yield _advise(sheet, "v8887_m", "c0090", place, message)
    for place in sheet.having("c0110", {YES}):
        if not cells["c0120"][place]:
            message = "Alternatives are identified. Say which."
            yield _advise(sheet, "ITS:alternatives", "c0120", place, message)
    if len(sheet) and sheet.is_readable:
        for code in _OFF_COLUMNS:
            if not any(cells[code]):
                meaning = COLUMNS[sheet.name][code].meaning
                message = f"No row states {code} ({meaning}).{_OFF}"
                yield sheet.finding("e23681_e", Weight.ADVICE, message, column=code)


def _chains(sheets: Sheets) -> Iterator[Finding]:
    """Ranks of a supply chain: 1 is the direct provider, each next serves the one before."""
    sheet = sheets["B_05.02"]
    cells = sheet.columns
    links = list(
        zip(*(cells[code] for code in ("c0010", "c0020", "c0030", "c0050", "c0060")), strict=True)
    )
    there = {(contract, service, rank, who) for contract, service, who, rank, _ in links}
    for place, (contract, service, provider, rank, recipient) in enumerate(links):
        if not (rank.isascii() and rank.isdigit()):
            if rank[:1] == "-" and rank[1:].isdigit():
                yield _advise(sheet, "ITS:rank", "c0050", place, "Ranks begin at 1.")
            continue
        if len(rank) > 9 or int(rank) < 1:
            yield _advise(sheet, "ITS:rank", "c0050", place, "Ranks begin at 1.")
        elif int(rank) == 1:
            if provider and recipient and recipient != provider:
                message = "At rank 1 the recipient is the provider itself."
                yield _advise(sheet, "ITS:rank", "c0060", place, message, provider)
        elif recipient and (contract, service, str(int(rank) - 1), recipient) not in there:
            message = (
                f"The recipient is nobody of rank {int(rank) - 1} under this contract and service."
            )
            yield _advise(sheet, "ITS:rank", "c0060", place, message)


def _currencies(sheets: Sheets) -> Iterator[Finding]:
    """Amounts are filed in one currency, whatever the row says beside them."""
    base = sheets.facts.currency
    for name, currency, amount in (
        ("B_01.02", "c0100", "c0110"),
        ("B_02.01", "c0040", "c0050"),
        ("B_05.01", "c0090", "c0100"),
    ):
        sheet = sheets[name]
        amounts, cells = sheet.columns[amount], sheet.columns[currency]
        others = {one for one in set(cells) if one and one != f"eba_CU:{base}"}
        for place in sheet.having(currency, others):
            if amounts[place] and cells[place] in LISTS["CURRENCY"]:
                message = (
                    f"Amounts are filed in {base}, the currency of the report, and this row names"
                    f" {cells[place].rpartition(':')[2]}. Make sure that {amount} is in {base}."
                )
                yield _advise(sheet, "ITS:currency", currency, place, message)


def _asked(sheets: Sheets) -> Iterator[Finding]:
    """Types of codes, which the standard asks for beside each code."""
    for name, code in (("B_05.02", "c0040"), ("B_05.02", "c0070"), ("B_07.01", "c0030")):
        column, sheet = COLUMNS[name][code], sheets[name]
        for place in sheet.empty(code):
            if sheet.speaks[place]:
                message = f"{code} ({column.meaning}) is missing."
                yield _advise(sheet, "ITS:type", code, place, message)


def _filler_frames(sheet: Sheet) -> Iterator[Finding]:
    """A word where no overarching contract is; the ESAs' answer 124 allows it, reference 13 not."""
    known = set(sheet.columns["c0010"])
    for place, cell in enumerate(sheet.columns["c0030"]):
        if cell and cell.casefold() in FILLERS and cell not in known:
            message = (
                "Without an overarching contract the cell is better left empty: a strict reading"
                " looks for a contract of this name."
            )
            yield _advise(sheet, "807", "c0030", place, message, "")
