"""The reject file: the refused records as they were, each with its line, code and reason."""

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

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

    A cell that a spreadsheet would run as a formula is written with an apostrophe before it.
    Without rejects there is no file: the bytes are empty.
    """
    ordered = sorted(rejects, key=lambda reject: reject.line)
    if not ordered:
        return b""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["line", "code", "reason", *map(formula_safe, header)])
    for reject in ordered:
        cells = (formula_safe(cell) for cell in reject.cells)
        writer.writerow([reject.line, reject.code, reject.reason, *cells])
    text = target.getvalue().encode("utf-8", "replace")
    return b"\xef\xbb\xbf" + text


def formula_safe(cell: str) -> str:
    """``cell`` so that a spreadsheet shows it and runs nothing.

    Judged after trimming and Unicode NFKC, so that a full-width equals sign is caught too.
    """
    plain = unicodedata.normalize("NFKC", cell).strip(" ")
    starts = plain.startswith(_FORMULA_STARTS) or plain.lstrip().startswith(_FORMULA_STARTS)
    return f"'{cell}" if starts else cell
