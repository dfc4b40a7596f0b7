"""The mentions in one text that count, and those that may be ordinary words or other firms' names.

Many brands are ordinary words: Gemini is a constellation, Claude a first name, Azure a colour. Such
a word counts only when nothing unrelated stands beside it, or when the text says that its model is
meant.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from risk.catalog.records import Answer
from risk.inventory import name_rules as rules
from risk.inventory.mentions import Mention, PhraseBook, is_one_of_many, word_starts
from risk.inventory.name_text import LEGAL_FORMS, PLACES, words

#: A word of so many letters and digits, so many of them digits, is the number of a contract.
_REFERENCE_LETTERS, _REFERENCE_DIGITS = 8, 3
#: "Mistral Services AG" is another firm than Mistral AI.
_FIRMS_CALL_THEMSELVES = frozenset({"service", "services", "solutions", "business", "commercial"})
_CLOUDS = ("Microsoft Azure", "Amazon Web Services", "Google Cloud")
_Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """One text, its words, and the mentions in it that count.

    ``firm_of_that_name``: the text is one product's name and a legal form ("Gemini Ltd").
    """

    text: str
    found: _Phrase
    mentions: tuple[Mention, ...]
    doubtful: tuple[Mention, ...]
    unrelated: tuple[str, ...]
    firm_of_that_name: bool = False

    @property
    def unnamed(self) -> tuple[str, ...]:
        """The words outside every mention."""
        named = {at for one in self.mentions for at in range(one.start, one.end)}
        return tuple(word for at, word in enumerate(self.found) if at not in named)

    @property
    def joined(self) -> str:
        """The words with one space between them, as the patterns expect."""
        return " ".join(self.found)


def read_mentions(text: str, found: _Phrase, book: PhraseBook) -> Reading:
    """Separate the mentions that count from ordinary words that happen to be brands."""
    mentions = book.mentions(found)
    covered = {index for mention in mentions for index in range(mention.start, mention.end)}
    covered |= _where_it_runs(found) | _what_is_not_used(mentions, found)
    others = [word for index, word in enumerate(found) if index not in covered]
    unrelated = [word for word in others if not _says_nothing(word)]
    unrelated += _vendors_behind_a_brand(mentions, found)
    if any(mention.ordinary for mention in mentions):
        unrelated += rules.INITIALS.findall(text)
    firm = names_a_firm(found)
    model_at_work = bool(rules.LANGUAGE_MODEL.search(" ".join(others)))
    sure = [mention for mention in mentions if not mention.ordinary]
    model_named = any(mention.names_developer for mention in sure)
    platform_named = any(one.is_platform and one.alias.answer is Answer.YES for one in sure)
    served = _a_model_at_a_platform(mentions)
    counts: list[Mention] = []
    doubtful: list[Mention] = []
    for mention in mentions:
        trusted = (
            (not mention.ordinary or (not unrelated and not firm))
            or (model_at_work and _is_brand_of_models(mention))
            or (model_named and mention.is_platform)
            or (platform_named and mention.names_developer)
            or mention in served
            or _its_maker_is_named(mention, mentions, found)
            or _introduced(mention, found)
            or _put_to_work_on_text(mention, found)
            or _sold_to_a_sector(mention, found)
            or _put_to_work_in_brackets(mention, found, text)
            or _ends_a_heading(mention, found, text)
            or (mention.after(found) in rules.MODEL_WORDS and _is_brand_of_models(mention))
            or _followed_by_version(mention, found)
            or _alone_in_brackets(mention, text)
        )
        trusted = trusted and not (
            _runs_a_trade(mention, found)
            or _is_cut_off(mention, found)
            or _anothers_copilot(mention, mentions, found)
            or _is_a_firm_of_another_kind(mention, found)
        )
        (counts if trusted else doubtful).append(mention)
    return Reading(text, found, tuple(counts), tuple(doubtful), tuple(unrelated), firm)


def _vendors_behind_a_brand(mentions: tuple[Mention, ...], found: _Phrase) -> list[str]:
    """Vendors of an ordinary name right behind a brand of one: Mistral Windows is a glazier."""
    return [
        found[after.start]
        for brand, after in itertools.pairwise(mentions)
        if brand.ordinary
        and brand.end == after.start
        and brand.alias.host != "Microsoft"
        and " ".join(found[after.start : after.end]) in rules.ORDINARY_VENDORS
    ]


def _what_is_not_used(mentions: tuple[Mention, ...], found: _Phrase) -> set[int]:
    """The positions of "formerly", "no longer" before a name: "Claude (formerly Gemini)"."""
    positions: set[int] = set()
    for mention in mentions:
        first = max(0, mention.start - rules.WORDS_BEFORE)
        said = rules.NOT_USED.search(" ".join(found[first : mention.start]))
        if said is not None and len(mentions) > 1:
            positions |= set(range(mention.start - len(said.group().split()), mention.start))
    return positions


def _a_model_at_a_platform(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """A brand of models and a platform that are ordinary words: two of them are no chance."""
    models = [one for one in mentions if one.names_developer]
    platforms = [one for one in mentions if one.is_platform and one.alias.answer is Answer.YES]
    return (*models, *platforms) if models and platforms else ()


def _where_it_runs(found: _Phrase) -> set[int]:
    """The positions of the words that say that a model runs on the firm's own machines."""
    starts = word_starts(found)
    return {
        index
        for match in rules.SELF_HOSTED_WORDS.finditer(" ".join(found))
        for start, index in starts.items()
        if match.start() <= start < match.end()
    }


def names_a_firm(found: _Phrase) -> bool:
    """Whether ``found`` is one product's name and legal forms: a company called so."""
    named = [word for word in found if word not in LEGAL_FORMS and word not in PLACES]
    if not any(word in LEGAL_FORMS for word in found) or not named:
        return False
    serves = len(named) > 1 and all(word in _FIRMS_CALL_THEMSELVES for word in named[1:])
    product = len(named) == 1 and named[0] in rules.PRODUCT_WORDS
    return product or (serves and named[0] in rules.ORDINARY_WORDS)


def _says_nothing(word: str) -> bool:
    digits = sum(map(str.isdigit, word))
    return (
        word in rules.CONTEXT_WORDS
        or word in LEGAL_FORMS
        or word in PLACES
        or word[0].isdigit()
        or (len(word) == 1 and word.isascii())
        or (word[0] in "vx" and word[1:].isdigit())
        # The number of a contract or an order: ``nng15sd60b``.
        or (len(word) >= _REFERENCE_LETTERS and digits >= _REFERENCE_DIGITS and word.isascii())
    )


def _is_brand_of_models(mention: Mention) -> bool:
    """Whether "language model" beside the word settles its meaning; "GPT" and "modal" stay open."""
    alias = mention.alias
    is_brand = alias.answer is Answer.YES and alias.text.casefold() != "gpt"
    return alias.host in _CLOUDS or is_brand


def _its_maker_is_named(mention: Mention, mentions: Iterable[Mention], found: _Phrase) -> bool:
    """Whether the company that sells the brand stands in the text too: Microsoft, Google, Meta."""
    alias = mention.alias
    sellers = {alias.developer, alias.host}
    if alias.host == "Microsoft" and any(
        other is not mention and rules.OF_MICROSOFT.intersection(words(other.alias.text))
        for other in mentions
    ):
        return True
    families = [rules.FAMILY_OF_COMPANY.get(one.company(found), frozenset()) for one in mentions]
    clouds = {one.alias.host for one in mentions if one is not mention and not one.ordinary}
    families += [family for family in rules.FAMILY_OF_COMPANY.values() if family & clouds]
    return alias.answer is Answer.YES and any(family & sellers for family in families)


def _introduced(mention: Mention, found: _Phrase) -> bool:
    """Whether the text ends in "with Copilot", or goes "using Gemini for", "use of Claude to"."""
    before, after = mention.before(found), mention.after(found)
    ends = mention.end == len(found)
    if before == "in":
        return ends and found[0].endswith("ing")
    if before in rules.INTRODUCES_A_PROVIDER:
        return ends or (after in rules.GOES_ON and before not in ("by", "from", "on", "w"))
    used = mention.start > 1 and found[mention.start - 2] in rules.USED
    return before == "of" and used and (ends or after in rules.GOES_ON)


def _put_to_work_on_text(mention: Mention, found: _Phrase) -> bool:
    """Whether the text begins "Claude for summarising", "Gemini for drafting"."""
    goes_on = found[mention.end : mention.end + 2]
    begins = mention.start == 0 and len(goes_on) == 2 and goes_on[0] == "for"
    return begins and rules.WORK_ON_TEXT.fullmatch(goes_on[1]) is not None


def _sold_to_a_sector(mention: Mention, found: _Phrase) -> bool:
    """Whether an assistant's name goes on "for Education", "for Financial Services"."""
    named = found[mention.start] in rules.ASSISTANTS
    goes_on = [word for word in found[mention.end + 1 :] if not _says_nothing(word)]
    sold = mention.after(found) == "for" and len(found) > mention.end + 1
    return named and sold and all(word in rules.SECTORS for word in goes_on)


def _put_to_work_in_brackets(mention: Mention, found: _Phrase, text: str) -> bool:
    """Whether "(coding)" or "- translations" goes on after an assistant's name, and no more."""
    goes_on = [word for word in found[mention.end :] if not _says_nothing(word)]
    if found[mention.start] not in rules.ASSISTANTS or not rules.WORK.issuperset(goes_on):
        return False
    name = re.escape(mention.alias.text)
    return re.search(rf"^\s*{name}\s*(?:[(\[:–—]|\s-\s)", text, re.IGNORECASE) is not None


def _ends_a_heading(mention: Mention, found: _Phrase, text: str) -> bool:
    """Whether an assistant's name alone stands behind a dash or colon: "Softcat - Claude"."""
    own = _where_it_runs(found)
    rest = range(mention.end, len(found))
    if found[mention.start] not in rules.ASSISTANTS or not own.issuperset(rest):
        return False
    name = re.escape(mention.alias.text) + (r"\b" if rest else "$")
    return re.search(rf"(?:[:–—|]|\s-|\s/)\s+{name}", text.strip(), re.IGNORECASE) is not None


def _followed_by_version(mention: Mention, found: _Phrase) -> bool:
    """Whether a brand of two words goes on like a model's name: "Deep Seek R1"."""
    after = mention.after(found)
    return mention.end - mention.start > 1 and after[-1:].isdigit() and len(after) < 5


def _alone_in_brackets(mention: Mention, text: str) -> bool:
    """Whether brackets hold the company and nothing else: "Comet browser (Perplexity)"."""
    name = mention.alias.text.casefold()
    if mention.alias.answer is not Answer.YES or name in rules.PRODUCT_WORDS:
        return False
    return f"({name})" in text.casefold()


def _is_cut_off(mention: Mention, found: _Phrase) -> bool:
    """Whether "of" goes on after an ordinary word: "Claude Code of Conduct" is no Claude Code."""
    return mention.after(found) == "of" and found[mention.start] in rules.ORDINARY_WORDS


def _anothers_copilot(mention: Mention, mentions: Iterable[Mention], found: _Phrase) -> bool:
    """Whether a product of another maker than Microsoft has a copilot: "Salesforce Copilot"."""
    written = found[mention.start : mention.end]
    if written not in (("copilot",), ("co", "pilot"), ("gpt",)):
        return False
    before = [one for one in mentions if one.end == mention.start]
    if written == ("gpt",) and not before and mention.before(found) not in rules.JOINING_WORDS:
        before = [one for one in mentions if one.end < mention.start]
    return bool(before) and all(
        (one.alias.answer is Answer.NO or is_one_of_many(one.alias))
        and not rules.OF_MICROSOFT.intersection(words(one.alias.text))
        for one in before
    )


def _is_a_firm_of_another_kind(mention: Mention, found: _Phrase) -> bool:
    """Whether a kind of firm follows the brand, "ChatGPT Consulting LLC", with nothing between."""
    for word in found[mention.end : mention.end + 3]:
        if word in rules.FIRM_KINDS:
            return True
        if word in rules.JOINING_WORDS or word[0].isdigit():
            return False
    return False


def _runs_a_trade(mention: Mention, found: _Phrase) -> bool:
    """Whether a trade follows the brand with nothing between that starts another thought."""
    for word in found[mention.end : mention.end + 4]:
        if word in rules.TRADES:
            return True
        if word in rules.JOINING_WORDS or word[0].isdigit():
            return False
    return False
