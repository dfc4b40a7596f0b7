"""From bytes to text: a mark decides, then strict UTF-8 over the whole file, then a question."""

import codecs
import re
from dataclasses import dataclass

from risk.inventory.encoding_guess import encoding_called, looks_written, ranked_encodings
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused, Questions

#: Longest first: the mark of UTF-32 little-endian begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(byte for byte in range(1, 0x20) if byte not in b"\t\n\x0b\x0c\r\x1a\x1b")
#: Above this share of control characters, and this many, bytes are no text in any encoding.
_MANY_CONTROLS = 0.04
_SOME_CONTROLS = 4
#: So many lines of bytes that are no UTF-8, and at most a quarter of the records, are "a few".
_FEW_LINES = 3
_LINE_ENDS = re.compile(rb"[\r\n]+")
#: Stands for the half of a character at the end of a cut file, as surrogateescape writes bytes.
_LOST_BYTE = "\udc80"
_SHOWN_AROUND = 60
_EMPTY = "The file is empty. Save the inventory again as CSV."
_EXCEL_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY_STARTS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
}


@dataclass(frozen=True)
class Decoded:
    """The text; bytes that are no UTF-8 are kept as lone surrogates (their records are refused)."""

    text: str
    encoding: str
    double_mark: bool = False


def decode(data: bytes, *, questions: Questions, limits: Limits) -> Decoded:
    """The text in ``data``. Raises :class:`FileRefused` where there is none to read."""
    _refuse_other_types(data, limits)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], mark, encoding)
    if not data.strip():
        raise FileRefused("empty_file", _EMPTY)
    if b"\x00" in data:
        _refuse_binary(data)
        line = 1 + len(re.findall(rb"\r\n|\r|\n", data[: data.index(b"\x00")]))
        raise FileRefused(
            "nul_bytes",
            f"Line {line} holds a zero byte, so this is no plain text. Save the inventory again"
            " as CSV UTF-8 and upload that.",
            line=line,
        )
    return _unmarked(data, questions)


def _refuse_binary(data: bytes) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls >= _SOME_CONTROLS and controls > _MANY_CONTROLS * len(data):
        raise FileRefused(
            "not_text", "This is binary data, not text. Save the inventory as CSV UTF-8."
        )


def _refuse_other_types(data: bytes, limits: Limits) -> None:
    if len(data) > limits.file_bytes:
        megabytes = limits.file_bytes // (1024 * 1024)
        raise FileRefused(
            "file_too_large", f"The file is larger than {megabytes} MB. Split it and upload parts."
        )
    if not data:
        raise FileRefused("empty_file", _EMPTY)
    if data.startswith(_EXCEL_LEGACY):
        raise FileRefused(
            "encrypted_or_legacy_excel",
            "This is an old or password-protected Excel workbook. Open it in Excel, remove the"
            " password and save the sheet as CSV UTF-8.",
        )
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise FileRefused(
            "unsupported_type",
            "This is an Excel workbook or a zip archive, whatever its name says. Open it, save"
            " the sheet with the inventory as CSV UTF-8 and upload that.",
        )
    for start, kind in _BINARY_STARTS.items():
        if data.startswith(start):
            raise FileRefused(
                "not_text", f"This is {kind}, not a table. Save the inventory as CSV."
            )


def _marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    body = data
    while body.startswith(mark):
        body = body[len(mark) :]
    text = _text(body, encoding)
    if not text.strip():
        raise FileRefused("empty_file", _EMPTY)
    if "\x00" in text:
        raise FileRefused(
            "nul_bytes",
            "The file holds zero characters, so it is no plain text. Save it as CSV UTF-8.",
        )
    return Decoded(text, encoding, double_mark=len(body) < len(data))


def _text(body: bytes, encoding: str) -> str:
    """``body`` decoded; what is no character becomes a lone surrogate."""
    if encoding == "utf-8":
        return body.decode(encoding, "surrogateescape")
    unit = 2 if encoding.startswith("utf-16") else 4
    whole = len(body) - len(body) % unit
    try:
        text = body[:whole].decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        raise FileRefused(
            "not_text",
            f"The file says it is {encoding.upper()} but its bytes are not. Save it as CSV UTF-8.",
        ) from error
    return text if whole == len(body) else text + _LOST_BYTE


def _unmarked(data: bytes, questions: Questions) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        _refuse_binary(data)
    if _is_damaged_utf8(data):
        return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")
    return _guessed(data, questions)


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether a few records hold invalid bytes and the rest is UTF-8.

    Letters outside ASCII that are valid UTF-8 hardly come about by chance, so one line of them
    tells. Where all the rest is ASCII, the invalid lines tell: a few, or no text in any encoding.
    An invalid header spoils no record and must be read.
    """
    valid = invalid = 0
    lines = [line for line in _LINE_ENDS.split(data) if line.strip()]
    for line in lines:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            invalid += 1
    records = len(lines) - 1
    if not valid and not lines[0].isascii():
        return False
    if valid:
        return invalid <= valid or 2 * invalid <= records
    if invalid <= _FEW_LINES and 4 * invalid <= records:
        return True
    return 2 * invalid <= records and not looks_written(data)


def _guessed(data: bytes, questions: Questions) -> Decoded:
    named = encoding_called(questions.answered("encoding_guessed"), data)
    if named is not None:
        return Decoded(data.decode(named), named)
    choices = ranked_encodings(data)
    lines = [line for line in _LINE_ENDS.split(data) if not line.isascii()]
    encoding = questions.ask(
        "encoding_guessed",
        "The file is not UTF-8. Which encoding shows its names rightly?",
        choices,
        [_around_first_letter(line, choices[0]) for line in lines[:3]],
    )
    return Decoded(data.decode(encoding), encoding)


def _around_first_letter(line: bytes, encoding: str) -> str:
    """The part of ``line`` that shows whether the guess is right."""
    text = line.decode(encoding, "replace")
    first = next((place for place, letter in enumerate(text) if not letter.isascii()), 0)
    start = max(0, first - _SHOWN_AROUND)
    return text[start : first + _SHOWN_AROUND].strip()
