"""Tables as spreadsheets write them: in any delimiter, line end, quoting and encoding we read."""

import codecs
import unicodedata
from dataclasses import dataclass

from hypothesis import strategies as st

HEADER = ("startup", "provider", "use_case", "notes", "spend_usd", "source")
Row = tuple[str, ...]

ENCODINGS = {
    "utf-8": b"",
    "utf-8 with a mark": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@dataclass(frozen=True)
class WrittenAs:
    """One way of writing a table."""

    delimiter: str
    line_ends: tuple[str, ...]
    quote_everything: bool
    encoding: str
    separator_line: bool
    empty_last_column: bool
    blank_lines: bool
    line_end_at_end: bool

    def bytes_of(self, rows: list[Row]) -> bytes:
        """The header and ``rows`` as a file."""
        text = ""
        lines = [self._line(cells) for cells in (HEADER, *rows)]
        if self.separator_line:
            lines.insert(0, f"sep={self.delimiter}")
        for number, line in enumerate(lines):
            end = self.line_ends[number % len(self.line_ends)]
            text += line + end + (end if self.blank_lines and number else "")
        if not self.line_end_at_end:
            text = text.rstrip("\r\n")
        return ENCODINGS[self.encoding] + text.encode(self.encoding.split(" ")[0])

    def _line(self, cells: Row) -> str:
        written = [self._cell(cell) for cell in cells]
        return self.delimiter.join(written + [""] * self.empty_last_column)

    def _cell(self, cell: str) -> str:
        special = any(letter in cell for letter in ('"', "\r", "\n", self.delimiter))
        if self.quote_everything or special:
            return '"' + cell.replace('"', '""') + '"'
        return cell


WAYS = st.builds(
    WrittenAs,
    delimiter=st.sampled_from(",;\t|"),
    line_ends=st.sampled_from([("\n",), ("\r\n",), ("\r",), ("\r\n", "\n"), ("\r", "\r\n", "\n")]),
    quote_everything=st.booleans(),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    separator_line=st.booleans(),
    empty_last_column=st.booleans(),
    blank_lines=st.booleans(),
    line_end_at_end=st.booleans(),
)

LETTERS = st.characters(
    codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="\ufffd\u180e"
)
ANY_CHARACTER = st.characters(codec="utf-8", exclude_characters="\x00")
SPEND = st.one_of(
    st.just(""), st.decimals(min_value=0, max_value=10**9, places=2).map(lambda d: f"{d:f}")
)


def texts(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with what delimits cells and records strewn in."""
    return st.text(st.one_of(letters, st.sampled_from('"\n\r,;|\t')), max_size=20)


def rows(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    """Tables of a few rows; ``source`` numbers them, so that no row is blank."""
    row = st.tuples(*[texts(letters)] * 4, SPEND)
    return st.lists(row, min_size=1, max_size=8).map(
        lambda drawn: [(*cells, f"row {number}") for number, cells in enumerate(drawn)]
    )


def as_stored(cell: str) -> str | None:
    """How a text without invisible characters is kept."""
    return unicodedata.normalize("NFC", cell).strip() or None
