"""Rules that reject a filing for what stands in its tables: structure, keys, values, references.

Numbers as in the EBA's overview of technical checks (28 April 2025), read through public tools.
Whether the value rules 305, 330, 331, 333 and 503 reject is told in two ways; they are errors here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from risk.dora.cells import is_valid, meant
from risk.dora.findings import Finding, Weight
from risk.dora.schema import (
    COLUMNS,
    KEYS,
    LISTS,
    NO_COUNTRY,
    NOT_APPLICABLE,
    REFERENCES,
    TITLES,
    Column,
    Kind,
    Need,
    Reference,
    label_of,
)
from risk.dora.sheets import NO, Sheet, Sheets

#: What the file of a table says instead of a value, in xBRL-CSV; a filing may hold none of it.
_SPECIAL = ("#empty", "#none", "#nil")
#: Of a list with so few codes all are named.
_FEW = 4
_NOT_A_BRANCH = "eba_ZZ:x839"
#: Texts that people write where nothing applies.
FILLERS = frozenset(("n/a", "na", "n.a.", "not applicable", "none", "-"))


def table_errors(sheet: Sheet, *, as_package: bool) -> Iterator[Finding]:
    """What rejects a filing for one table by itself."""
    yield from _structure(sheet, as_package=as_package)
    if sheet.is_readable:
        yield from _keys(sheet)
        yield from _rows_of_keys_only(sheet)
        for column in COLUMNS[sheet.name].values():
            yield from _values(sheet, column)


def _structure(sheet: Sheet, *, as_package: bool) -> Iterator[Finding]:
    table = sheet.table
    if not table.header:
        return
    # What the product leaves out or puts right when it files hinders only a package as it came.
    if_left = Weight.ERROR if as_package else Weight.ADVICE
    if not table.is_utf8:
        yield sheet.finding(
            "306",
            if_left,
            "The file is not in UTF-8. It was read as Windows-1252; look at the letters with"
            " accents, then file it in UTF-8.",
        )
    elif table.has_mark and as_package:
        yield sheet.finding(
            "306", Weight.ERROR, "The file begins with a byte order mark: save it as UTF-8 without."
        )
    if not sheet.is_readable:
        how = "with semicolons" if ";" in table.header[0] else "in another way"
        yield sheet.finding(
            "809",
            Weight.ERROR,
            f"No column of this table is found: its first line is {_short(table.header[0])}. A"
            " filing needs the codes c0010, c0020 and so on in the first line, separated by"
            f" commas; this file may be separated {how}.",
        )
        return
    if sheet.has_old_numbers:
        yield sheet.finding(
            "801",
            if_left,
            "The columns have the numbers of the Official Journal of December 2024. The"
            " corrigendum 2025/90725 moved them: name c0060 to c0110 in the first line c0050 to"
            " c0100. Cells are judged, changed and filed under the new numbers.",
        )
    for code in table.unknown:
        # Only codes that no reading makes one of the taxonomy's.
        yield sheet.finding(
            "801",
            if_left,
            f"The first line has {_short(code) if code else 'a cell without a name'}, which is no"
            " column of this table. Take it out; it is left out of what is filed here.",
        )
    if as_package:
        for given, read in zip(table.header_as_written, table.header, strict=True):
            if given != read and read in table.places:
                yield sheet.finding(
                    "801",
                    Weight.ERROR,
                    f"The first line has {_short(given)}: write {read}, in small letters.",
                    column=read,
                )
    for code, times in Counter(table.header).items():
        if times > 1 and code in table.places:
            yield sheet.finding(
                "802",
                Weight.ERROR,
                f"{code} stands {times} times in the first line. Keep one; the first is read.",
                column=code,
            )
    for code in COLUMNS[sheet.name]:
        if code not in table.places and len(sheet):
            if code in KEYS[sheet.name]:
                yield sheet.finding(
                    "805",
                    Weight.ERROR,
                    f"The table has no column {code}, which is part of its key. Add it and fill it"
                    " in every row.",
                    column=code,
                )
            else:
                yield sheet.finding(
                    "FR:columns",
                    Weight.WARNING,
                    f"The table has no column {code}. Add it, empty where nothing is known.",
                    column=code,
                )
    width = len(table.header)
    for place, row in enumerate(table.rows):
        if len(row.cells) != width:
            yield sheet.finding(
                "809",
                Weight.ERROR,
                f"The row has {len(row.cells)} cells, the first line {width}. A text with a comma"
                " must stand in double quotes, and an empty cell keeps its comma.",
                place=place,
            )


def _keys(sheet: Sheet) -> Iterator[Finding]:
    keys = KEYS[sheet.name]
    first = next(iter(COLUMNS[sheet.name]))
    blank = {
        place
        for place in sheet.empty(first)
        if not any(map(str.strip, sheet.table.rows[place].cells))
    }
    for place in sorted(blank):
        yield sheet.finding(
            "805", Weight.ERROR, "Nothing stands in this row. Remove it.", place=place
        )
    there = [code for code in keys if code in sheet.table.places]
    for code in there:
        message = (
            f"{_named(sheet.name, code)} is part of the key and may not be empty."
            f"{_HINTS.get((sheet.name, code), ' Fill it in.')}"
        )
        for place in sheet.empty(code):
            if place not in blank:
                fix = _filler(sheet, code, place)
                yield sheet.finding("805", Weight.ERROR, message, column=code, place=place, fix=fix)
    if len(there) != len(keys) or not keys:
        return
    cells = sheet.key_of(keys)
    if len(set(cells)) == len(cells):
        return
    seen: dict[tuple[str, ...], int] = {}
    for place, key in enumerate(cells):
        if not all(map(str.strip, key)):
            continue
        if (earlier := seen.setdefault(key, place)) != place:
            line = sheet.table.rows[earlier].line
            where = f"line {line}" if line else "an added row"
            yield sheet.finding(
                "806",
                Weight.ERROR,
                f"{where[:1].upper()}{where[1:]} has the same key. Remove one of the two, or"
                f" correct what tells them apart: {', '.join(keys)}.",
                place=place,
            )


def _rows_of_keys_only(sheet: Sheet) -> Iterator[Finding]:
    """Rows without a fact, which xBRL-CSV does not allow: nothing would be reported by them."""
    name = sheet.name
    if not KEYS[name] or all(sheet.speaks):
        return
    columns = COLUMNS[name].values()
    others = [one for one in columns if one.need is not Need.KEY]
    only = others[0] if len(others) == 1 else None
    missing = f"{only.code} ({only.meaning})" if only else "what is known of it"
    for place, says in enumerate(sheet.speaks):
        if not says and any(map(str.strip, sheet.table.rows[place].cells)):
            yield sheet.finding(
                "xbrlce:unmappedCellValue",
                Weight.ERROR,
                "The row has a key and nothing else, so it reports nothing, and what refers to it"
                f" finds nothing. State {missing}, or remove the row.",
                column=only.code if only else "",
                place=place,
                fix="true" if only and only.kind is Kind.LINK else None,
            )


def _filler(sheet: Sheet, code: str, place: int) -> str | None:
    """What fills an empty key where the row itself says that nothing applies."""
    cells = {one: cells[place] for one, cells in sheet.columns.items()}
    if (sheet.name, code) == ("B_02.02", "c0150") and cells["c0140"] == NO:
        return NO_COUNTRY
    if (sheet.name, code) == ("B_04.01", "c0040") and cells["c0030"] == _NOT_A_BRANCH:
        return NOT_APPLICABLE
    if (sheet.name, code) == ("B_05.02", "c0060") and cells["c0050"] == "1":
        return cells["c0030"] or None
    return None


_HINTS = {
    ("B_02.02", "c0130"): " State the country, or eba_GA:qx2007 where none applies.",
    ("B_02.02", "c0150"): " State the country, or eba_GA:qx2007 where no data are stored.",
    ("B_02.02", "c0160"): " State the country, or eba_GA:qx2007 where no data are processed.",
    ("B_04.01", "c0040"): " State the branch's code, or Not Applicable where it is no branch.",
    ("B_05.02", "c0060"): " At rank 1 the recipient is the provider itself.",
}
_RULES = {
    Kind.CODE: "503",
    Kind.DATE: "330",
    Kind.WHOLE: "331",
    Kind.MONEY: "305",
    Kind.LINK: "333",
}
_WRITE = {
    Kind.CODE: "is no code of the list of this column. Choose one of the list",
    Kind.DATE: "is no day. Write it as 2025-12-31, or 9999-12-31 where there is none yet",
    Kind.WHOLE: "is no whole number. Write it in digits alone",
    Kind.MONEY: "is no amount. Write digits and a point before decimals, without a currency",
    Kind.LINK: "is no link. Write true, or remove the row where there is no link",
}


def _values(sheet: Sheet, column: Column) -> Iterator[Finding]:
    """Cells that may not stand in the column, and spaces around those that may."""
    cells = sheet.written[column.code]
    wrong = {
        cell
        for cell in set(cells)
        if cell and (cell[0] == "#" or cell != cell.strip() or not is_valid(column, cell))
    }
    if not wrong:
        return
    said = {cell: _said_of(column, cell) for cell in wrong}
    for place, cell in enumerate(cells):
        if cell in wrong:
            rule, weight, message, fix = said[cell]
            yield sheet.finding(rule, weight, message, column=column.code, place=place, fix=fix)


def _said_of(column: Column, cell: str) -> tuple[str, Weight, str, str | None]:
    bare = cell.strip()
    if cell[0] == "#":
        # Empty is what all three say; a key needs a value instead.
        fix = "" if bare in _SPECIAL and column.code not in KEYS[column.table] else None
        message = (
            f"{_short(cell)} begins with #, which a filing may not hold. Leave an empty cell empty,"
            " and begin a text with another sign."
        )
        return "FR:2.19", Weight.ERROR, message, fix
    if not bare or (column.kind is Kind.TEXT and bare != cell):
        # The filing rules say that a text should not begin or end so, not that it must not.
        message = (
            "The cell has spaces around its text. They make two texts differ that look alike; take"
            " them out."
            if bare
            else "The cell holds spaces alone. Leave it empty."
        )
        return "FR:3.4", Weight.WARNING, message, bare
    fix = meant(column, cell)
    if fix is not None:
        better = f"; {label_of(column, fix)} seems to be meant"
    elif column.kind is Kind.CODE and len(LISTS[column.list]) <= _FEW:
        better = f": {', '.join(label_of(column, code) for code in LISTS[column.list])}"
    else:
        better = ""
    message = f"{_short(cell)} {_WRITE[column.kind]}{better}."
    return _RULES[column.kind], Weight.ERROR, message, fix


def _short(text: str) -> str:
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"


def _named(table: str, code: str) -> str:
    meaning = COLUMNS[table][code].meaning
    return f"{code} ({meaning})"


#: Which cell of a reference with two is shown as the wrong one.
_SHOWN = {"R7": "c0050", "R17": "c0030"}
_ALSO = {
    "R7": " The function must be listed for this very entity.",
    "R17": " Whoever provides under a contract signs it, within the group too.",
    "R18": " Every ultimate parent needs its own row; without a group write the provider's own"
    " code.",
    "R6": " Without a parent write the entity's own LEI.",
    "R13": " Leave the cell empty where there is no overarching contract.",
}


def reference_errors(sheets: Sheets) -> Iterator[Finding]:
    """Rule 807: what is named and has no row in the table where it should."""
    for one in REFERENCES:
        sheet, target = sheets[one.table], sheets[one.target]
        named = sheet.key_of(one.columns)
        known = set(target.key_of(one.target_columns))
        wrong = {key for key in set(named) - known if all(map(str.strip, key))}
        if one.id == "R13":
            wrong = {key for key in wrong if key[0].strip().casefold() not in FILLERS}
        if not wrong:
            continue
        column = _SHOWN.get(one.id, one.columns[0])
        for place, key in enumerate(named):
            if key in wrong:
                yield sheet.finding(
                    "807",
                    Weight.ERROR,
                    _missing_row(one, key),
                    column=column,
                    place=place,
                    fix=_own_code(sheet, one, key, place),
                )


def _missing_row(one: Reference, key: Sequence[str]) -> str:
    target = COLUMNS[one.target]
    what = " and ".join(
        f"{target[code].meaning} {_short(value)}"
        for code, value in zip(one.target_columns, key, strict=True)
    )
    return (
        f"{one.target} ({TITLES[one.target]}) has no row with {what}. Add one there, or correct"
        f" this cell (reference {one.id}).{_ALSO.get(one.id, '')}"
    )


def _own_code(sheet: Sheet, one: Reference, key: Sequence[str], place: int) -> str | None:
    """The row's own code where a filler says that there is no other."""
    if key[0].strip().casefold() not in FILLERS:
        return None
    if one.id in ("R6", "R18"):
        return sheet.columns["c0010"][place] or None
    if one.id == "R21" and sheet.columns["c0050"][place] == "1":
        return sheet.columns["c0030"][place] or None
    return None
