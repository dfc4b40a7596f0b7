"""Finding the providers, products and models that a text mentions, word by word.

Words are compared whole, so "Medicare Enrollment" does not contain "llm" and Capgemini is not
Gemini. The longest phrase wins: "Google Workspace" is not Google.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from risk.catalog.records import UNSPECIFIED, Alias, Answer
from risk.inventory.name_rules import (
    CLOUD_OF_COMPANY,
    DISTINCTIVE_FAMILIES,
    MODEL_PATTERNS,
    ORDINARY_PHRASES,
    ORDINARY_WORDS,
    PLATFORM_PRODUCTS,
)
from risk.inventory.name_text import without_legal_form, words

#: The source of an alias that is a model's name in the catalogue.
CATALOGUE = "catalogue of models"
#: The source of an alias that is a frequent slip; another firm may well be called so.
MISSPELLINGS = "frequent misspellings"


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
        return alias.developer in (None, UNSPECIFIED) or alias.product in PLATFORM_PRODUCTS

    @property
    def names_developer(self) -> bool:
        """Whether it says whose model it is."""
        return self.alias.answer is Answer.YES and not self.is_platform

    @property
    def fixes_host(self) -> bool:
        """Whether the product is sold by another than its developer (Azure OpenAI, Copilot)."""
        alias = self.alias
        return self.names_developer and alias.host not in (alias.developer, UNSPECIFIED, None)


#: A name of this many letters is found inside a longer word; two Chinese characters are enough.
_UNSPACED_LETTERS = 3
_CHINESE_CHARACTERS = 2
#: An application with a name this long is seldom called like another firm.
_PECULIAR_LETTERS = 8
#: Parts of a word written as one ("AzureAI", "VertexGemini") have at least this many letters.
_GLUED_LETTERS = 4
_GLUED_TAILS = ("api", "business", "enterprise", "team", "teams", "plus", "pro")


class PhraseBook:
    """The aliases and model names by their first word, longest first.

    ``models`` are names from the catalogue; an alias of the same words comes before them.
    """

    def __init__(self, aliases: Iterable[Alias], models: Iterable[Alias] = ()) -> None:
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], Alias]]] = {}
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
        self._unspaced = _unspaced_names(self._by_first_word)
        self._glued = {
            phrase[0]
            for entries in self._by_first_word.values()
            for phrase, alias in entries
            if len(phrase) == 1 and phrase[0].isalpha() and alias.answer is not Answer.NO
            if len(phrase[0]) >= _GLUED_LETTERS
        }

    def parted(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """``found`` with known names cut out of words that hold them unspaced.

        ``杭州深度求索人工智能`` holds 深度求索; ``azureai`` is ``azure`` and ``ai``.
        """
        result: list[str] = []
        for word in found:
            if not word.isascii() and self._unspaced is not None:
                result += [piece for piece in self._unspaced.split(word) if piece]
            elif word in self._by_first_word or len(word) <= _GLUED_LETTERS:
                result.append(word)
            else:
                result += self._unglued(word)
        return tuple(result)

    def _unglued(self, word: str) -> list[str]:
        for cut in range(_GLUED_LETTERS, len(word) - 1):
            head, tail = word[:cut], word[cut:]
            if head in self._glued and (tail in ("ai", *_GLUED_TAILS) or tail in self._glued):
                return [head, tail]
        return [word]

    def mentions(self, found: tuple[str, ...]) -> tuple[Mention, ...]:
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

    def _longest(self, found: tuple[str, ...], position: int) -> Mention | None:
        for phrase, alias in self._by_first_word.get(found[position], ()):
            end = position + len(phrase)
            if found[position:end] == phrase:
                return Mention(position, end, alias, _is_ordinary(phrase, alias))
        return None


def _unspaced_names(
    by_first_word: dict[str, list[tuple[tuple[str, ...], Alias]]],
) -> re.Pattern[str] | None:
    """A pattern that splits a word at the names known in unspaced scripts, longest first."""
    names = {
        phrase[0]
        for entries in by_first_word.values()
        for phrase, _ in entries
        if len(phrase) == 1 and not phrase[0].isascii() and len(phrase[0]) >= _fewest(phrase[0])
    }
    if not names:
        return None
    return re.compile(f"({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})")


def _fewest(name: str) -> int:
    return _CHINESE_CHARACTERS if "\u3400" <= name[0] <= "\u9fff" else _UNSPACED_LETTERS


def _is_ordinary(phrase: tuple[str, ...], alias: Alias) -> bool:
    if alias.source == CATALOGUE:
        return len(phrase) < 3 and phrase[0] not in DISTINCTIVE_FAMILIES
    if len(phrase) == 1:
        if alias.source == MISSPELLINGS:
            return True
        return phrase[0] in ORDINARY_WORDS or _is_plain_word(alias)
    return " ".join(phrase) in ORDINARY_PHRASES


def is_company(mention: Mention) -> bool:
    """Whether the mention is a bare company name, which says neither model nor host."""
    return _says_nothing_else(mention.alias) and not _is_one_of_many(mention.alias)


def _says_nothing_else(alias: Alias) -> bool:
    return alias.answer is Answer.ASK and alias.host is None and alias.developer is None


def _is_one_of_many(alias: Alias) -> bool:
    """Whether it is asked about as one of a kind ("an application …"), not as a company."""
    return _says_nothing_else(alias) and (alias.product or "").startswith(("a ", "an "))


def _is_plain_word(alias: Alias) -> bool:
    """Whether one of many has a short name of letters only, which other firms bear as well."""
    return _is_one_of_many(alias) and alias.text.isalpha() and len(alias.text) < _PECULIAR_LETTERS


def company_word(mention: Mention, found: tuple[str, ...]) -> str:
    """The word by which the rules know the company of a bare company name."""
    if not is_company(mention):
        return ""
    for word in (found[mention.start], (mention.alias.product or "").casefold()):
        if word in CLOUD_OF_COMPANY or word == "meta":
            return word
    return ""


def _model_mentions(found: tuple[str, ...]) -> dict[int, Mention]:
    """Model names by the position of their first word."""
    joined = " ".join(found)
    starts: dict[int, int] = {}
    offset = 0
    for index, word in enumerate(found):
        starts[offset] = index
        offset += len(word) + 1
    result: dict[int, Mention] = {}
    for family in MODEL_PATTERNS:
        for match in family.pattern.finditer(joined):
            start = starts.get(match.start())
            if start is None:
                continue
            end = start + len(match.group().split())
            if start not in result or end > result[start].end:
                result[start] = Mention(start, end, _model_alias(family.developer, family.host))
    return result


def _model_alias(developer: str, host: str) -> Alias:
    return Alias(
        text="",
        answer=Answer.YES,
        developer=developer,
        host=host,
        product=None,
        source="model name",
    )
