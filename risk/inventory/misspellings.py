"""Recognising slips of the finger in names: ``Antrhopic``, ``Amazon Bedrok``, ``AWS Bed Rock``.

A whole name is compared with every distinctive name, by rapidfuzz at or above
``FUZZY_SIMILARITY``. A single word inside a name is only put right where everything else in the
text is known and speaks of the same thing: "Bedrok Stone" stays what it is.
"""

from collections.abc import Mapping
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from risk.catalog.records import Alias, Answer
from risk.inventory import name_rules as rules
from risk.inventory.name_text import without_legal_form
from risk.inventory.shipped import word_list

#: A misspelling must have at least this share of its letters right (1 - edits / longer length,
#: a swap of neighbours counting as one edit). One edit in eight letters passes, two do not.
FUZZY_SIMILARITY = 0.85
#: Shorter names are never matched by likeness: too many words are one letter from "Groq".
FUZZY_LETTERS = 8
#: An ordinary word of this length ("perplexity") is recognised when misspelt.
PECULIAR_LETTERS = 10
#: Words that are put right beside others that are known, by one edit; two from nine letters on.
OFTEN_MISSPELT = word_list("often misspelt")
#: A slip that leaves every letter there is recognised in names this long, as surely as this.
_SLIP_LETTERS = 6
SLIP_SIMILARITY = 0.9
_FEWEST_LETTERS = 5
_BEFORE_A_VERSION = 4
_TWO_EDITS_FROM = 9


class Likeness(NamedTuple):
    """The alias a name was taken for, and the share of its letters that are right."""

    alias: Alias
    similarity: float


class Misspellings:
    """The distinctive names among ``aliases`` (name key → alias), and the words often misspelt."""

    def __init__(self, aliases: Mapping[str, Alias]) -> None:
        named = {key: alias for key, alias in aliases.items() if alias.answer is Answer.YES}
        # Long and peculiar enough to be recognised when misspelt.
        distinctive = [
            key
            for key in named
            if len(key.replace(" ", "")) >= FUZZY_LETTERS
            and (key.split()[0] not in rules.ORDINARY_WORDS or len(key) >= PECULIAR_LETTERS)
            and not any(map(str.isdigit, key))
        ]
        self._distinctive = {key.replace(" ", ""): named[key] for key in distinctive}
        self._word_counts: dict[str, set[int]] = {}
        for key in distinctive:
            self._word_counts.setdefault(key.replace(" ", ""), set()).add(len(key.split()))
        single = [key for key in named if key.isalpha() and len(key) >= _SLIP_LETTERS]
        self._slips = {slip: named[key] for key in single for slip in slips(key)}
        peculiar = [key for key in single if key not in rules.ORDINARY_WORDS]
        self._slips |= {slip: named[key] for key in peculiar for slip in omissions(key)}
        # "Claude" is no slip of "Cluade", which is one of it.
        self._slips = {slip: alias for slip, alias in self._slips.items() if slip not in named}
        self._unparted = {key: named[key] for key in peculiar}

    def whole_name(self, found: tuple[str, ...]) -> Likeness | None:
        """The name that ``found`` is a misspelling of; None where it may be a name of its own."""
        named = without_legal_form(found)
        letters = "".join(named)
        if len(named) > 3 or rules.LANGUAGE_MODEL.search(" ".join(named)):
            return None
        slip = self._slips.get(letters) or (self._unparted.get(letters) if named[1:] else None)
        if slip is not None:
            return Likeness(slip, SLIP_SIMILARITY)
        if len(letters) < FUZZY_LETTERS:
            return None
        match = process.extractOne(
            letters,
            self._distinctive.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=FUZZY_SIMILARITY,
        )
        if match is None:
            return None
        name, similarity, _ = match
        # "Anthropics" and "DeepSee" are names of their own, not slips of the finger, and so is
        # "Perplex City": whoever mistypes a letter does not part the word as well.
        if name[0] != letters[0] or name.startswith(letters) or letters.startswith(name):
            return None
        if len(named) not in self._word_counts[name]:
            return None
        return Likeness(self._distinctive[name], similarity)


def slips(word: str) -> set[str]:
    """``word`` with two neighbours swapped, a letter doubled, or a digit for a letter like it."""
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    doubled = {word[: i + 1] + word[i:] for i in range(len(word))}
    digits = {word.replace(letter, digit) for letter, digit in (("o", "0"), ("i", "1"), ("l", "1"))}
    return (swapped | doubled | digits) - {word}


def omissions(word: str) -> set[str]:
    """``word`` without one of its inner letters; the last two stay, by which names differ."""
    return {word[:i] + word[i + 1 :] for i in range(1, len(word) - 2)}


def respelt(found: tuple[str, ...], doubtful: frozenset[str]) -> tuple[str, ...]:
    """``found`` with the words in ``doubtful`` put right where one brand is near enough."""
    result: list[str] = []
    position = 0
    while position < len(found):
        pair = "".join(found[position : position + 2])
        if position + 1 < len(found) and pair in OFTEN_MISSPELT and found[position] in doubtful:
            result.append(pair)
            position += 2
            continue
        word, after = found[position], found[position + 1 : position + 2]
        fewest = _BEFORE_A_VERSION if after and after[0][0].isdigit() else _FEWEST_LETTERS
        result.append(_put_right(word, fewest) if word in doubtful else word)
        position += 1
    return tuple(result)


def _put_right(word: str, fewest: int) -> str:
    if word in _SLIPS:
        return _SLIPS[word]
    if len(word) < fewest or not (word.isascii() and word.isalpha()):
        return word
    edits = 2 if len(word) >= _TWO_EDITS_FROM else 1
    near = [
        brand for brand in OFTEN_MISSPELT if OSA.distance(word, brand, score_cutoff=edits) <= edits
    ]
    # A slip seldom spoils the first letter and the last: "Medium" is no "Gemini".
    same_ends = len(near) == 1 and (word[0] == near[0][0] or word[-2:] == near[0][-2:])
    return near[0] if same_ends else word


_SLIPS = {slip: brand for brand in OFTEN_MISSPELT for slip in slips(brand)}
