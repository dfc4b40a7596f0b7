"""Cleaning the text of one cell: what is refused, what is removed, and what is only mentioned."""

import re
import unicodedata
from dataclasses import dataclass

from risk.inventory.limits import Limits

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


@dataclass(frozen=True)
class CleanText:
    """A cell's text as it is kept; ``error`` refuses its record, ``warnings`` are said."""

    text: str
    error: str | None = None
    warnings: tuple[str, ...] = ()


def clean_text(cell: str, limits: Limits) -> CleanText:
    """``cell`` in Unicode NFC and trimmed, without invisible characters."""
    if cell.isascii() and cell.isprintable() and len(cell) <= limits.cell_characters:
        return CleanText(cell.strip())
    if len(cell) > limits.cell_characters:
        return CleanText("", "field_too_long")
    error = _forbidden(cell)
    if error:
        return CleanText("", error)
    warnings: list[str] = []
    visible = _without_invisible(cell)
    if visible != cell:
        warnings.append("invisible_removed")
    if "\ufffd" in visible:
        warnings.append("replacement_character")
    if looks_like_mojibake(visible):
        warnings.append("looks_like_mojibake")
    return CleanText(unicodedata.normalize("NFC", visible).strip(), None, tuple(warnings))


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


def looks_like_mojibake(text: str) -> bool:
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


def too_long_for_a_name(text: str, limits: Limits) -> bool:
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
