"""States of use that stand beside a name: "(pilot)", "- trial until June", "Status: live -".

They say how a use goes and nothing of whose product it is. What says that a use has ended is read
elsewhere (:data:`risk.inventory.name_rules.ENDED`).
"""

import re

from risk.inventory.name_rules import (
    BESIDE_STATE_OF_USE,
    CONTEXT_WORDS,
    ENDED,
    FIRM_KINDS,
    STATE_OF_USE,
    STATE_STEMS,
    TRADES,
    UNNAMED_BESIDE,
    WORK,
)
from risk.inventory.name_text import LEGAL_FORMS, PLACES, words
from risk.inventory.shipped import word_list

_OF_FIRMS = TRADES | FIRM_KINDS | LEGAL_FORMS - BESIDE_STATE_OF_USE
_IN_REMARKS = BESIDE_STATE_OF_USE | UNNAMED_BESIDE | WORK | CONTEXT_WORDS | PLACES
_MONTHS = frozenset(word for month in range(1, 13) for word in word_list(f"month {month}"))
_BEFORE_A_STATE = re.compile(r"\s*[(\[{|【（]\s*|\s+-+\s+|\s*[–—]\s*|\s*[:;,，：；、・]\s*")
_BEFORE_A_REMARK = re.compile(r"\s*[(\[{【（]\s*|\s+[-–—]+\s+|\s*[:;,：；]\s+")
_AFTER_A_STATE = re.compile(r"\s*[|:–—：]\s*|\s+-+\s+")


def without_state_of_use(text: str) -> str:
    """``text`` without the states of use at its ends; all of it where it is nothing else."""
    end = len(text)
    for mark in reversed(list(_BEFORE_A_STATE.finditer(text))):
        if text[mark.end() : end].strip(" )]}】）.") and not is_state(text[mark.end() : end]):
            break
        end = mark.start()
    kept = text[:end].rstrip() or text
    while (parted := _AFTER_A_STATE.search(kept)) and is_state(kept[: parted.start()]):
        kept = kept[parted.end() :]
    return kept if any(map(str.isalnum, kept)) and not is_state(kept) else text


def is_state(text: str) -> bool:
    """Whether ``text`` says how a use goes and nothing else."""
    found = words(text)
    return bool(STATE_OF_USE.intersection(found)) and all(
        word in BESIDE_STATE_OF_USE or word in _MONTHS or word[0].isdigit() for word in found
    )


def name_and_remark(text: str) -> tuple[str, str]:
    """What stands before the first bracket, dash or colon of ``text``, and what behind it."""
    mark = _BEFORE_A_REMARK.search(text)
    if mark is None or not mark.start():
        return text, ""
    return text[: mark.start()].strip(), text[mark.end() :].strip(" )]}】）.")


def says_a_state(remark: tuple[str, ...]) -> bool:
    """Whether the words of a remark speak of how a use goes, whatever else stands among them.

    One that says that a use has ended does not, nor one that describes a firm.
    """
    if any(ENDED.match(" ".join(remark[at:])) for at in range(len(remark))):
        return False
    if _OF_FIRMS.intersection(remark):
        return False
    if any(word in STATE_OF_USE or word.startswith(STATE_STEMS) for word in remark):
        return True
    return all(word in _IN_REMARKS or word.isdigit() for word in remark)
