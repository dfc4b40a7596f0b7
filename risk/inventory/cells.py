"""The values of a file's columns: plainly clean texts are read at once, all others one by one.

What :class:`~risk.inventory.validators.ColumnReader` says depends on the text alone, so each
distinct text is read once. A strict pattern finds those whose value is beyond doubt (letters of
ASCII without space around them, digits with at most two decimals).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.inventory.columns import COLUMNS, Kind
from risk.inventory.conventions import Conventions
from risk.inventory.limits import Limits
from risk.inventory.mapping import ColumnMap
from risk.inventory.resolution import Resolver
from risk.inventory.rows import Coded
from risk.inventory.validators import CellRead, ColumnReader

#: A cell that lists more than so many characters of products is no list of a startup's tools.
_LONGEST_LIST = 4_000
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


def cell_readers(
    columns: ColumnMap, conventions: Conventions, limits: Limits, *, parting: Resolver | None
) -> Mapping[str, ColumnReader]:
    """A reader for every column that the file has or the reader of it gave a value for.

    ``parting`` tells the products of one cell apart, each of which is a name with its own limit;
    None where a cell is one name.
    """
    readers = {
        name: ColumnReader(COLUMNS[name], conventions, limits)
        for name in (*columns.positions, *columns.constants)
    }
    if parting is not None:
        names_in = partial(_names_in, parting)
        provider = ColumnReader(COLUMNS["provider"], conventions, limits, names_in=names_in)
        readers["provider"] = provider
    return readers


def _names_in(resolver: Resolver, cell: str) -> Sequence[str]:
    """The products listed in ``cell``; a list that no hand would write is one name, too long."""
    if len(cell) > _LONGEST_LIST:
        return (cell,)
    return [one.text for one in resolver.resolve_all(cell)]


def _clean(texts: pa.StringArray, kind: Kind, limits: Limits) -> NDArray[np.bool_] | None:
    """Which texts are plainly clean; None if all had better be read one by one."""
    if kind not in _PATTERNS:
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
