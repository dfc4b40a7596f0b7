"""Which of the brands in a text count: many are ordinary words, or other firms' names.

Gemini is a constellation, Claude a first name, Azure a colour. Such a word counts only when
nothing unrelated stands beside it, or when the text says that its model is meant.
"""

from dataclasses import dataclass

from risk.catalog.records import Answer
from risk.inventory import name_rules as rules
from risk.inventory.mentions import Mention, PhraseBook, company_word
from risk.inventory.name_text import LEGAL_FORMS, PLACES

#: A word of so many letters and digits, so many of them digits, is the number of a contract.
_REFERENCE_LETTERS, _REFERENCE_DIGITS = 8, 3


@dataclass(frozen=True)
class Reading:
    """One text, its words, and the mentions in it that count.

    ``firm_of_that_name``: the text is one product's name and a legal form ("Gemini Ltd").
    """

    text: str
    found: tuple[str, ...]
    mentions: tuple[Mention, ...]
    doubtful: tuple[Mention, ...]
    unrelated: tuple[str, ...]
    firm_of_that_name: bool = False

    @property
    def joined(self) -> str:
        """The words with one space between them, as the patterns expect."""
        return " ".join(self.found)


def read_mentions(text: str, found: tuple[str, ...], book: PhraseBook) -> Reading:
    """Separate the mentions that count from ordinary words that happen to be brands."""
    mentions = book.mentions(found)
    covered = {index for mention in mentions for index in range(mention.start, mention.end)}
    unrelated = [
        word for index, word in enumerate(found) if index not in covered and not _says_nothing(word)
    ]
    if any(mention.ordinary for mention in mentions):
        unrelated += rules.INITIALS.findall(text)
    model_at_work = bool(rules.LANGUAGE_MODEL.search(_without_mentions(found, covered)))
    model_named = any(mention.names_developer and not mention.ordinary for mention in mentions)
    platform_named = any(
        mention.is_platform and not mention.ordinary and mention.alias.answer is Answer.YES
        for mention in mentions
    )
    firm = names_a_firm(found)
    counts: list[Mention] = []
    doubtful: list[Mention] = []
    for mention in mentions:
        trusted = (
            (not mention.ordinary or (not unrelated and not firm))
            or (model_at_work and _is_brand_of_models(mention))
            or (model_named and mention.is_platform)
            or (platform_named and mention.names_developer)
            or _its_maker_is_named(mention, mentions, found)
            or _introduced(mention, found)
            or _put_to_work_on_text(mention, found)
            or _called_a_model(mention, found)
            or _followed_by_version(mention, found)
            or _alone_in_brackets(mention, text)
        )
        trusted = trusted and not (_runs_a_trade(mention, found) or _is_cut_off(mention, found))
        (counts if trusted else doubtful).append(mention)
    return Reading(text, found, tuple(counts), tuple(doubtful), tuple(unrelated), firm)


def names_a_firm(found: tuple[str, ...]) -> bool:
    """Whether ``found`` is one product's name and legal forms: a company called so."""
    named = [word for word in found if word not in LEGAL_FORMS and word not in PLACES]
    return (
        len(named) == 1
        and named[0] in rules.PRODUCT_WORDS
        and len(found) > len([word for word in found if word not in LEGAL_FORMS])
    )


def _is_brand_of_models(mention: Mention) -> bool:
    """Whether "language model" beside the word settles its meaning; "GPT" and "modal" stay open."""
    alias = mention.alias
    clouds = alias.host in ("Microsoft Azure", "Amazon Web Services", "Google Cloud")
    return clouds or (alias.answer is Answer.YES and alias.text.casefold() != "gpt")


def _its_maker_is_named(
    mention: Mention, mentions: tuple[Mention, ...], found: tuple[str, ...]
) -> bool:
    """Whether the company that sells the brand stands in the text too: Microsoft, Google, Meta."""
    alias = mention.alias
    sellers = {alias.developer, alias.host}
    return alias.answer is Answer.YES and any(
        rules.FAMILY_OF_COMPANY.get(company_word(other, found), frozenset()) & sellers
        for other in mentions
    )


def _says_nothing(word: str) -> bool:
    return (
        word in rules.CONTEXT_WORDS
        or word in LEGAL_FORMS
        or word in PLACES
        or word[0].isdigit()
        or (len(word) == 1 and word.isascii())
        or (word[0] == "v" and word[1:].isdigit())
        or _is_reference(word)
    )


def _is_reference(word: str) -> bool:
    """Whether it is the number of a contract or an order: ``nng15sd60b``."""
    digits = sum(map(str.isdigit, word))
    return len(word) >= _REFERENCE_LETTERS and digits >= _REFERENCE_DIGITS and word.isascii()


def _without_mentions(found: tuple[str, ...], covered: set[int]) -> str:
    return " ".join(word for index, word in enumerate(found) if index not in covered)


def _introduced(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether the text ends in "with Copilot", or goes "using Gemini for", "use of Claude to"."""
    before = found[mention.start - 1] if mention.start else ""
    after = found[mention.end] if mention.end < len(found) else ""
    ends = mention.end == len(found)
    if before == "in":
        return ends and found[0].endswith("ing")
    if before in rules.INTRODUCES_A_PROVIDER:
        return ends or (after in rules.GOES_ON and before not in ("by", "from", "on", "w"))
    used = mention.start > 1 and found[mention.start - 2] in rules.USED
    return before == "of" and used and (ends or after in rules.GOES_ON)


def _put_to_work_on_text(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether the text begins "Claude for summarising", "Gemini for drafting"."""
    goes_on = found[mention.end : mention.end + 2]
    return (
        mention.start == 0
        and len(goes_on) == 2
        and goes_on[0] == "for"
        and rules.WORK_ON_TEXT.fullmatch(goes_on[1]) is not None
    )


def _called_a_model(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether "model", "LLM" or "API" follows the brand."""
    after = found[mention.end] if mention.end < len(found) else ""
    return after in rules.MODEL_WORDS and _is_brand_of_models(mention)


def _followed_by_version(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether a brand of two words goes on like a model's name: "Deep Seek R1"."""
    after = found[mention.end] if mention.end < len(found) else ""
    return mention.end - mention.start > 1 and after[-1:].isdigit() and len(after) < 5


def _alone_in_brackets(mention: Mention, text: str) -> bool:
    """Whether brackets hold the company and nothing else: "Comet browser (Perplexity)"."""
    alias = mention.alias
    if alias.answer is not Answer.YES or alias.text.casefold() in rules.PRODUCT_WORDS:
        return False
    return f"({alias.text.casefold()})" in text.casefold()


def _is_cut_off(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether "of" goes on after an ordinary word: "Claude Code of Conduct" is no Claude Code."""
    after = found[mention.end] if mention.end < len(found) else ""
    return after == "of" and found[mention.start] in rules.ORDINARY_WORDS


def _runs_a_trade(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether a trade follows the brand with nothing between that starts another thought."""
    for word in found[mention.end : mention.end + 4]:
        if word in rules.TRADES:
            return True
        if word in rules.JOINING_WORDS or word[0].isdigit():
            return False
    return False
