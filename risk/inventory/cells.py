"""Cells of a column as typed values: what is refused, what is cleaned, what is mentioned.

What :class:`ColumnReader` says depends on the text alone, so each distinct text is read once. A
strict pattern finds those whose value is beyond doubt (letters of ASCII without space around them,
digits with at most two decimals); these are read at once, all others one by one.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.inventory.amounts import (
    NULL_WORDS,
    Read,
    Signed,
    read_fraction,
    read_margin,
    read_money,
    read_number,
)
from risk.inventory.columns import COLUMNS, KEY, Column, Kind
from risk.inventory.conventions import Conventions, MoneyStyle
from risk.inventory.dates import read_date
from risk.inventory.limits import Limits
from risk.inventory.mapping import ColumnMap
from risk.inventory.refusals import SAID
from risk.inventory.resolution import NOBODY, Resolver
from risk.inventory.rows import Coded
from risk.inventory.shared_cells import LONGEST_LIST, Parting
from risk.money.stated import Stated, Unit, unit_of

Value = str | float | int | date | StrEnum | Decimal | Signed | Unit | Stated | None

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
#: Letters and spaces with nothing to see that are no zero-width characters: Hangul fillers and
#: the empty Braille cell. A cell of nothing else looks empty and is not.
_BLANK_LETTERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_ZERO_WIDTH = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff]")
#: A joiner is kept between the parts of an emoji and between letters of scripts that need it.
_JOINER = re.compile("[\u200c\u200d]")
_NEEDS_JOINERS = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]")
_PICTURE = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
#: Characters that the bytes of a UTF-8 letter become when they are read as Windows-1252.
_HIGH_LATIN = "\u0080-\u00ffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"
_MISREAD = re.compile(f"[{_HIGH_LATIN}]{{2,}}")
#: What such letters are likely to have been: Latin, Greek, Cyrillic, Hebrew, Arabic, signs, CJK.
_LIKELY = re.compile(
    "[\u00a0-\u017f\u0386-\u0481\u05d0-\u05ea\u0620-\u064a\u0900-\ufeff\U0001f000-\U0001faff]"
)
#: The same for Cyrillic text read as Windows-1251: two such pairs in a row.
_MISREAD_CYRILLIC = re.compile("(?:[РС][Ђ-Џђ-џ\u00a0-\u00bb‚„…†‡€‰‹‘’“”•–—™›№ІіҐґЎў]){2}")
#: And for a letter read as Mac Roman.
_MISREAD_MAC = re.compile("√[©®±≥§∂°†∏º≠¥Øø´]|‚Ä[ôúùìî¢]")
#: An e-mail address in its usual form: no quoted names, no addresses of networks.
_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]"
)
#: Characters of an address (RFC 5321, 4.5.3.1.3, without the brackets).
_LONGEST_ADDRESS = 254
_PLAIN_TEXT = r"^[!-~](?:[ -~]*[!-~])?$"
_PLAIN_NUMBER = r"^[0-9]{1,11}(?:\.[0-9]{1,2})?$"
_PLAIN_FRACTION = r"^0\.[0-9]{1,2}$"
_PLAIN_MARGIN = r"^0\.(?:[1-9][0-9]?|0[1-9])$"
_PATTERNS = {
    Kind.NAME: _PLAIN_TEXT,
    Kind.TEXT: _PLAIN_TEXT,
    Kind.MONEY: _PLAIN_NUMBER,
    Kind.NUMBER: _PLAIN_NUMBER,
    Kind.FRACTION: _PLAIN_FRACTION,
    Kind.MARGIN: _PLAIN_MARGIN,
}


@dataclass(frozen=True)
class CellRead:
    """One cell: its value (None is unknown), or ``error`` with ``advice`` on what to write.

    ``lost``: the cell is no name by which its record is known, so that it alone is lost and not
    the record.
    """

    value: Value
    error: str | None = None
    advice: str = ""
    warnings: tuple[str, ...] = ()
    lost: bool = False

    @property
    def refuses(self) -> bool:
        """Whether the record of the cell is refused."""
        return self.error is not None and not self.lost


class ColumnReader:
    """Reads the cells of one canonical column."""

    def __init__(
        self,
        column: Column,
        conventions: Conventions,
        limits: Limits,
        *,
        names_in: Callable[[str], Sequence[str]] = lambda text: (text,),
    ) -> None:
        """``names_in`` parts a cell that may list several names, each of which has its limit."""
        self.column = column
        #: How the amounts of a column of money are to be read.
        self.money = conventions.money.get(column.name, MoneyStyle())
        self._names_in = names_in
        self._limits = limits
        levels = ("1", "2", "3", "4", "5") if column.kind is Kind.LEVEL else ()
        self._choices = {str(one): one for one in column.choices or levels}
        notation, dates = conventions.notation, conventions.dates
        self._exact = column.kind is Kind.MONEY and not self.money.is_plain
        self._by_kind: Callable[[str], Read[Any]] = {
            Kind.NAME: self._name,
            Kind.TEXT: lambda text: Read(text or None),
            Kind.LIST: lambda text: Read(_entries(text)),
            Kind.EMAIL: _address,
            Kind.MONEY: lambda text: read_money(
                text, notation, limits, scale=self.money.scale, exact=self._exact
            ),
            Kind.CURRENCY: _unit,
            Kind.FRACTION: lambda text: read_fraction(text, notation, limits),
            Kind.MARGIN: lambda text: read_margin(text, notation, limits),
            Kind.NUMBER: lambda text: read_number(text, notation, limits),
            Kind.LEVEL: lambda text: _level(read_number(text, notation, limits)),
            Kind.CHOICE: self._choice,
            Kind.DATE: lambda text: read_date(text, dates),
        }[column.kind]

    def read(self, cell: str) -> CellRead:
        """The value of ``cell``."""
        clean = _clean_text(cell, self._limits)
        read = clean if clean.error else self._by_kind(clean.value or "")
        if read.error:
            advice = self._advice(read.error, clean)
            lost = self.column.name not in KEY
            return CellRead(None, read.error, advice, clean.warnings, lost)
        value = read.value
        if isinstance(value, Decimal) and not self._exact:
            value = float(value)
        return CellRead(value, None, "", clean.warnings + read.warnings)

    def _advice(self, code: str, clean: Read[str]) -> str:
        if code == "name_too_long" and len(clean.value or "") <= self._limits.name_characters:
            code = "too_many_marks"
        return SAID[code].format(**vars(self._limits), choices=", ".join(self._choices))

    def _name(self, text: str) -> Read[str]:
        if not text and self.column.name == "provider":
            # Whether anything else of the record speaks of one is seen once it is read.
            return Read(NOBODY)
        if not text:
            return Read(None, "missing_startup" if self.column.name == "startup" else None)
        if any(_too_long_for_a_name(name, self._limits) for name in self._names_in(text)):
            return Read(None, "name_too_long")
        return Read(text)

    def _choice(self, text: str) -> Read[Any]:
        folded = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
        chosen = self._choices.get(folded)
        return Read(chosen, "not_in_list" if text and chosen is None else None)


def _unit(text: str) -> Read[Unit]:
    if not text or text.casefold() in NULL_WORDS:
        return Read(None)
    unit = unit_of(text)
    return Read(unit, None if unit else "bad_currency")


def _entries(text: str) -> str | None:
    """The entries of a list, tidy, each once in the order in which they stand."""
    found: dict[str, str] = {}
    for one in (" ".join(part.split()) for part in text.split(";")):
        if one:
            found.setdefault(one.casefold(), one)
    return "; ".join(found.values()) or None


def _address(text: str) -> Read[str]:
    if text and (len(text) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(text)):
        return Read(None, "bad_email")
    return Read(text or None)


def _level(read: Read[Decimal]) -> Read[int]:
    if read.error or (read.value is not None and read.value not in range(1, 6)):
        return Read(None, "not_in_list")
    return Read(None if read.value is None else int(read.value), None, read.warnings)


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
        """Which records are refused for this column."""
        return self._where(code for code, read in self.unusual.items() if read.refuses)

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Which records have a cell here that could not be read and is unknown."""
        return self._where(code for code, read in self.unusual.items() if read.lost)

    def _where(self, codes: Iterable[int]) -> NDArray[np.bool_]:
        flags = np.zeros(len(self.values), bool)
        flags[list(codes)] = True
        each: NDArray[np.bool_] = flags[self.codes]
        return each


def read_column(column: pa.DictionaryArray, reader: ColumnReader, limits: Limits) -> ReadColumn:
    """Read a column of texts."""
    texts = column.dictionary
    values = np.full(len(texts), None, object)
    is_scaled = reader.money.scale != 1
    clean = None if is_scaled else _clean(texts, reader.column.kind, limits)
    if clean is not None:
        plain = texts.filter(pa.array(clean))
        if reader.column.kind not in (Kind.NAME, Kind.TEXT):
            plain = plain.cast(pa.float64())
        values[clean] = plain.to_numpy(zero_copy_only=False).astype(object)
    unusual: dict[int, CellRead] = {}
    left = np.arange(len(texts)) if clean is None else np.flatnonzero(~clean)
    for code, text in zip(left.tolist(), texts.take(pa.array(left)).to_pylist(), strict=True):
        read = reader.read(text)
        values[code] = read.value
        if read.error or read.warnings:
            unusual[code] = read
    return ReadColumn(column.indices.to_numpy(), values, texts, unusual)


def cell_readers(
    columns: ColumnMap,
    conventions: Conventions,
    limits: Limits,
    *,
    resolver: Resolver,
    parting: Parting,
) -> Mapping[str, ColumnReader]:
    """A reader for every column that the file has or the reader of it gave a value for.

    Where lists are split (``parting``), each product of a cell is a name with its own limit.
    """
    readers = {
        name: ColumnReader(COLUMNS[name], conventions, limits)
        for name in (*columns.positions, *columns.constants)
    }
    if parting is not Parting.NONE:
        names_in = partial(_names_in, resolver)
        provider = ColumnReader(COLUMNS["provider"], conventions, limits, names_in=names_in)
        readers["provider"] = provider
    return readers


def _names_in(resolver: Resolver, cell: str) -> Sequence[str]:
    """The products listed in ``cell``; a list that no hand would write is one name, too long."""
    if len(cell) > LONGEST_LIST:
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


def _clean_text(cell: str, limits: Limits) -> Read[str]:
    """``cell`` in Unicode NFC and trimmed, without invisible characters."""
    if cell.isascii() and cell.isprintable() and len(cell) <= limits.cell_characters:
        return Read(cell.strip())
    if len(cell) > limits.cell_characters:
        return Read(None, "field_too_long")
    error = _forbidden(cell)
    if error:
        return Read(None, error)
    warnings: list[str] = []
    visible = _without_invisible(cell)
    if visible != cell:
        warnings.append("invisible_removed")
    if "\ufffd" in visible:
        warnings.append("replacement_character")
    if _looks_like_mojibake(visible):
        warnings.append("looks_like_mojibake")
    return Read(unicodedata.normalize("NFC", visible).strip(), None, tuple(warnings))


def _forbidden(cell: str) -> str | None:
    if _CONTROL.search(cell):
        return "control_character"
    if _BIDI.search(cell):
        return "bidi_control"
    if _TAGS.search(cell):
        return "invisible_text"
    if _BLANK_LETTERS.search(cell) and not _without_invisible(_BLANK_LETTERS.sub("", cell)).strip():
        return "invisible_text"
    return None


def _without_invisible(cell: str) -> str:
    visible = _ZERO_WIDTH.sub("", cell)
    if not _JOINER.search(visible):
        return visible
    kept = []
    for index, letter in enumerate(visible):
        beside = visible[max(0, index - 1) : index] + visible[index + 1 : index + 2]
        needed = len(beside) == 2 and (
            all(_PICTURE.match(other) for other in beside)
            or all(_NEEDS_JOINERS.match(other) for other in beside)
        )
        if not _JOINER.match(letter) or needed:
            kept.append(letter)
    return "".join(kept)


def _looks_like_mojibake(text: str) -> bool:
    """Whether ``text`` holds letters of UTF-8 that were read in another encoding, such as Ã©."""
    if _MISREAD_CYRILLIC.search(text) or _MISREAD_MAC.search(text):
        return True
    return any(_is_misread(match.group()) for match in _MISREAD.finditer(text))


def _is_misread(letters: str) -> bool:
    """Whether ``letters``, written as Windows-1252, hold a whole character of UTF-8."""
    raw = b"".join(
        letter.encode("latin-1") if letter < "\u0100" else letter.encode("cp1252")
        for letter in letters
    )
    return _LIKELY.search(raw.decode("utf-8", "ignore")) is not None


def _too_long_for_a_name(text: str, limits: Limits) -> bool:
    """Whether a name has too many characters, or too many marks piled on one letter."""
    if len(text) > limits.name_characters:
        return True
    if text.isascii():
        return False
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks > limits.marks_on_one_letter:
            return True
    return False
