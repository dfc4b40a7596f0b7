"""The providers, products and models that the words of a text mention.

Words are compared whole, so "Medicare Enrollment" does not contain "llm" and Capgemini is not
Gemini. The longest phrase wins: "Google Workspace" is not Google. Which of them count is judged
beside what else the text says (:mod:`risk.inventory.readings`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from risk.catalog.records import UNSPECIFIED, Alias, Answer
from risk.inventory import name_rules as rules
from risk.inventory.name_text import (
    LEGAL_FORMS,
    PLACES,
    unspaced_words,
    without_legal_form,
    words,
)
from risk.inventory.shipped import word_list

#: The source of an alias that is a model's name in the catalogue.
CATALOGUE = "catalogue of models"
#: The source of an alias that is a frequent slip; another firm may well be called so.
MISSPELLINGS = "frequent misspellings"
#: A name of this many letters is found inside a longer word; two Chinese characters are enough.
_UNSPACED_LETTERS = 3
_CHINESE_CHARACTERS = 2
#: An application with a name this long is seldom called like another firm.
_PECULIAR_LETTERS = 8
#: Parts of a word written as one ("AzureAI", "VertexGemini") have at least this many letters.
_GLUED_LETTERS = 4
_GLUED_TAILS = ("ai", *word_list("glued"))
#: "Opus 3 Artists" is an agency: the family alone and a number are sure where nothing else is.
_FAMILIES_OF_CLAUDE = ("opus", "sonnet", "haiku")
_Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Mention:
    """``alias`` stands at the words ``start`` to ``end``; ``ordinary`` if it may mean another."""

    start: int
    end: int
    alias: Alias
    ordinary: bool = False

    @property
    def is_platform(self) -> bool:
        """Whether it names where models run rather than whose they are."""
        alias = self.alias
        if alias.host is None or alias.answer is Answer.NO:
            return False
        return alias.developer in (None, UNSPECIFIED) or alias.product in rules.PLATFORM_PRODUCTS

    @property
    def names_developer(self) -> bool:
        """Whether it says whose model it is."""
        return self.alias.answer is Answer.YES and not self.is_platform

    @property
    def fixes_host(self) -> bool:
        """Whether the product is sold by another than its developer (Azure OpenAI, Copilot)."""
        alias = self.alias
        return self.names_developer and alias.host not in (alias.developer, UNSPECIFIED, None)

    @property
    def is_company(self) -> bool:
        """Whether it is a bare company name, which says neither model nor host."""
        return _says_nothing_else(self.alias) and not is_one_of_many(self.alias)

    def company(self, found: _Phrase) -> str:
        """The word by which the rules know the company of a bare company name, or nothing."""
        if self.is_company:
            for word in (found[self.start], (self.alias.product or "").casefold()):
                if word in rules.CLOUD_OF_COMPANY or word == "meta":
                    return word
        return ""

    def before(self, found: _Phrase) -> str:
        """The word before it, or nothing."""
        return found[self.start - 1] if self.start else ""

    def after(self, found: _Phrase) -> str:
        """The word after it, or nothing."""
        return found[self.end] if self.end < len(found) else ""


def _says_nothing_else(alias: Alias) -> bool:
    return alias.answer is Answer.ASK and alias.host is None and alias.developer is None


def is_one_of_many(alias: Alias) -> bool:
    """Whether it is asked about as one of a kind ("an application …"), not as a company."""
    return _says_nothing_else(alias) and (alias.product or "").startswith(("a ", "an "))


class PhraseBook:
    """The aliases and model names by their first word, longest first.

    ``models`` are names from the catalogue; an alias of the same words comes before them.
    """

    def __init__(self, aliases: Iterable[Alias], models: Iterable[Alias] = ()) -> None:
        self._by_first_word: dict[str, list[tuple[_Phrase, Alias]]] = {}
        aliases = tuple(aliases)
        whole = {words(alias.text) for alias in aliases}
        for alias in (*models, *aliases):
            named = words(alias.text)
            phrase = without_legal_form(named)
            # "Gemini Ltd" is a firm of its own where "Gemini" is known as well.
            if phrase and (phrase == named or phrase not in whole):
                self._by_first_word.setdefault(phrase[0], []).append((phrase, alias))
        for entries in self._by_first_word.values():
            # A later alias of the same words replaces an earlier one: an analyst's word is final.
            entries.reverse()
            entries.sort(key=lambda entry: -len(entry[0]))
        single = [
            (phrase[0], alias)
            for entries in self._by_first_word.values()
            for phrase, alias in entries
            if len(phrase) == 1
        ]
        self._unspaced = _unspaced_names(name for name, _ in single)
        self._glued = {
            name
            for name, alias in single
            if name.isalpha() and alias.answer is not Answer.NO and len(name) >= _GLUED_LETTERS
        }

    def parted(self, found: _Phrase) -> _Phrase:
        """``found`` with known names cut out of words that hold them unspaced.

        ``杭州深度求索人工智能`` holds 深度求索; ``azureai`` is ``azure`` and ``ai``.
        """
        result: list[str] = []
        for word in found:
            if not word.isascii() and self._unspaced is not None:
                for piece in filter(None, self._unspaced.split(word)):
                    result += self._unglued_company(piece) or unspaced_words(piece)
            elif word in self._by_first_word or len(word) <= _GLUED_LETTERS:
                result.append(word)
            else:
                result += self._unglued(word)
        return tuple(result)

    def _unglued_company(self, word: str) -> list[str]:
        """구글코리아 is 구글 and 코리아."""
        for cut in range(2, len(word)):
            if word[:cut] in self._by_first_word and word[cut:] in PLACES | LEGAL_FORMS:
                return [word[:cut], word[cut:]]
        return []

    def _unglued(self, word: str) -> list[str]:
        for cut in range(_GLUED_LETTERS, len(word) - 1):
            head, tail = word[:cut], word[cut:]
            if head in self._glued and (tail in _GLUED_TAILS or tail in self._glued):
                return [head, tail]
        return [word]

    def mentions(self, found: _Phrase) -> tuple[Mention, ...]:
        """Every mention in ``found``, none overlapping another, in order."""
        models = _model_mentions(found)
        result: list[Mention] = []
        position = 0
        while position < len(found):
            mention = self._longest(found, position)
            model = models.get(position)
            if model and (mention is None or model.end >= mention.end):
                mention = model
            if mention is None:
                position += 1
            else:
                result.append(mention)
                position = mention.end
        return tuple(result)

    def _longest(self, found: _Phrase, position: int) -> Mention | None:
        for phrase, alias in self._by_first_word.get(found[position], ()):
            end = position + len(phrase)
            if found[position:end] == phrase:
                return Mention(position, end, alias, _is_ordinary(phrase, alias))
        return None


def _unspaced_names(single: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that splits a word at the names known in unspaced scripts, longest first."""
    names = set()
    for name in single:
        chinese = "\u3400" <= name[0] <= "\u9fff"
        if not name.isascii() and len(name) >= (
            _CHINESE_CHARACTERS if chinese else _UNSPACED_LETTERS
        ):
            names.add(name)
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})") if names else None


def _is_ordinary(phrase: _Phrase, alias: Alias) -> bool:
    if alias.source == CATALOGUE:
        return len(phrase) < 3 and phrase[0] not in rules.DISTINCTIVE_FAMILIES
    if len(phrase) > 1:
        return " ".join(phrase) in rules.ORDINARY_PHRASES
    # One of many with a short name of letters only: other firms bear it as well.
    plain = alias.text.isalpha() and len(alias.text) < _PECULIAR_LETTERS and is_one_of_many(alias)
    return alias.source == MISSPELLINGS or phrase[0] in rules.ORDINARY_WORDS or plain


def _model_mentions(found: _Phrase) -> dict[int, Mention]:
    """Model names by the position of their first word."""
    starts = word_starts(found)
    result: dict[int, Mention] = {}
    for family in rules.MODEL_PATTERNS:
        for match in family.pattern.finditer(" ".join(found)):
            start = starts.get(match.start())
            if start is None:
                continue
            end = start + len(match.group().split())
            if start not in result or end > result[start].end:
                alias = Alias(
                    text="",
                    answer=Answer.YES,
                    developer=family.developer,
                    host=family.host,
                    product=None,
                    source="model name",
                )
                ordinary = found[start] in _FAMILIES_OF_CLAUDE
                result[start] = Mention(start, end, alias, ordinary)
    return result


def word_starts(found: _Phrase) -> dict[int, int]:
    """The number of each word by where it starts in the words joined by spaces."""
    starts: dict[int, int] = {}
    offset = 0
    for index, word in enumerate(found):
        starts[offset] = index
        offset += len(word) + 1
    return starts
