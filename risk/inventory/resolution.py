"""Resolution of the text in a provider cell to developer, host and product: yes, no, or ask.

Three steps, and the first that speaks decides. (1) The whole name is an alias. (2) The words in it
mention aliases or model names (:mod:`risk.inventory.judgement`). (3) It is a misspelling of a
distinctive name (:mod:`risk.inventory.misspellings`). Anything else is "no": precision before
recall, because a wrong "yes" puts a startup on the wrong list. What programs write (model ids,
package URLs) is spelt out first (:mod:`risk.inventory.machine_names`).
"""

import re
from dataclasses import replace
from functools import lru_cache

from risk.catalog.model_names import model_key
from risk.catalog.records import UNSPECIFIED, Alias, Answer, Catalog, Model
from risk.inventory.judgement import ASK_CONFIDENCE, UNKNOWN_CONFIDENCE, judge
from risk.inventory.machine_names import spelt_out
from risk.inventory.mentions import CATALOGUE, PhraseBook
from risk.inventory.misspellings import Misspellings, respelt
from risk.inventory.name_rules import (
    ASSISTANTS,
    CONTEXT_WORDS,
    FROM_TO,
    INSTEAD_OF,
    NOT_BUT,
    ORDINARY_PHRASES,
    ORDINARY_WORDS,
    PRODUCT_WORDS,
    REPLACED_BY,
    SELF_HOSTED_WORDS,
    STILL_TO_COME,
    TO_FROM,
)
from risk.inventory.name_text import (
    fold,
    name_key,
    skeleton,
    without_address,
    without_inner_legal_forms,
    without_local_company,
    words,
)
from risk.inventory.not_stated import is_not_stated, remarks_that_nobody_is_named
from risk.inventory.product_lists import (
    fallback_in,
    in_company,
    joined_as_one_name,
    product_parts,
)
from risk.inventory.readings import Reading, names_a_firm, read_mentions
from risk.inventory.records import Resolution
from risk.inventory.shipped import word_list
from risk.inventory.states_of_use import name_and_remark, says_a_state, without_state_of_use

#: What stands for the provider of a record whose cell is empty.
NOBODY = "not stated"
ALIAS_CONFIDENCE = 0.98
MISSPELT_CONFIDENCE = 0.7
REMEMBERED_TEXTS = 200_000
_LONGEST_MODEL_NAME = 60
_SAYS_IT_MOVED = re.compile(r"[\s,(\[–-]+(?:migrated|switched|replaced|moved)$", re.I)
_WITH = re.compile(r"\s+(?:with|w/|mit|avec|con|serving)\s+", re.I)
_PUNCTUATION = re.compile(r"[\W_]+")
_DATE_TAIL = re.compile(r"(?:[-@ ](?:20\d{6}|20\d\d-\d\d-\d\d|latest|v\d+(?::\d+)?))+$")
_VENDOR_HEAD = re.compile(r"^(?:[a-z]+/|(?:[a-z]+\.)+(?=[a-z]+[-\d]))")
_SERVE_THEIR_OWN = frozenset(word_list("serves its own"))
#: Where a developer's models are called if its own name is not a host's.
_SOLD_AT = {"Amazon": "Amazon Web Services", "Microsoft": "Microsoft Azure"}
_TOO_ORDINARY = frozenset(word_list("too ordinary"))


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
        self._book = PhraseBook(catalog.aliases, _catalogue_aliases(catalog))
        self._misspellings = Misspellings(self._aliases)
        self._models = catalog.models
        self._model_name = lru_cache(maxsize=REMEMBERED_TEXTS)(_ModelNames(catalog).find)
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
        return _is_known(self.resolve(text))

    def parts_nobody_knows(self, text: str) -> tuple[str, ...]:
        """Of a text that lists several names, those of which no alias and no rule says anything."""
        found = self.resolve_all(text)
        return tuple(one.text for one in found if not _is_known(one)) if len(found) > 1 else ()

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
        if is_not_stated(text):
            return (_nobody_named(text),)
        found = self._named_in(INSTEAD_OF.sub("", self._what_replaced_it(spelt_out(text))))
        if not any(map(_is_known, found)) and remarks_that_nobody_is_named(text):
            return (_nobody_named(text),)
        return found

    def _named_in(self, text: str) -> tuple[Resolution, ...]:
        """The resolutions of a text that may be a list and may say how the use goes."""
        plain = self._without_remark(without_state_of_use(text))
        parts = self._at_one_host(plain) or product_parts(plain)
        if len(parts) > 1:
            judged = {part: self._one(self._named_by(part)) for part in parts}
            unknown = [
                part
                for part in parts
                if not any(map(_is_known, judged[part]))
                and not CONTEXT_WORDS.issuperset(words(part))
            ]
            found = in_company([judged[part] for part in parts], plain)
            if not joined_as_one_name(plain, parts, unknown) and any(map(_is_known, found)):
                return found
            return self._one(plain)
        # A region behind the name is cut off: "Azure OpenAI, West Europe".
        return self._one(parts[0] if parts else plain)

    def _named_by(self, part: str) -> str:
        """A part of a list without what is said of its use; that it is a backup stays."""
        if fallback_in(part) is not None:
            return part
        return self._without_remark(without_state_of_use(part))

    def _without_remark(self, text: str) -> str:
        """Of "Claude (rolled out to 200 staff)" the name: an assistant's, and how its use goes."""
        name, remark = name_and_remark(text)
        if not remark or words(name)[:1] == () or words(name)[0] not in ASSISTANTS:
            return text
        alias = self._aliases.get(name_key(name))
        said = words(remark)
        others = any(one.alias.answer is not Answer.NO for one in self._book.mentions(said))
        hosted = SELF_HOSTED_WORDS.search(" ".join(said)) is not None
        if alias is None or alias.answer is not Answer.YES or others or hosted:
            return text
        return name if says_a_state(said) else text

    def _at_one_host(self, text: str) -> tuple[str, ...]:
        """The parts of "OpenRouter: Claude & GPT-4o", each at the platform named first."""
        platform, listed = name_and_remark(_WITH.sub(": ", text, count=1))
        parts = product_parts(listed) if listed and words(platform) else ()
        if len(parts) < 2 or "," in platform:
            return ()
        where = self._one(platform)[0]
        if where.host is None or where.developer not in (UNSPECIFIED, None):
            return ()
        named = [one for part in parts for one in self._one(part)]
        at_home = all(
            one.answer is Answer.YES and one.host in (one.developer, UNSPECIFIED, where.host)
            for one in named
        )
        return tuple(f"{part} on {platform}" for part in parts) if at_home else ()

    def _what_replaced_it(self, text: str) -> str:
        """Of "OpenAI, replaced by Claude" the end, where that names whose model it is."""
        text = TO_FROM.sub(r"\1", STILL_TO_COME.sub("", text) or text)
        replaced = REPLACED_BY.match(text) or NOT_BUT.match(text) or FROM_TO.match(text)
        if replaced is None:
            return text
        rest = _SAYS_IT_MOVED.sub("", text[replaced.end() :].rstrip(" )].")).rstrip(" ([,")
        named = any(
            one.answer is Answer.YES and one.developer not in (None, UNSPECIFIED)
            for one in self._one(rest)
        )
        return rest if named else text

    def _one(self, text: str) -> tuple[Resolution, ...]:
        """The resolutions of a text that is not a list."""
        found = self._book.parted(words(without_address(text)))
        alias = None if names_a_firm(found) else self._aliases.get(name_key(text))
        if alias is not None:
            return (_from_alias(text, alias),)
        company = self._company(found)
        if company is not None:
            return (_from_alias(text, company),)
        reading = read_mentions(text, without_inner_legal_forms(found), self._book)
        disguised = self._disguised(text, reading)
        if disguised is not None:
            return (disguised,)
        unknown = Resolution(
            text=text,
            answer=Answer.NO,
            confidence=UNKNOWN_CONFIDENCE,
            reason="no language model or provider that we know is named in it",
        )
        return self._misspelt(reading) or judge(reading) or self._model(text) or (unknown,)

    def _company(self, found: tuple[str, ...]) -> Alias | None:
        """The company whose local company ``found`` names: all of them have one answer.

        A brand that is an ordinary word or a product may be another firm's name: it is only asked
        about.
        """
        bare = without_local_company(found)
        if len(bare) == len(found):
            return None
        company = self._aliases.get(" ".join(bare))
        ordinary = bare[0] in ORDINARY_WORDS or " ".join(bare) in ORDINARY_PHRASES
        if bare[0] in PRODUCT_WORDS or (
            ordinary and company is not None and company.answer is not Answer.ASK
        ):
            return None
        return company

    def _model(self, text: str) -> tuple[Resolution, ...]:
        """The model of the catalogue whose name is the whole text, if it has a number or hyphen."""
        machine_made = "-" in text and " " not in text.strip()
        numbered = any(letter.isdigit() for letter in text)
        if not (numbered or machine_made) or len(text) > _LONGEST_MODEL_NAME:
            return ()
        name = self._model_name(text, None)
        if name is None:
            return ()
        alias = _model_alias(self._models[name])
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
        corrected = read_mentions(reading.text, better, self._book)
        if corrected.unrelated or len(corrected.found) < 2 or not corrected.mentions:
            return ()
        # One mention must take two words or more: "amazon bedrok", "claude sonet".
        if len(corrected.mentions) < 2 and all(
            one.end - one.start < 2 for one in corrected.mentions
        ):
            return ()
        reason = f"read as {' '.join(better)}, a misspelling put right"
        return tuple(
            replace(resolution, confidence=MISSPELT_CONFIDENCE, reason=reason)
            for resolution in judge(corrected)
            if resolution.answer is not Answer.NO
        )


def _nobody_named(text: str) -> Resolution:
    return Resolution(
        text=text,
        answer=Answer.ASK,
        confidence=ASK_CONFIDENCE,
        reason="nobody is named; write who provides it",
    )


def is_vague(resolution: Resolution) -> bool:
    """Whether a text names nobody: "N/A", "in-house", "an LLM provider"."""
    named = resolution.developer or resolution.host or resolution.product
    return resolution.answer is Answer.ASK and not named


def _is_known(resolution: Resolution) -> bool:
    return resolution.answer is not Answer.NO or resolution.confidence > UNKNOWN_CONFIDENCE


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


def _catalogue_aliases(catalog: Catalog) -> tuple[Alias, ...]:
    """The names of models of three words or with a number, to be found in texts as aliases are."""
    return tuple(
        _model_alias(model)
        for model in catalog.models.values()
        if (named := words(model.name))
        and len(named) > 1
        and not (len(named) == 2 and named[0] in _TOO_ORDINARY)
        and (len(named) > 2 or any(w[-1].isdigit() or w[0].isdigit() for w in named[1:]))
    )


def _model_alias(model: Model) -> Alias:
    """The model as an alias; the host is left open where its weights are served by many."""
    open_to_all = model.open_weights and model.developer not in _SERVE_THEIR_OWN
    own = _SOLD_AT.get(model.developer, model.developer)
    return Alias(
        text=model.name,
        answer=Answer.YES,
        developer=model.developer,
        host=UNSPECIFIED if open_to_all else own,
        product=None,
        source=CATALOGUE,
    )


class _ModelNames:
    """The models of a catalogue by their letters and digits alone."""

    def __init__(self, catalog: Catalog) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self._keys: dict[str, dict[str, str]] = {}
        for name, model in catalog.models.items():
            for spelling in {name, model.name}:
                self._names.setdefault(_squashed(spelling), {})[model.developer] = name
                self._keys.setdefault(model_key(spelling), {})[model.developer] = name

    def find(self, text: str, developer: str | None) -> str | None:
        """The model written as ``text``, of ``developer`` if given; None if unknown or in doubt.

        A vendor prefix (``openai/gpt-4o``) and a dated tail (``-2024-08-06``) may be there.
        """
        plain = fold(text).strip()
        bare = _VENDOR_HEAD.sub("", plain.rsplit("/", 1)[-1])
        spellings = [self._names.get(_squashed(s)) for s in (plain, bare, _DATE_TAIL.sub("", bare))]
        for by_developer in (*spellings, self._keys.get(model_key(plain)) if plain else None):
            if not by_developer:
                continue
            if developer in by_developer:
                return by_developer[developer]
            if developer is None and len(set(by_developer.values())) == 1:
                return next(iter(by_developer.values()))
        return None


def _squashed(text: str) -> str:
    return _PUNCTUATION.sub("", fold(text))
