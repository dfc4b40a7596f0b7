"""Decoding: a mark decides, then strict UTF-8 over the whole file, then a question.

A text that is not UTF-8 is judged by what its letters look like. A wrong decoding shows: capitals
inside words, signs between letters, Latin beside Cyrillic, rare Chinese characters. Each candidate
is scored by that; the reader confirms the best.
"""

import codecs
import re
from dataclasses import dataclass

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
#: What most files that are not UTF-8 are written in.
USUAL = ("cp1252", "cp1250", "cp1251", "gb18030", "shift_jis", "big5", "mac_roman")
CANDIDATES = (
    *USUAL,
    *("koi8_r", "iso8859_2", "cp1253", "cp1254", "cp1255", "cp1256", "euc_kr", "cp866"),
)
#: So many are offered; whoever needs another one may name it.
_OFFERED = 6
#: What a reader may answer besides, by the name that Python gives it.
_READABLE = re.compile(
    r"utf-(?:16|32)-[lb]e|cp\d{3,4}|iso8859-\d{1,2}|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|shift_?jis\w*|euc_\w+|johab"
    r"|tis-620|kz1048"
)
#: Below this score for each foreign character a decoding is no text that a person wrote.
PLAUSIBLE_SCORE = 0.7
#: So many letters of a table in UTF-16 have a zero byte, or more.
_ZERO_SHARE = 0.2
#: Encodings of two and four bytes a letter: where a byte is mostly zero, and where it is not.
_WIDE = (
    ("utf-32-le", 4, 2, 0),
    ("utf-32-be", 4, 1, 3),
    ("utf-16-le", 2, 1, 0),
    ("utf-16-be", 2, 0, 1),
)
#: A character beyond the basic plane written as two halves of three bytes each (CESU-8), and one.
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_HIGH_CONTROLS = re.compile("[\x80-\x9f]")
_SAMPLE_BYTES = 20_000
_LINE_BYTES = 4_000
#: Taken off the score of an encoding that few files are still written in.
_RARITY = {"mac_roman": 0.5, "iso8859_2": 0.2, "cp1254": 0.1, "cp866": 0.5, "koi8_r": 0.1}

_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœšž")
_CENTRAL = frozenset("ąćęłńśźżčďěňřťůőűăşţșțđľĺŕ")
_TURKISH = frozenset("ğışİ")
_PUNCTUATION = frozenset("‘’“”–—…•«»\u00a0")
_SIGNS = frozenset("°®©™€£§·±²³½¼¾ªº¿¡´µ×")
_WORD = re.compile(r"[^\W\d_]{1,100}")
#: Characters of the first level of their national standard, by lead byte: the common ones.
_COMMON_LEADS = {
    "gb18030": range(0xB0, 0xD8),
    "big5": range(0xA4, 0xC7),
    "shift_jis": range(0x88, 0x99),
    "euc_kr": range(0xB0, 0xC9),
}
#: Greek, Cyrillic, Hebrew and Arabic: words of one of them hold no letter of another script.
_WHOLE_WORDS = ("\u0370", "\u06ff")
#: Korean syllables that are as many Chinese characters in GB 18030: rarely so many by chance.
_SURELY_KOREAN = 12


@dataclass(frozen=True)
class Decoded:
    """The text; bytes that are no UTF-8 are kept as lone surrogates (their records are refused).

    ``joined``: characters stood there as two halves (CESU-8) and were put together.
    """

    text: str
    double_mark: bool = False
    joined: bool = False


def decode(data: bytes, *, questions: Questions, limits: Limits) -> Decoded:
    """The text in ``data``. Raises :class:`FileRefused` where there is none to read."""
    _refuse_other_types(data, limits)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], mark, encoding)
    if not data.strip():
        raise FileRefused("empty_file", _EMPTY)
    if b"\x00" in data:
        wide = _wide_encoding(data)
        if wide is not None:
            return _wide(data, wide, questions)
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
    return Decoded(text, double_mark=len(body) < len(data))


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


def _wide_encoding(data: bytes) -> str | None:
    """The encoding of two or four bytes a letter that ``data`` may be in without a mark.

    In a table most letters are ASCII or at least its separators are, so that one byte of each
    is zero, always in the same place.
    """
    sample = data[: _SAMPLE_BYTES - _SAMPLE_BYTES % 4]
    for encoding, unit, zero_at, letter_at in _WIDE:
        letters = max(1, len(sample) // unit)
        zeros = sample[zero_at::unit].count(0) / letters
        in_letters = sample[letter_at::unit].count(0) / letters
        if zeros >= _ZERO_SHARE and in_letters <= zeros / 10:
            return encoding if _is_readable(data, encoding, unit) else None
    return None


def _is_readable(data: bytes, encoding: str, unit: int) -> bool:
    try:
        text = data[: len(data) - len(data) % unit].decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return False
    start = text[:_SAMPLE_BYTES]
    strange = sum(not (one.isprintable() or one in "\t\r\n") for one in start)
    return "\x00" not in text and strange <= _MANY_CONTROLS * len(start)


def _wide(data: bytes, encoding: str, questions: Questions) -> Decoded:
    text = _text(data, encoding)
    questions.ask(
        "encoding_guessed",
        f"The file seems to be {encoding[:6].upper()} without the mark that says so. Are its names"
        " shown rightly?",
        (encoding,),
        [" ".join(one.split())[: 2 * _SHOWN_AROUND] for one in text.splitlines()[:2]],
    )
    return Decoded(text)


def _unmarked(data: bytes, questions: Questions) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        _refuse_binary(data)
    whole = _HALVES.sub(_joined_halves, data)
    if _decodes(_HALF.sub(b"", whole), "utf-8"):
        return Decoded(whole.decode("utf-8", "surrogateescape"), joined=whole != data)
    if _is_damaged_utf8(data):
        return Decoded(data.decode("utf-8", "surrogateescape"))
    return _guessed(data, questions)


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether a few records hold invalid bytes and the rest is UTF-8.

    Letters outside ASCII that are valid UTF-8 hardly come about by chance, so one line of them
    tells. Where all the rest is ASCII, the invalid lines tell, however few: names in the letters
    of another encoding, which is asked about, or no text in any.
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
    return 2 * invalid <= records and not _looks_written(data)


def _joined_halves(match: re.Match[bytes]) -> bytes:
    halves = match.group().decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _guessed(data: bytes, questions: Questions) -> Decoded:
    named = _encoding_called(questions.answered("encoding_guessed"), data)
    if named is not None:
        return Decoded(data.decode(named))
    choices = _ranked_encodings(data)
    lines = [line for line in _LINE_ENDS.split(data) if not line.isascii()]
    encoding = questions.ask(
        "encoding_guessed",
        "The file is not UTF-8. Which encoding shows its names rightly?",
        choices,
        [_around_first_letter(line, choices[0]) for line in lines[:3]],
    )
    return Decoded(data.decode(encoding))


def _around_first_letter(line: bytes, encoding: str) -> str:
    """The part of ``line`` that shows whether the guess is right."""
    text = line.decode(encoding, "replace")
    first = next((place for place, letter in enumerate(text) if not letter.isascii()), 0)
    start = max(0, first - _SHOWN_AROUND)
    return text[start : first + _SHOWN_AROUND].strip()


def _ranked_encodings(data: bytes) -> tuple[str, ...]:
    """The encodings that can decode all of ``data``, the likeliest first; never empty.

    Of those that read it alike the first is kept, and at most six in all; none that makes control
    characters of its letters, as no record with one could be imported.
    """
    sample = _foreign_lines(data)
    scores = {name: _score(sample, name) for name in CANDIDATES}
    readings: dict[str, str] = {}
    for name in sorted(CANDIDATES, key=lambda name: -scores[name]):
        reading = sample.decode(name, "replace")
        if reading not in readings and not _HIGH_CONTROLS.search(reading) and _decodes(data, name):
            readings[reading] = name
    return tuple(readings.values())[:_OFFERED] or ("latin-1",)


def _encoding_called(name: str, data: bytes) -> str | None:
    """The encoding that a reader calls ``name``, if it can decode all of ``data``.

    Only encodings of text are known, so that no answer unpacks or unescapes anything.
    """
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    return found if _READABLE.fullmatch(found) and _decodes(data, found) else None


def _looks_written(data: bytes) -> bool:
    """Whether a usual encoding makes readable text of the lines of ``data`` beyond ASCII."""
    sample = _foreign_lines(data)
    return max(_score(sample, name) for name in USUAL) >= PLAUSIBLE_SCORE


def _foreign_lines(data: bytes) -> bytes:
    kept: list[bytes] = []
    size = 0
    for line in re.split(rb"[\r\n]+", data):
        if not line.isascii():
            kept.append(line[:_LINE_BYTES])
            size += len(kept[-1])
            if size > _SAMPLE_BYTES:
                break
    return b"\n".join(kept)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _score(sample: bytes, encoding: str) -> float:
    """The mean over the foreign characters of ``sample``, from about -3 to 2."""
    text = sample.decode(encoding, "replace")
    total, count = 0.0, 0
    for match in _WORD.finditer(text):
        word = match.group()
        if word.isascii():
            continue
        marks = [_letter_score(word, place, encoding) for place in range(len(word))]
        found = [mark for mark in marks if mark is not None]
        total, count = total + sum(found), count + len(found)
    for place, letter in enumerate(text):
        if letter.isascii() or letter.isalpha():
            continue
        before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
        total, count = total + _sign_score(letter, before.isalpha(), after.isalpha()), count + 1
    if encoding == "euc_kr" and count >= _SURELY_KOREAN and total >= 1.8 * count:
        return 2.1
    return total / count - _RARITY.get(encoding, 0.0) if count else 0.0


def _letter_score(word: str, place: int, encoding: str) -> float | None:
    letter = word[place]
    if letter.isascii():
        return None
    if encoding in _COMMON_LEADS:
        if sum(not other.isascii() for other in word) == 1 < len(word):
            return -1.0
        return _asian_score(letter, encoding)
    if _WHOLE_WORDS[0] <= letter <= _WHOLE_WORDS[1]:
        if any(other < _WHOLE_WORDS[0] for other in word) or _capital_inside(word, place):
            return -3.0
        return (2.0 if letter >= "\u0400" else 1.9) if len(word) > 2 else 0.5
    lower = letter.lower()
    if encoding == "cp1254" and lower in _TURKISH:
        return 2.2
    if lower not in _WESTERN and lower not in _CENTRAL:
        return -3.0
    if _capital_inside(word, place):
        return -3.0
    if len(word) == 1 and letter != "à":
        return 0.5
    alone = sum(not other.isascii() for other in word[max(0, place - 2) : place + 3])
    if alone > 1:
        return 0.5 if alone == 2 else -1.0
    return 2.0 if lower in _WESTERN else 1.7


def _capital_inside(word: str, place: int) -> bool:
    return word[place].isupper() and place > 0 and not word.isupper()


def _asian_score(letter: str, encoding: str) -> float:
    if "\u3040" <= letter <= "\u30ff":
        return 2.0 if encoding == "shift_jis" else 1.0
    if "\u4e00" <= letter <= "\u9fff":
        raw = letter.encode(encoding, "replace")
        return 2.0 if raw[0] in _COMMON_LEADS[encoding] else -1.0
    return 1.9 if "\uac00" <= letter <= "\ud7a3" and encoding == "euc_kr" else -2.0


def _sign_score(letter: str, after_letter: bool, before_letter: bool) -> float:
    if letter == "’" or letter == "\u00a0":
        return 1.5
    if letter in _PUNCTUATION or "\u3000" <= letter <= "\u303f":
        return 0.0 if after_letter and before_letter and letter not in "–—" else 1.5
    if letter in _SIGNS:
        return -3.0 if before_letter else 0.5
    return 1.0 if "\uff00" <= letter <= "\uff60" else -2.0
