"""Which encoding a text that is not UTF-8 was written in, judged by what its letters look like.

A wrong decoding shows: capitals inside words, signs between letters, Latin beside Cyrillic, rare
Chinese characters. Each candidate is scored by that; the reader confirms the best.
"""

import codecs
import re

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
    r"cp\d{3,4}|iso8859-\d{1,2}|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|shift_?jis\w*|euc_\w+|johab"
    r"|tis-620|kz1048"
)
#: Below this score for each foreign character a decoding is no text that a person wrote.
PLAUSIBLE_SCORE = 0.7
_CONTROLS = re.compile("[\x80-\x9f]")
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


def ranked_encodings(data: bytes) -> tuple[str, ...]:
    """The encodings that can decode all of ``data``, the likeliest first; never empty.

    Of those that read it alike the first is kept, and at most six in all; none that makes control
    characters of its letters, as no record with one could be imported.
    """
    sample = _foreign_lines(data)
    scores = {name: _score(sample, name) for name in CANDIDATES}
    readings: dict[str, str] = {}
    for name in sorted(CANDIDATES, key=lambda name: -scores[name]):
        reading = sample.decode(name, "replace")
        if reading not in readings and not _CONTROLS.search(reading) and _decodes(data, name):
            readings[reading] = name
    return tuple(readings.values())[:_OFFERED] or ("latin-1",)


def encoding_called(name: str, data: bytes) -> str | None:
    """The encoding that a reader calls ``name``, if it can decode all of ``data``.

    Only encodings of text are known, so that no answer unpacks or unescapes anything.
    """
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    return found if _READABLE.fullmatch(found) and _decodes(data, found) else None


def looks_written(data: bytes) -> bool:
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
