"""Rules that warn: values that are wanted, values that do not go together, codes of entities.

Of the authorities' 71 rules 58 have been active since March 2025; the texts of 57 were found, in a
public validator (numbers ``v…`` and ``e…``). Check digits of LEIs and the shape of EUIDs are in no
rule of the taxonomy; authorities look them up after the filing.
"""

from collections.abc import Iterator

from risk.dora.findings import Finding, Weight
from risk.dora.identifiers import is_euid_shape, is_lei, is_lei_shape
from risk.dora.reject_rules import FILLERS
from risk.dora.schema import COLUMNS, NOT_APPLICABLE, Need
from risk.dora.sheets import Sheet, Sheets

LEI, EUID = "eba_qCO:qx2000", "eba_qCO:qx2002"
_SUBSEQUENT = "eba_CO:x3"
_NO_FINANCIAL_ENTITY = {"eba_CT:x317", "eba_CT:x318"}
_HARD_TO_REPLACE = {"eba_ZZ:x959", "eba_ZZ:x960"}
_BRANCH, _NOT_A_BRANCH = "eba_ZZ:x838", "eba_ZZ:x839"
#: Rules that want a column filled in some row at least. That of B_07.01 (e23681) is off.
COLUMN_RULES = {
    "B_01.01": "e23677_e",
    "B_01.02": "e23676_e",
    "B_01.03": "e23675_e",
    "B_02.01": "e23792_e",
    "B_02.02": "e23680_e",
    "B_04.01": "e23683_e",
    "B_05.01": "e23674_e",
    "B_06.01": "e23682_e",
}
_HINTS = {
    ("B_01.02", "c0060"): " An entity without a parent states its own LEI.",
    ("B_01.02", "c0090"): " 9999-12-31 says that it was not deleted.",
    ("B_02.02", "c0080"): " 9999-12-31 says that the contract has no end.",
    ("B_05.01", "c0110"): " A provider without a group states its own code.",
    ("B_06.01", "c0070"): " 9999-12-31 says that it was never assessed.",
    ("B_06.01", "c0080"): " In hours: 1 for less than one, 0 where none is defined.",
    ("B_06.01", "c0090"): " In hours: 1 for less than one, 0 where none is defined.",
    ("B_07.01", "c0070"): " 9999-12-31 says that there was no audit.",
}
#: Tables that no register can do without.
_NEVER_EMPTY = ("B_01.01", "B_01.02", "B_02.01", "B_02.02", "B_05.01", "B_06.01")


def warnings(sheets: Sheets) -> Iterator[Finding]:
    """Every warning about the tables; rejections and advice are elsewhere."""
    for sheet in sheets.by_name.values():
        if sheet.is_readable:
            yield from _wanted(sheet)
    yield from _unfit(sheets)
    yield from _entities(sheets)
    yield from _codes(sheets)
    yield from _whole_tables(sheets)


def _wanted(sheet: Sheet) -> Iterator[Finding]:
    """Empty cells of rows that say something else, and columns that no row fills."""
    name = sheet.name
    speaks = sheet.speaks
    columns = COLUMNS[name].values()
    wanted = [one for one in columns if one.need is Need.WANTED]
    for one in wanted:
        message = (
            f"{one.code} ({one.meaning}) is missing. State it.{_HINTS.get((name, one.code), '')}"
        )
        for place in sheet.empty(one.code):
            if speaks[place]:
                yield sheet.finding(one.rule, Weight.WARNING, message, column=one.code, place=place)
    needed = [one for one in columns if one.need is Need.NEEDED]
    if len(sheet) and (rule := COLUMN_RULES.get(name)):
        for one in wanted or needed:
            if not any(sheet.columns[one.code]):
                yield sheet.finding(
                    rule,
                    Weight.WARNING,
                    f"No row states {one.code} ({one.meaning}). State it where it is known.",
                    column=one.code,
                )


def _unfit(sheets: Sheets) -> Iterator[Finding]:
    """Values that want another, and amounts below zero."""
    entities = sheets["B_01.02"]
    cells = entities.columns
    for place, (kind, currency, assets) in enumerate(
        zip(cells["c0040"], cells["c0100"], cells["c0110"], strict=True)
    ):
        if assets and not currency:
            yield entities.finding(
                "v8803_m",
                Weight.WARNING,
                "Total assets are stated and their currency is not. State it.",
                column="c0100",
                place=place,
            )
        if kind and kind not in _NO_FINANCIAL_ENTITY and not assets:
            yield entities.finding(
                "v8804_m",
                Weight.WARNING,
                "A financial entity states its total assets.",
                column="c0110",
                place=place,
            )
    contracts = sheets["B_02.01"]
    for place in contracts.having("c0020", {_SUBSEQUENT}):
        if not contracts.columns["c0030"][place]:
            yield contracts.finding(
                "v22912_m",
                Weight.WARNING,
                "A subsequent contract names the overarching one under which it was made. State its"
                " reference, or another type of arrangement.",
                column="c0030",
                place=place,
            )
    services = sheets["B_07.01"]
    for place in services.having("c0050", _HARD_TO_REPLACE):
        if not services.columns["c0060"][place]:
            yield services.finding(
                "v8825_m",
                Weight.WARNING,
                "A provider that is not or hardly substitutable needs the reason why. State it.",
                column="c0060",
                place=place,
            )
    for sheet, code, rule in ((entities, "c0110", "v22913_s"), (contracts, "c0050", "v23716_s")):
        for place, cell in enumerate(sheet.columns[code]):
            if cell[:1] == "-" and cell.strip("-0."):
                yield sheet.finding(
                    rule,
                    Weight.WARNING,
                    "The amount is below zero. State what was spent or owned.",
                    column=code,
                    place=place,
                )


#: Where an entity of the group is named by its LEI, with the rule that asks for the shape.
_ENTITY_LEIS = (
    ("B_01.01", "c0010", "v8890_m"),
    ("B_01.02", "c0010", "v8891_m"),
    ("B_01.02", "c0060", "v8826_m"),
    ("B_01.03", "c0020", "v8892_m"),
)
#: Codes of providers, with the column that says what kind of code it is.
_PROVIDER_CODES = (("c0010", "c0020"), ("c0030", "c0040"), ("c0110", "c0120"))


def _entities(sheets: Sheets) -> Iterator[Finding]:
    """LEIs of the group. What the list of entities has is judged there, not where it is named."""
    listed = set(sheets["B_01.02"].columns["c0010"])
    for name, code, rule in _ENTITY_LEIS:
        sheet = sheets[name]
        cells = sheet.columns[code]
        named = (name, code) in (("B_01.02", "c0060"), ("B_01.03", "c0020"))
        wrong = {cell for cell in set(cells) if cell and not is_lei(cell)}
        for place in sheet.having(code, wrong):
            cell = cells[place]
            if not is_lei_shape(cell):
                yield _no_lei(sheet, rule, code, place)
            elif not (named and cell in listed):
                yield _wrong_digits(sheet, code, place)


def _codes(sheets: Sheets) -> Iterator[Finding]:
    """Codes of providers against the kind that is stated for them."""
    sheet = sheets["B_05.01"]
    listed = set(sheet.columns["c0010"])
    for code, kind in _PROVIDER_CODES:
        cells, kinds = sheet.columns[code], sheet.columns[kind]
        for place in sheet.having(kind, {LEI, EUID}):
            cell = cells[place]
            if not cell or (code == "c0110" and cell in listed):
                continue
            if kinds[place] == EUID:
                if not is_euid_shape(cell):
                    yield sheet.finding(
                        "VR_72",
                        Weight.WARNING,
                        "The code has not the shape of an EUID: country, register, a point, number"
                        " (DEK1101R.HRB116737). Correct it, or the type of code.",
                        column=code,
                        place=place,
                    )
            elif not is_lei_shape(cell):
                yield _no_lei(sheet, "LEI", code, place)
            elif not is_lei(cell):
                yield _wrong_digits(sheet, code, place)


def _no_lei(sheet: Sheet, rule: str, code: str, place: int) -> Finding:
    cell = sheet.columns[code][place].upper()
    correct = "Write it in capital letters" if is_lei(cell) else "Correct it"
    if rule == "LEI" and not is_lei(cell):
        correct += ", or the type of code"
    return sheet.finding(
        rule,
        Weight.WARNING,
        f"An LEI has 18 capital letters or digits and two check digits. {correct}.",
        column=code,
        place=place,
        fix=cell if is_lei(cell) else None,
    )


def _wrong_digits(sheet: Sheet, code: str, place: int) -> Finding:
    return sheet.finding(
        "LEI",
        Weight.WARNING,
        "The check digits do not fit, so a letter or digit of this LEI is wrong. Copy it again from"
        " gleif.org.",
        column=code,
        place=place,
    )


def _whole_tables(sheets: Sheets) -> Iterator[Finding]:
    """What belongs together across tables without being a reference of the taxonomy."""
    if not any(len(sheet) for sheet in sheets.by_name.values()):
        return
    for name in _NEVER_EMPTY:
        if not len(sheets[name]):
            yield sheets[name].finding(
                "ITS:no row", Weight.WARNING, "The table has no row, and no register is without."
            )
    for name in ("B_01.01", "B_99.01"):
        for place in range(1, len(sheets[name])):
            yield sheets[name].finding(
                "ITS:one row",
                Weight.WARNING,
                "The table has one row alone. Remove this one.",
                place=place,
            )
    entities = set(sheets["B_01.02"].columns["c0010"])
    maintainer = sheets["B_01.01"]
    for place, lei in enumerate(maintainer.columns["c0010"]):
        if lei and lei not in entities:
            yield maintainer.finding(
                "ITS:maintainer",
                Weight.WARNING,
                "Who maintains the register has no row in B_01.02 (Entities in the scope). Add one"
                " there, or correct this LEI.",
                column="c0010",
                place=place,
            )
    yield from _branches(sheets)


def _branches(sheets: Sheets) -> Iterator[Finding]:
    users = sheets["B_04.01"]
    known = set(sheets["B_01.03"].columns["c0010"])
    for place, (kind, code) in enumerate(
        zip(users.columns["c0030"], users.columns["c0040"], strict=True)
    ):
        if not code:
            continue
        fix = None
        nothing = code.casefold() in FILLERS
        if kind == _NOT_A_BRANCH and code != NOT_APPLICABLE:
            message = f"It is no branch and has a branch's code. Write {NOT_APPLICABLE}."
            fix = NOT_APPLICABLE if nothing else None
        elif kind == _BRANCH and code not in known:
            message = (
                "It is a branch and has no code. State the one that B_01.03 (Branches) has."
                if nothing
                else "B_01.03 (Branches) has no branch with this code. Add it there, or correct it."
            )
        else:
            continue
        yield users.finding(
            "ITS:branch", Weight.WARNING, message, column="c0040", place=place, fix=fix
        )
