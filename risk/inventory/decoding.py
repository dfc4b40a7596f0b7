"""From bytes to text: a mark decides, then strict UTF-8 over the whole file, then a question."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from risk.inventory.intake_results import Question
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
_GUESSES = ("cp1252", "cp1250", "cp1251", "gb18030", "shift_jis", "big5", "mac_roman")
#: Above this share of bytes outside ASCII a file is hardly Western European text.
_MANY_HIGH_BYTES = 0.25
_HIGH_BYTES = bytes(range(0x80, 0x100))
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f]")
_MANY_CONTROLS = 0.02
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
    if b"\x00" in data:
        raise FileRefused(
            "nul_bytes",
            "The file holds zero bytes, so it is no plain text. Save it as CSV in UTF-8 and"
            " upload it again.",
        )
    return _unmarked(data, questions)


def _refuse_other_types(data: bytes, limits: Limits) -> None:
    if len(data) > limits.file_bytes:
        megabytes = limits.file_bytes // (1024 * 1024)
        raise FileRefused(
            "file_too_large", f"The file is larger than {megabytes} MB. Split it and upload parts."
        )
    if not data:
        raise FileRefused("empty_file", "The file is empty. Save the inventory again as CSV.")
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
    double = data.startswith(mark)
    body = data[len(mark) :] if double else data
    if not body.strip():
        raise FileRefused("empty_file", "The file is empty. Save the inventory again as CSV.")
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    try:
        text = body.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise FileRefused(
            "not_text",
            f"The file says it is {encoding.upper()} but its bytes are not. Save it as CSV UTF-8.",
        ) from error
    if "\x00" in text:
        raise FileRefused("nul_bytes", "The file holds zero characters. Save it as CSV UTF-8.")
    return Decoded(text, encoding, double)


def _unmarked(data: bytes, questions: Questions) -> Decoded:
    if not data.strip():
        raise FileRefused("empty_file", "The file is empty. Save the inventory again as CSV.")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if len(_CONTROLS.findall(data)) > _MANY_CONTROLS * len(data):
        raise FileRefused("not_text", "This is no text but binary data. Save it as CSV UTF-8.")
    if _mostly_utf8(data):
        return Decoded(data.decode("utf-8", "surrogateescape"), "utf-8")
    return _guessed(data, questions)


def _mostly_utf8(data: bytes) -> bool:
    """Whether the lines with letters outside ASCII are valid UTF-8 more often than not."""
    valid, invalid = 0, 0
    for line in re.split(rb"[\r\n]+", data):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            invalid += 1
    return valid > invalid


def _guessed(data: bytes, questions: Questions) -> Decoded:
    choices = tuple(name for name in _ordered_guesses(data) if _decodes(data, name))
    choices = choices or ("latin-1",)
    lines = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    encoding = questions.ask(
        Question(
            code="encoding_guessed",
            question="The file is not UTF-8. Which encoding shows its names rightly?",
            choices=choices,
            examples=tuple(line.decode(choices[0], "replace")[:120] for line in lines[:3]),
        )
    )
    return Decoded(data.decode(encoding), encoding)


def _ordered_guesses(data: bytes) -> tuple[str, ...]:
    high = len(data) - len(data.translate(None, _HIGH_BYTES))
    if high <= _MANY_HIGH_BYTES * len(data):
        return _GUESSES
    best = from_bytes(data[:65_536], cp_isolation=list(_GUESSES)).best()
    first = best.encoding if best is not None else _GUESSES[0]
    return tuple(dict.fromkeys((first, *_GUESSES)))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
