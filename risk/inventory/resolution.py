"""From the text in a provider cell to developer, host and product: yes, no, or ask.

Three steps, and the first that speaks decides. (1) The whole name is an alias. (2) The words in it
mention aliases or model names (:mod:`risk.inventory.judgement`). (3) It is a misspelling of a
distinctive name (:mod:`risk.inventory.misspellings`). Anything else is "no": precision before
recall, because a wrong "yes" puts a startup on the wrong list. What programs write (model ids,
package URLs) is spelt out first (:mod:`risk.inventory.machine_names`).
"""

from dataclasses import replace
from functools import lru_cache

from risk.catalog.records import Alias, Answer, Catalog
from risk.inventory.judgement import (
    ASK_CONFIDENCE,
    UNKNOWN_CONFIDENCE,
    judge,
)
from risk.inventory.machine_names import spelt_out
from risk.inventory.mentions import PhraseBook
from risk.inventory.misspellings import Misspellings, respelt
from risk.inventory.model_names import ModelNames, catalogue_aliases, model_alias
from risk.inventory.name_rules import INSTEAD_OF
from risk.inventory.name_text import (
    fold,
    name_key,
    skeleton,
    without_address,
    without_inner_legal_forms,
    words,
)
from risk.inventory.named_together import in_company
from risk.inventory.product_lists import joined_as_one_name, product_parts
from risk.inventory.records import Resolution
from risk.inventory.trust import Reading, names_a_firm, read_mentions

ALIAS_CONFIDENCE = 0.98
MISSPELT_CONFIDENCE = 0.7
REMEMBERED_TEXTS = 200_000
_LONGEST_MODEL_NAME = 60


class Resolver:
    """Reads provider texts against the aliases and models of ``catalog``.

    ``resolve`` and ``resolve_all`` remember what they answered (``REMEMBERED_TEXTS`` texts), so
    the same name in a million rows is judged once. An alias that comes later in
    ``catalog.aliases`` replaces an earlier one of the same text.
    """

    def __init__(self, catalog: Catalog) -> None:
        # "Gemini Ltd" decided to be another firm says nothing about plain "Gemini".
        self._aliases = {name_key(alias.text): alias for alias in reversed(catalog.aliases)}
        self._aliases |= {
            name_key(alias.text): alias
            for alias in catalog.aliases
            if name_key(alias.text) == " ".join(words(alias.text))
        }
        self._aliases.pop("", None)
        self._spellings = {fold(alias.text): alias for alias in catalog.aliases}
        self._book = PhraseBook(catalog.aliases, catalogue_aliases(catalog))
        self._misspellings = Misspellings(self._aliases)
        self._models = catalog.models
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

    def names_a_provider(self, text: str) -> bool:
        """Whether ``text`` names a language model's provider, or a cloud or company by its name."""
        resolution = self.resolve(text)
        known = resolution.confidence >= ALIAS_CONFIDENCE
        return resolution.answer is Answer.YES or (resolution.answer is Answer.ASK and known)

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
        plain = INSTEAD_OF.sub("", spelt_out(text))
        parts = product_parts(plain)
        if len(parts) > 1 and not joined_as_one_name(plain, parts, self._is_known):
            judged = [self._one(part) for part in parts]
            found = in_company(judged, plain)
            if any(resolution.answer is not Answer.NO for resolution in found):
                return found
            if any(resolution.confidence > UNKNOWN_CONFIDENCE for resolution in found):
                return found
        return self._one(plain)

    def _is_known(self, part: str) -> bool:
        found = self._one(part)
        return any(r.answer is not Answer.NO or r.confidence > UNKNOWN_CONFIDENCE for r in found)

    def _one(self, text: str) -> tuple[Resolution, ...]:
        """The resolutions of a text that is not a list."""
        found = self._book.parted(words(without_address(text)))
        exact = None if names_a_firm(found) else self._exact(text)
        if exact is not None:
            return (exact,)
        reading = read_mentions(text, without_inner_legal_forms(found), self._book)
        disguised = self._disguised(text, reading)
        if disguised is not None:
            return (disguised,)
        return self._misspelt(reading) or judge(reading) or self._model(text) or (_unknown(text),)

    def _exact(self, text: str) -> Resolution | None:
        alias = self._aliases.get(name_key(text))
        return None if alias is None else _from_alias(text, alias)

    def _model(self, text: str) -> tuple[Resolution, ...]:
        """The model of the catalogue whose name is the whole text, if it has a number or hyphen."""
        machine_made = "-" in text and " " not in text.strip()
        numbered = any(letter.isdigit() for letter in text)
        if not (numbered or machine_made) or len(text) > _LONGEST_MODEL_NAME:
            return ()
        name = self._model_name(text, None)
        if name is None:
            return ()
        alias = model_alias(self._models[name])
        return (replace(_from_alias(text, alias), product=name, reason=f"names the model {name}"),)

    def _disguised(self, text: str, reading: Reading) -> Resolution | None:
        """A Latin brand written with Cyrillic or Greek letters is asked about, never merged."""
        if text.isascii() or skeleton(text) == text:
            return None
        if any(mention.alias.answer is Answer.YES for mention in reading.mentions):
            return None
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

    def _misspelt(self, reading: Reading) -> tuple[Resolution, ...]:
        """What the text says once its slips are put right, if everything in it is then known."""
        if not reading.mentions:
            likeness = self._misspellings.whole_name(reading.found)
            if likeness is not None:
                return (
                    replace(
                        _from_alias(reading.text, likeness.alias),
                        confidence=round(likeness.similarity * 0.9, 2),
                        reason=f"taken for a misspelling of {likeness.alias.text}",
                    ),
                )
        if not reading.unrelated:
            return ()
        better = respelt(reading.found, frozenset(reading.unrelated))
        if better == reading.found:
            return ()
        mended = read_mentions(reading.text, better, self._book)
        if mended.unrelated or len(mended.found) < 2 or not mended.mentions:
            return ()
        if len(mended.mentions) < 2 and not _is_one_phrase(mended):
            return ()
        reason = f"read as {' '.join(better)}, a misspelling put right"
        return tuple(
            replace(resolution, confidence=MISSPELT_CONFIDENCE, reason=reason)
            for resolution in judge(mended)
            if resolution.answer is not Answer.NO
        )


def _is_one_phrase(reading: Reading) -> bool:
    """Whether the one mention takes two words or more: "amazon bedrok", "claude sonet"."""
    return any(mention.end - mention.start > 1 for mention in reading.mentions)


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
