"""A header of two rows: groups of columns above, their names below.

``Company,,Vendor,`` over ``Name,Country,Name,Purpose`` names four columns: Company Name, Country,
Vendor Name and Purpose. Merged cells leave all but their first cell empty.
"""

import re
from collections.abc import Mapping, Sequence

from risk.inventory.columns import COLUMNS, REQUIRED, header_key, header_text
from risk.inventory.mapping import map_columns, turned_to
from risk.inventory.refusals import FileRefused
from risk.inventory.synonyms import published_synonyms

#: "Vendor information" over "Name" is the vendor's name.
_ABOUT = re.compile(r"\s*\b(?:information|info|details?|data|section|angaben|informations)\b", re.I)


def names_of_two_rows(
    above: Sequence[str], below: Sequence[str], chosen: Mapping[str, str | None] | None
) -> tuple[str, ...] | None:
    """The columns' names if the two rows are one header, else None.

    They are if the upper row has empty cells, the lower row has none but under a name of its own
    (a cell merged downwards), neither is a header by itself, and together they name the required
    columns and half of all columns or more.
    """
    own = [header_text(cell) for cell in above]
    subs = [header_text(cell) for cell in below]
    if len(own) != len(subs) or all(own) or sum(map(bool, subs)) < 2:
        return None
    if not all(sub or name for sub, name in zip(subs, own, strict=True)):
        return None
    groups = _filled_on(own)
    names = tuple(_name(group, sub, subs) for group, sub in zip(groups, subs, strict=True))
    if len(set(map(header_key, names))) < len(names) or _all_required(subs, chosen):
        return None
    known = sum(_is_known(name) for name in names)
    return names if 2 * known >= len(names) and _all_required(names, chosen) else None


def _filled_on(cells: Sequence[str]) -> list[str]:
    """``cells`` with each empty one holding what stands before it: it was merged with that."""
    filled: list[str] = []
    for cell in cells:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def _name(group: str, sub: str, subs: Sequence[str]) -> str:
    if not sub:
        return group
    together = f"{_ABOUT.sub('', group)} {sub}".strip()
    if _is_known(together) or subs.count(sub) > 1:
        return together
    return sub


def _is_known(name: str) -> bool:
    key = header_key(name)
    return key in published_synonyms() or any(header_key(column) == key for column in COLUMNS)


def _all_required(names: Sequence[str], chosen: Mapping[str, str | None] | None) -> bool:
    """Whether the required columns are among ``names``, or given by the reader."""
    keys = {header_key(name) for name in names}
    fitting = {
        k: v
        for k, v in turned_to(names, chosen).items()
        if k.startswith("=") or header_key(k) in keys
    }
    try:
        columns = map_columns(names, fitting)
    except FileRefused:
        return False
    return all(one in columns.positions or one in columns.constants for one in REQUIRED)
