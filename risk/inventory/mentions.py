"""Finding the providers, products and models that a text mentions, word by word.

Words are compared whole, so "Medicare Enrollment" does not contain "llm" and Capgemini is not
Gemini. The longest phrase wins: "Google Workspace" is not Google.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from risk.catalog.records import UNSPECIFIED, Alias, Answer
from risk.inventory.name_rules import (
    CLOUD_OF_COMPANY,
    MODEL_PATTERNS,
    ORDINARY_PHRASES,
    ORDINARY_WORDS,
    PLATFORM_PRODUCTS,
)
from risk.inventory.name_text import without_legal_form, words


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


class PhraseBook:
    """The aliases by their first word, longest first."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], Alias]]] = {}
        for alias in aliases:
            phrase = without_legal_form(words(alias.text))
            if phrase:
                self._by_first_word.setdefault(phrase[0], []).append((phrase, alias))
        for entries in self._by_first_word.values():
            # A later alias of the same words replaces an earlier one: an analyst's word is final.
            entries.reverse()
            entries.sort(key=lambda entry: -len(entry[0]))

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
                return Mention(position, end, alias, _is_ordinary(phrase))
        return None


def _is_ordinary(phrase: tuple[str, ...]) -> bool:
    if len(phrase) == 1:
        return phrase[0] in ORDINARY_WORDS
    return " ".join(phrase) in ORDINARY_PHRASES


def is_company(mention: Mention) -> bool:
    """Whether the mention is a bare company name, which says neither model nor host."""
    alias = mention.alias
    return alias.answer is Answer.ASK and alias.host is None and alias.developer is None


def company_word(mention: Mention, found: tuple[str, ...]) -> str:
    """The word by which the rules know the company of a bare company name."""
    if not is_company(mention):
        return ""
    word = found[mention.start]
    return word if word in CLOUD_OF_COMPANY or word == "meta" else ""


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
