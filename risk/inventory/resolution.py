"""From the text in a provider cell to developer, host and product: yes, no, or ask.

Three steps, and the first that speaks decides. (1) The whole name is an alias. (2) The words in it
mention aliases or model names (:mod:`risk.inventory.judgement`). (3) It is a misspelling of a
distinctive name, by rapidfuzz at or above ``FUZZY_SIMILARITY``. Anything else is "no": precision
before recall, because a wrong "yes" puts a startup on the wrong list.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from risk.catalog.records import UNSPECIFIED, Alias, Answer, Catalog
from risk.inventory import name_rules as rules
from risk.inventory.judgement import (
    ASK_CONFIDENCE,
    COMPANY_CONFIDENCE,
    UNKNOWN_CONFIDENCE,
    judge,
    read_mentions,
)
from risk.inventory.mentions import PhraseBook
from risk.inventory.model_names import ModelNames
from risk.inventory.name_text import fold, name_key, skeleton, without_address, words
from risk.inventory.product_lists import product_parts
from risk.inventory.records import Resolution

#: A misspelling must have at least this share of its letters right (1 - edits / longer length,
#: a swap of neighbours counting as one edit). One edit in eight letters passes, two do not.
FUZZY_SIMILARITY = 0.85
#: Shorter names are never matched by likeness: too many words are one letter from "Groq".
FUZZY_LETTERS = 8
#: An ordinary word of this length ("perplexity") is recognised when misspelt.
PECULIAR_LETTERS = 10
ALIAS_CONFIDENCE = 0.98
REMEMBERED_TEXTS = 200_000


class Resolver:
    """Reads provider texts against the aliases and models of ``catalog``.

    ``resolve`` and ``resolve_all`` remember what they answered (``REMEMBERED_TEXTS`` texts), so
    the same name in a million rows is judged once. An alias that comes later in
    ``catalog.aliases`` replaces an earlier one of the same text.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._aliases = {name_key(alias.text): alias for alias in catalog.aliases}
        self._aliases.pop("", None)
        self._spellings = {fold(alias.text): alias for alias in catalog.aliases}
        self._book = PhraseBook(catalog.aliases)
        self._distinctive = _distinctive_names(self._aliases)
        self._model_name = lru_cache(maxsize=REMEMBERED_TEXTS)(ModelNames(catalog).find)
        self._remembered = lru_cache(maxsize=REMEMBERED_TEXTS)(self._resolve_all)
        self._remembered_one = lru_cache(maxsize=REMEMBERED_TEXTS)(self._resolve)

    def resolve(self, text: str) -> Resolution:
        """What ``text`` stands for; of several products the first language model."""
        return self._remembered_one(text)

    def resolve_all(self, text: str) -> tuple[Resolution, ...]:
        """Every product named in ``text``, in order; one "no" where nothing is known."""
        return self._remembered(text)

    def resolve_model(self, text: str, developer: str | None = None) -> str | None:
        """The catalogue's name of the model meant by ``text``, or None if it has none."""
        return self._model_name(text, developer)

    def knows(self, text: str) -> bool:
        """Whether an alias or a rule said what ``text`` is, rather than nothing being known."""
        resolution = self.resolve(text)
        return resolution.answer is not Answer.NO or resolution.confidence > UNKNOWN_CONFIDENCE

    def _resolve(self, text: str) -> Resolution:
        found = self._remembered(text)
        for answer in (Answer.YES, Answer.ASK):
            for resolution in found:
                if resolution.answer is answer:
                    return replace(resolution, text=text)
        return replace(found[0], text=text)

    def _resolve_all(self, text: str) -> tuple[Resolution, ...]:
        spelt = self._spellings.get(fold(text).strip())
        if spelt is not None:
            return (_from_alias(text, spelt),)
        parts = product_parts(text)
        if len(parts) > 1:
            judged = [self._one(part) for part in parts]
            found = _in_company(judged)
            if any(resolution.answer is not Answer.NO for resolution in found):
                return found
            if any(resolution.confidence > UNKNOWN_CONFIDENCE for resolution in found):
                return found
        return self._one(text)

    def _one(self, text: str) -> tuple[Resolution, ...]:
        """The resolutions of a text that is not a list."""
        exact = self._exact(text)
        if exact is not None:
            return (exact,)
        if skeleton(text) != text and text.isascii() is False:
            disguised = self._disguised(text)
            if disguised is not None:
                return (disguised,)
        found = words(without_address(text))
        reading = read_mentions(text, found, self._book)
        misspelt = None if reading.mentions else self._misspelt(text, found)
        return (misspelt,) if misspelt else judge(reading) or (_unknown(text),)

    def _exact(self, text: str) -> Resolution | None:
        alias = self._aliases.get(name_key(text))
        if alias is None:
            return None
        return _from_alias(text, alias)

    def _disguised(self, text: str) -> Resolution | None:
        """A Latin brand written with Cyrillic or Greek letters is asked about, never merged."""
        plain = self.resolve(skeleton(text))
        has_latin = any("a" <= letter <= "z" for letter in text.casefold())
        if plain.answer is Answer.NO or not has_latin:
            return None
        return Resolution(
            text=text,
            answer=Answer.ASK,
            confidence=ASK_CONFIDENCE,
            reason=f"looks like {plain.product or plain.host} but is written with letters of"
            " another script",
        )

    def _misspelt(self, text: str, found: tuple[str, ...]) -> Resolution | None:
        letters = "".join(found)
        if len(letters) < FUZZY_LETTERS or len(found) > 3:
            return None
        if rules.LANGUAGE_MODEL.search(" ".join(found)):
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
        if name[0] != letters[0]:
            return None
        # "Anthropics" and "DeepSee" are names of their own, not slips of the finger.
        if name.startswith(letters) or letters.startswith(name):
            return None
        alias = self._distinctive[name]
        return replace(
            _from_alias(text, alias),
            confidence=round(similarity * 0.9, 2),
            reason=f"taken for a misspelling of {alias.text}",
        )


def _from_alias(text: str, alias: Alias) -> Resolution:
    named = alias.product or alias.text
    reasons = {
        Answer.YES: f"known name of {named}",
        Answer.NO: "known name of a product or company that is not a language model",
        Answer.ASK: f"known name of {named}, which does not say which language model, if any",
    }
    return Resolution(
        text=text,
        answer=alias.answer,
        developer=alias.developer,
        host=alias.host,
        product=alias.product if alias.answer is not Answer.NO else None,
        confidence=ALIAS_CONFIDENCE,
        reason=reasons[alias.answer],
    )


def _unknown(text: str) -> Resolution:
    return Resolution(
        text=text,
        answer=Answer.NO,
        confidence=UNKNOWN_CONFIDENCE,
        reason="no language model or provider that we know is named in it",
    )


def _distinctive_names(aliases: dict[str, Alias]) -> dict[str, Alias]:
    """Names long and peculiar enough to recognise when misspelt, without their spaces."""
    return {
        key.replace(" ", ""): alias
        for key, alias in aliases.items()
        if alias.answer is Answer.YES
        and len(key.replace(" ", "")) >= FUZZY_LETTERS
        and (key.split()[0] not in rules.ORDINARY_WORDS or len(key) >= PECULIAR_LETTERS)
        and not any(letter.isdigit() for letter in key)
    }


def _in_company(parts: Sequence[tuple[Resolution, ...]]) -> tuple[Resolution, ...]:
    """The parts of a list read together: companies among providers, and nothing twice."""
    flat = [resolution for part in parts for resolution in part]
    named = {r.developer for r in flat if r.answer is Answer.YES and r.developer != UNSPECIFIED}
    hosts = {r.host for r in flat if r.host is not None}
    result: dict[object, Resolution] = {}
    for resolution in flat:
        company = name_key(resolution.text) if resolution.answer is Answer.ASK else ""
        family = rules.FAMILY_OF_COMPANY.get(company)
        if family and hosts & family:
            continue
        if family and named:
            resolution = _company_product(resolution, company, len(named))
        sure = {r.host for r in flat if r.answer is Answer.YES}
        if resolution.answer is Answer.ASK and resolution.host in sure - {None}:
            continue
        result.setdefault(_identity(resolution), resolution)
    return tuple(result.values())


def _identity(resolution: Resolution) -> tuple[object, ...]:
    if resolution.answer is Answer.NO or resolution.host is None:
        return (resolution.answer, name_key(resolution.text))
    return (resolution.answer, resolution.developer, resolution.host, resolution.product)


def _company_product(resolution: Resolution, company: str, others: int) -> Resolution:
    """A bare company beside ``others`` developers: its cloud beside one, its models among more."""
    if others == 1:
        cloud = rules.CLOUD_OF_COMPANY.get(company)
        developer = UNSPECIFIED if cloud else None
        return replace(
            resolution,
            developer=developer,
            host=cloud,
            product=cloud,
            confidence=ASK_CONFIDENCE,
            reason="named beside a language-model provider; its cloud or its models may be meant",
        )
    developer, host, product = rules.PRODUCT_OF_COMPANY[company]
    return replace(
        resolution,
        answer=Answer.YES,
        developer=developer,
        host=host,
        product=product,
        confidence=COMPANY_CONFIDENCE,
        reason=f"named in a list of language-model providers: {product} is meant",
    )
