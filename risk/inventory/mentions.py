"""The providers, products and models that a text mentions, and which of these brands count.

Words are compared whole, so "Medicare Enrollment" does not contain "llm" and Capgemini is not
Gemini. The longest phrase wins: "Google Workspace" is not Google. Many brands are ordinary words or
other firms' names: Gemini is a constellation, Claude a first name, Azure a colour. Such a word
counts only when nothing unrelated stands beside it, or when the text says that its model is meant.
"""

import itertools
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
#: A word of so many letters and digits, so many of them digits, is the number of a contract.
_REFERENCE_LETTERS, _REFERENCE_DIGITS = 8, 3
#: "Mistral Services AG" is another firm than Mistral AI.
_FIRMS_CALL_THEMSELVES = frozenset({"service", "services", "solutions", "business", "commercial"})
#: "Opus 3 Artists" is an agency: the family alone and a number are sure where nothing else is.
_FAMILIES_OF_CLAUDE = ("opus", "sonnet", "haiku")
_CLOUDS = ("Microsoft Azure", "Amazon Web Services", "Google Cloud")
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
        return _says_nothing_else(self.alias) and not _is_one_of_many(self.alias)

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


def _is_one_of_many(alias: Alias) -> bool:
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
    plain = alias.text.isalpha() and len(alias.text) < _PECULIAR_LETTERS and _is_one_of_many(alias)
    return alias.source == MISSPELLINGS or phrase[0] in rules.ORDINARY_WORDS or plain


def _model_mentions(found: _Phrase) -> dict[int, Mention]:
    """Model names by the position of their first word."""
    starts = _starts(found)
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


def _starts(found: _Phrase) -> dict[int, int]:
    """The number of each word by where it starts in the words joined by spaces."""
    starts: dict[int, int] = {}
    offset = 0
    for index, word in enumerate(found):
        starts[offset] = index
        offset += len(word) + 1
    return starts


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
    starts = _starts(found)
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
        (one.alias.answer is Answer.NO or _is_one_of_many(one.alias))
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
