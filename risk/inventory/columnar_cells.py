"""Reading the distinct texts of a column: plainly clean ones at once, all others one by one.

What :class:`~risk.inventory.validators.ColumnReader` says depends on the text alone, so each
distinct text is read once. Where there are many, a strict pattern finds those whose value is
beyond doubt (letters of ASCII without space around them, digits with at most two decimals).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.inventory.columnar_rows import Coded
from risk.inventory.columns import Kind
from risk.inventory.limits import Limits
from risk.inventory.validators import CellRead, ColumnReader

#: Below this many texts it does not pay to look for the clean ones first.
_FEW = 2_000
_PLAIN_TEXT = r"^[!-~](?:[ -~]*[!-~])?$"
_PLAIN_NUMBER = r"^[0-9]{1,11}(?:\.[0-9]{1,2})?$"
_PLAIN_FRACTION = r"^0\.[0-9]{1,2}$"
_PATTERNS = {
    Kind.NAME: _PLAIN_TEXT,
    Kind.TEXT: _PLAIN_TEXT,
    Kind.MONEY: _PLAIN_NUMBER,
    Kind.NUMBER: _PLAIN_NUMBER,
    Kind.FRACTION: _PLAIN_FRACTION,
}


@dataclass(frozen=True)
class ReadColumn(Coded):
    """One column of sound records, with the distinct ``texts`` that its values were read from.

    ``unusual`` holds the reading of every text with an error or a warning, by code.
    """

    texts: pa.StringArray
    unusual: dict[int, CellRead]

    def text(self, row: int) -> str:
        """The cell of one record as it stands in the file."""
        return str(self.texts[self.codes[row]].as_py())

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Which records have an error in this column."""
        errors = np.zeros(len(self.values), bool)
        errors[[code for code, read in self.unusual.items() if read.error]] = True
        each: NDArray[np.bool_] = errors[self.codes]
        return each


def read_column(column: pa.DictionaryArray, reader: ColumnReader, limits: Limits) -> ReadColumn:
    """Read a column of texts."""
    texts = column.dictionary
    values = np.full(len(texts), None, object)
    clean = _clean(texts, reader.column.kind, limits)
    if clean is not None:
        values[clean] = _converted(texts.filter(pa.array(clean)), reader.column.kind)
    unusual: dict[int, CellRead] = {}
    left = np.arange(len(texts)) if clean is None else np.flatnonzero(~clean)
    for code, text in zip(left.tolist(), texts.take(pa.array(left)).to_pylist(), strict=True):
        read = reader.read(text)
        values[code] = read.value
        if read.error or read.warnings:
            unusual[code] = read
    return ReadColumn(column.indices.to_numpy(), values, texts, unusual)


def constant_column(text: str, reader: ColumnReader, records: int) -> ReadColumn:
    """A column whose every cell is ``text``."""
    codes = pa.array(np.zeros(records, np.int32))
    column = pa.DictionaryArray.from_arrays(codes, pa.array([text], pa.string()))
    return read_column(column, reader, Limits())


def _clean(texts: pa.StringArray, kind: Kind, limits: Limits) -> NDArray[np.bool_] | None:
    """Which texts are plainly clean; None if all had better be read one by one."""
    if len(texts) < _FEW or kind not in _PATTERNS:
        return None
    fits = pc.match_substring_regex(texts, _PATTERNS[kind])
    if kind in (Kind.NAME, Kind.TEXT):
        most = min(limits.name_characters, limits.cell_characters)
        fits = pc.and_(fits, pc.less_equal(pc.binary_length(texts), most))
    elif limits.amount < 10**11:
        return None
    clean: NDArray[np.bool_] = fits.to_numpy(zero_copy_only=False)
    return clean


def _converted(texts: pa.StringArray, kind: Kind) -> NDArray[np.object_]:
    if kind in (Kind.NAME, Kind.TEXT):
        found: NDArray[np.object_] = texts.to_numpy(zero_copy_only=False)
        return found
    numbers: NDArray[np.object_] = texts.cast(pa.float64()).to_numpy().astype(object)
    return numbers
