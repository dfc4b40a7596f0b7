"""Cells in which nobody is named: "N/A", "[blank]", "wird nachgereicht", "see annex 3", a dash.

They say that a provider is unknown, which is never that there is none.
"""

import re

from risk.inventory.name_rules import (
    BY_HAND,
    NEGATION,
    NONE_USED,
    NOT_STATED,
    UNNAMED,
    UNNAMED_BESIDE,
)
from risk.inventory.name_text import fold, words
from risk.inventory.shipped import word_list

#: A longer text describes something.
_LONGEST_REMARK = 8
_CORPORATE = frozenset(word_list("corporate"))
_UNSPACED_WORDS = sorted(
    (word for word in UNNAMED_BESIDE if "\u3000" < word[0] < "\ud7b0"), key=len, reverse=True
)
_ONE_UNSPACED = re.compile("|".join(_UNSPACED_WORDS))
_UNSPACED_UNNAMED = re.compile(f"(?:{_ONE_UNSPACED.pattern})+")
#: What says "not", "none" or "unknown" in a word of an unspaced script.
_UNSPACED_NEGATION = re.compile(r"[未不无無沒没]|なし|ない|ません|없|않|미정|비공개|모름")
_THAI_NOT = re.compile(r"ไม่|ยัง")
#: A word that says "not" by the way it is formed: nieznany, neuvedeno, belirtilmemiş, undisclosed.
_SAYS_NOT = re.compile(
    r"un\w+(?<!unit)ed|nie\w+(?:ny|ne|na|ano|ono)|ne\w+(?:eno|áno|ěno|ný|né|aný|ané)"
    r"|не\w+(?:но|на|ен|ный|ное)|\w+(?:memiş|mamış|medi|madı|miyor|mıyor|meyen|mayan)"
    r"|nespecificat|ismeretlen|un(?:bekannt|bestimmt|benannt)"
)
_UNSPACED_FIRM = re.compile(
    r"公司|会社|會社|회사|集团|銀行|银行|은행|大学|大學|대학|病院|医院|병원"
)


def is_not_stated(text: str) -> bool:
    """Whether a cell says that nobody is named: "N/A", "[blank]", "see notes", or a dash."""
    bare = fold(text).strip(" \t\r\n[](){}<>.:;,\"'*")
    if not bare:
        return bool(text.strip(" ,;"))
    nobody = says_nobody(words(bare))
    return bare in NOT_STATED or nobody or not any(letter.isalnum() for letter in bare)


def says_nobody(found: tuple[str, ...]) -> bool:
    """Whether words say that a provider is not stated, and nothing else."""
    if any(word.isascii() and not word.isdigit() and word not in UNNAMED_BESIDE for word in found):
        return False
    pieces = [piece for word in found for piece in _cut_where_unspaced(word)]
    says_so = UNNAMED.intersection(pieces) or (pieces[:2] == ["n", "a"] and len(pieces) > 2)
    return bool(says_so) and all(piece in UNNAMED_BESIDE or piece.isdigit() for piece in pieces)


def _cut_where_unspaced(word: str) -> list[str]:
    """供应商未披露 is 供应商 and 未披露; any other word stays whole."""
    if word.isascii() or word in UNNAMED_BESIDE or not _UNSPACED_UNNAMED.fullmatch(word):
        return [word]
    return _ONE_UNSPACED.findall(word)


def remarks_that_nobody_is_named(text: str) -> bool:
    """Whether a text of which nothing is known is a remark rather than a name.

    A remark is written like a sentence, in small letters behind the first, with small words in it:
    "inconnu à ce jour". In an unspaced script it says "not" or "none": 回答なし.
    """
    found = words(text)
    if not found or len(found) > _LONGEST_REMARK or _CORPORATE.intersection(found):
        return False
    if BY_HAND.intersection(found) or NONE_USED.search(" ".join(found)):
        return False
    if _THAI_NOT.search(text):
        return True
    if any("\u3000" < letter < "\ud7b0" for letter in text):
        return bool(_UNSPACED_NEGATION.search(text)) and not _UNSPACED_FIRM.search(text)
    if len(found) == 1:
        return _SAYS_NOT.fullmatch(found[0]) is not None
    says_so = any(word in NEGATION or word in UNNAMED for word in found)
    small = sum(word in UNNAMED_BESIDE for word in found)
    likely = says_so or 2 * small >= len(found)
    return likely and len(text.split()) > 1 and _is_like_a_sentence(text, says_so)


def _is_like_a_sentence(text: str, says_so: bool) -> bool:
    """Whether no word behind the first has a capital letter, but nouns of remarks, NDA and IT."""
    return all(
        not word[:1].isupper()
        or (len(word) <= 3 and word.isupper() and says_so)
        or (says_so and all(part in UNNAMED_BESIDE for part in words(word)))
        for word in text.strip().split()[1:]
    )
