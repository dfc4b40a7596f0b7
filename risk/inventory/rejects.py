"""The reject file: the refused records as they were, each with its line, code and reason.

It is made to be corrected and uploaded by itself: its own columns are known by their names and left
out, and an apostrophe that was put before a formula is taken off again.
"""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from risk.inventory.columns import header_key

#: The columns before the file's own; the second names where the file has such columns itself.
_OWN_COLUMNS = (("line", "code", "reason"), ("rejected_line", "rejected_code", "rejected_reason"))
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Reject:
    """One refused record; ``reason`` is the sentence shown for its first problem."""

    line: int
    code: str
    reason: str
    cells: tuple[str, ...]


def reject_file(header: Sequence[str], rejects: Iterable[Reject]) -> bytes:
    """A CSV in UTF-8 with a mark, header ``line, code, reason`` and the file's own columns.

    If the file was a reject file already, its three columns are replaced, not doubled.

    A cell that a spreadsheet would run as a formula is written with an apostrophe before it.
    Without rejects there is no file: the bytes are empty.
    """
    ordered = sorted(rejects, key=lambda reject: reject.line)
    if not ordered:
        return b""
    before = len(own_columns(header))
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    own, others = _OWN_COLUMNS
    taken = set(map(header_key, header[before:]))
    names = others if any(header_key(name) in taken for name in own) else own
    writer.writerow([*names, *map(formula_safe, header[before:])])
    for reject in ordered:
        cells = (formula_safe(cell) for cell in reject.cells[before:])
        writer.writerow([reject.line, reject.code, reject.reason, *cells])
    text = target.getvalue().encode("utf-8", "replace")
    return b"\xef\xbb\xbf" + text


def own_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The columns that a reject file puts before the file's own; none if it is another file."""
    first = tuple(header[:3])
    known = [tuple(map(header_key, names)) for names in _OWN_COLUMNS]
    return first if tuple(map(header_key, first)) in known else ()


def as_written(cell: str) -> str:
    """A cell of a reject file as it stood in the file: undoes :func:`formula_safe`."""
    return cell[1:] if cell.startswith("'") and formula_safe(cell[1:]) == cell else cell


def formula_safe(cell: str) -> str:
    """``cell`` so that a spreadsheet shows it and runs nothing.

    Judged after trimming and Unicode NFKC, so that a full-width equals sign is caught too.
    """
    plain = unicodedata.normalize("NFKC", cell).strip(" ")
    starts = plain.startswith(_FORMULA_STARTS) or plain.lstrip().startswith(_FORMULA_STARTS)
    return f"'{cell}" if starts else cell
