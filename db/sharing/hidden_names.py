"""Texts in which startups have no names, however somebody wrote them.

A text is read word by word, where ``QuillhavenGPT``, ``quillhaven_prod`` and ``Quillhaven-Briefs``
have two words each, and a word is compared by its letters alone: without case, accents and what has
no width. So ``Café``, ``CAFE`` and ``cafe`` are one word, and so are ``Straße`` and ``STRASSE``.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: A first word is not looked for by itself if it is shorter; such words are rarely a name.
_SHORTEST_FIRST_WORD = 4
#: From here on a name counts also where its words are written as one.
_SHORTEST_JOINED = 6
#: From here on it counts inside of a longer word too, as in ``quillhavengpt``.
_SHORTEST_INSIDE = 8
#: Fields whose words come from closed lists: ``high`` there is no company called High Tower.
_CLOSED = frozenset(
    (
        "scope kind kinds worst_kind loss_by_kind loss_by_part band confidence redacted answer"
        " depth fallback exit_plan as_of frozen_at catalogue_date model_version data_digest"
    ).split()
)
#: Words before a name that are not what people call it by.
_ARTICLES = frozenset("the a an der die das le la les el".split())


@dataclass(frozen=True)
class _Word:
    """The letters of a word, and where it stands in the text."""

    letters: str
    start: int
    end: int


@dataclass(frozen=True)
class _Names:
    """What each name became: by its words, by its letters, and by letters inside of a word."""

    words: dict[tuple[str, ...], str] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    literal: dict[str, str] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """How many words may belong to one name."""
        return max([*map(len, self.words), *map(len, self.joined)], default=0)


def without_names(value: Any, aliases: Mapping[str, str], kept: Iterable[str] = ()) -> Any:
    """Replace the names of startups in every text of a content by what they are called instead.

    ``kept`` are texts, such as providers and sectors, whose words are no startup's name. A name's
    first word counts as the name, because people call a company by it.
    """
    names = _names(aliases, _ordinary(kept))
    longest = names.longest
    return _replaced(value, lambda text: _without(text, names, longest))


def _names(aliases: Mapping[str, str], ordinary: frozenset[str]) -> _Names:
    names = _Names()
    for name, alias in aliases.items():
        found = _words(name)
        if not found or found[0].start > 0 or found[-1].end < len(name):
            names.literal[name] = alias  # Its signs, such as a closing bracket, belong to it.
        if found:
            _add(names, tuple(one.letters for one in found), alias)
    for name, alias in aliases.items():
        first = _first_word(name)
        spoken = "".join(first)
        if len(spoken) >= _SHORTEST_FIRST_WORD and spoken not in ordinary:
            _add(names, first, alias)
    return names


def _add(names: _Names, words: tuple[str, ...], alias: str) -> None:
    letters = "".join(words)
    names.words.setdefault(words, alias)
    if len(letters) >= _SHORTEST_JOINED:
        names.joined.setdefault(letters, alias)
    if len(letters) >= _SHORTEST_INSIDE or (len(letters) > 1 and _has_no_spaces(letters)):
        names.inside.setdefault(letters, alias)


def _has_no_spaces(letters: str) -> bool:
    """Is this of a script, such as Chinese, in which nothing stands between words?"""
    return all("\u2e80" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7af" for one in letters)


def _ordinary(kept: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for text in kept:
        found.update(one.letters for one in _words(text))
        found.update("".join(w.letters for w in _words(part)) for part in text.split())
    return frozenset(found)


def _first_word(name: str) -> tuple[str, ...]:
    """Return what people call a company by: its first word that is no article."""
    parts = [tuple(one.letters for one in _words(part)) for part in re.findall(r"\w+", name)]
    spoken = [one for one in parts if one and "".join(one) not in _ARTICLES]
    return spoken[0] if spoken else ()


def _without(text: str, names: _Names, longest: int) -> str:
    for name, alias in names.literal.items():
        text = text.replace(name, alias)
    words = _words(text)
    parts: list[str] = []
    place = done = 0
    while place < len(words):
        count, found = _name_at(words, place, names, longest)
        if found is None:
            count, found = 1, _name_inside(words[place].letters, names)
        if found is not None:
            parts += [text[done : words[place].start], found]
            done = words[place + count - 1].end
        place += count
    return "".join([*parts, text[done:]])


def _name_at(
    words: Sequence[_Word], place: int, names: _Names, longest: int
) -> tuple[int, str | None]:
    """Return how many words from here on are a name, the most of them, and what it became."""
    found: tuple[int, str | None] = (1, None)
    letters: tuple[str, ...] = ()
    for count, word in enumerate(words[place : place + longest], start=1):
        letters = (*letters, word.letters)
        alias = names.words.get(letters) or names.joined.get("".join(letters))
        if alias is not None:
            found = (count, alias)
    return found


def _name_inside(letters: str, names: _Names) -> str | None:
    """Return what the longest name inside of a word became."""
    if not names.inside:
        return None
    for length in range(len(letters), 1, -1):
        for start in range(len(letters) - length + 1):
            alias = names.inside.get(letters[start : start + length])
            if alias is not None:
                return alias
    return None


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    letters, start, end = "", 0, 0
    for place, one in enumerate(text):
        folded = _letters(one)
        if folded is None or (letters and folded and _begins_a_word(text, place)):
            if letters:
                words.append(_Word(letters, start, end))
            letters = ""
        if folded is None:
            continue
        if not letters:
            start = place
        letters, end = letters + folded, place + 1
    return [*words, _Word(letters, start, end)] if letters else words


def _letters(one: str) -> str | None:
    """Return the letters of a character; none for an accent; None for what parts words."""
    if one.isascii():
        return one.casefold() if one.isalnum() else None
    if unicodedata.category(one) in ("Mn", "Me", "Cf"):
        return ""
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", one).casefold())
    return "".join(each for each in spread if each.isalnum()) or None


def _begins_a_word(text: str, place: int) -> bool:
    """Does a new word begin inside of what is written as one, as in ``GPTQuillhaven2``?"""
    before, one, after = text[place - 1], text[place], text[place + 1 : place + 2]
    if before.isdigit() != one.isdigit() and (before.isalnum() and one.isalnum()):
        return True
    if before.islower() and one.isupper():
        return True
    return before.isupper() and one.isupper() and after.islower()


def _replaced(value: Any, replace: Any) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, Mapping):
        return {
            name: one
            if name in _CLOSED and not isinstance(one, Mapping)
            else _replaced(one, replace)
            for name, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_replaced(one, replace) for one in value]
    return value
