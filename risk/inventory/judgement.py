"""Judging one product's name by the words in it: what it is, how surely, and why.

Exact aliases come before this and typing errors after it (:mod:`risk.inventory.resolution`).
"""

import re
from dataclasses import replace

from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Answer
from risk.inventory import name_rules as rules
from risk.inventory.mentions import Mention
from risk.inventory.name_text import LEGAL_FORMS, PLACES
from risk.inventory.readings import Reading
from risk.inventory.records import Resolution

RULE_CONFIDENCE = 0.9
COMPANY_CONFIDENCE = 0.75
ASK_CONFIDENCE = 0.5
UNKNOWN_CONFIDENCE = 0.6
_OF_AI = frozenset({"ai", "ki", "genai", "generative"})
#: A longer text that speaks of AI describes a use and names no product.
_LONGEST_NAME = 5


def judge(reading: Reading) -> tuple[Resolution, ...]:
    """The resolutions of one product's text, or nothing where no rule says anything."""
    found = reading.found
    if reading.mentions and rules.AFFILIATE.search(reading.joined):
        return _no(reading, "an affiliate or subsidiary of the company, which sells no model")
    named = [mention for mention in reading.mentions if mention.names_developer]
    developers = [mention for mention in named if not _said_to_be_unused(mention, found)]
    if named and not developers:
        return _no(reading, "it says that the provider is not used")
    if developers and all(_only_compared(mention, found) for mention in developers):
        return _ask(reading, "it is compared with a known product, not said to be it")
    if developers:
        return _developer_resolutions(reading, developers)
    platforms = [mention for mention in reading.mentions if mention.is_platform]
    if platforms:
        return _platform_resolutions(reading, platforms)
    asked = [mention for mention in reading.mentions if mention.alias.answer is Answer.ASK]
    beside = reading.unrelated or any(m.alias.answer is Answer.NO for m in reading.mentions)
    if asked and (not asked[0].is_company or "ai" in found or not beside):
        return _ask(reading, "it does not say which language model, if any", asked[0])
    if asked and not rules.LANGUAGE_MODEL.search(reading.joined):
        maker = asked[0].alias.text
        return _no(reading, f"a product of {maker} that is not known as a language model")
    return _without_provider(reading)


def _said_to_be_unused(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether "no longer" or "formerly" stands before the name, or "cancelled" right after it."""
    before = " ".join(found[max(0, mention.start - rules.WORDS_BEFORE) : mention.start])
    after = " ".join(found[mention.end : mention.end + rules.WORDS_AFTER])
    until = before.endswith("used") and after.startswith(("until ", "till ", "up to "))
    ended = rules.NOT_USED.search(before) or rules.ENDED.match(after)
    return until or ended is not None


def _only_compared(mention: Mention, found: tuple[str, ...]) -> bool:
    """Whether the text says "like ChatGPT" or "OpenAI-compatible", which names something else."""
    like = mention.before(found) in ("like", "unlike")
    return like or mention.after(found) in ("compatible", "like")


def _developer_resolutions(reading: Reading, developers: list[Mention]) -> tuple[Resolution, ...]:
    """One resolution for each developer named, at the host named beside it."""
    sellers = {m.alias.developer for m in developers if m.fixes_host}
    chosen: dict[tuple[str | None, str | None], Resolution] = {}
    for mention in developers:
        alias = mention.alias
        if alias.developer in sellers and not mention.fixes_host:
            continue
        host = alias.host if mention.fixes_host else _host_beside(reading, mention)
        product = alias.product or _written(reading, mention)
        reason = f"names {product}, a model or product of {alias.developer}"
        if host != alias.developer:
            reason += f", at {host}"
        one = _yes(reading, alias.developer, host, product, reason)
        chosen[alias.developer, host] = replace(one, text=_written(reading, mention))
    if len(chosen) > 1:
        # "OpenAI Anthropic" is a list without a mark between: each is known by its own words.
        return tuple(chosen.values())
    return tuple(replace(one, text=reading.text) for one in chosen.values())


def _host_beside(reading: Reading, mention: Mention) -> str | None:
    """Where the named model runs: a platform, a company's cloud, own machines, or its maker."""
    alias = mention.alias
    own = alias.host
    if own == UNSPECIFIED:
        sellers = (m.alias.host for m in reading.mentions if m.alias.developer == alias.developer)
        own = next((host for host in sellers if host not in (None, UNSPECIFIED)), own)
    platforms = [m for m in reading.mentions if m.is_platform and m.alias.host is not None]
    platforms.sort(key=lambda m: m.alias.answer is not Answer.YES)
    if platforms:
        return platforms[0].alias.host
    if rules.SELF_HOSTED_WORDS.search(reading.joined):
        return SELF_HOSTED
    for other in reading.mentions:
        company = other.company(reading.found)
        family = rules.FAMILY_OF_COMPANY.get(company, frozenset())
        if company in rules.CLOUD_OF_COMPANY and alias.developer not in family:
            return rules.CLOUD_OF_COMPANY[company]
    return own


def _platform_resolutions(reading: Reading, platforms: list[Mention]) -> tuple[Resolution, ...]:
    by_host: dict[str | None, Resolution] = {}
    for alias in (one.alias for one in platforms if one.alias.answer is Answer.YES):
        reason = f"names {alias.product}"
        if alias.developer in (None, UNSPECIFIED):
            reason = f"{alias.product} serves language models; the text does not say whose"
        developer = alias.developer or UNSPECIFIED
        by_host[alias.host] = _yes(reading, developer, alias.host, alias.product, reason)
    if by_host:
        return tuple(by_host.values())
    alias = platforms[0].alias
    if rules.LANGUAGE_MODEL.search(reading.joined):
        reason = f"a language model at {alias.host}; the text does not say whose"
        return (_served(reading, alias.host, alias.product, reason),)
    unmentioned = [w for w in reading.found if w in PLACES and w not in ("us", "eu", "uk")]
    if alias.developer is None and unmentioned:
        return _no(reading, f"a local company of {alias.product}, not a service of models")
    return _ask(reading, "a cloud with no language model named", platforms[0])


def _without_provider(reading: Reading) -> tuple[Resolution, ...]:
    """In-house tools and nameless assistants are asked about; doubtful brands are refused."""
    found, joined, words = reading.found, reading.joined, frozenset(reading.found)
    of_models = rules.LANGUAGE_MODEL.search(joined) is not None
    if words & rules.UNNAMED and words <= rules.UNNAMED_BESIDE:
        return _ask(reading, "nobody is named; write who provides it")
    if rules.NONE_USED.search(joined):
        return _no(reading, "it says that no language model is used")
    if _is_a_trade_called_gpt(found):
        return _no(reading, "GPT is a firm's name here")
    if rules.IN_HOUSE.search(joined) and not rules.IN_HOUSE_STAFF.search(joined):
        return _ask(reading, "an in-house tool; name the model behind it")
    if of_models and rules.CERTAINLY_SELF_HOSTED.search(joined):
        reason = "a language model on the firm's own machines; the text does not say whose"
        return (_served(reading, SELF_HOSTED, None, reason),)
    if rules.LAW_DEGREE.search(joined) and "ai" not in found:
        return _no(reading, "LLM is a degree in law here, not a language model")
    # "AI service provider", "AI tool": the text speaks of AI and of nothing else.
    others = reading.mentions or reading.doubtful or reading.unrelated
    if of_models or ("ai" in found and len(found) > 1 and not others):
        return _ask(reading, "a language model is meant, but no provider is named")
    if found and found[-1] in ("copilot", "copilots"):
        return _ask(reading, "a copilot of an unnamed maker; name the model behind it")
    if rules.OF_AN_APPLICATION.intersection(found) and any(
        _calls_others(one) for one in reading.doubtful
    ):
        return _ask(reading, "perhaps an application that calls a language model; ask which")
    brands = [mention.alias.text for mention in reading.doubtful]
    if reading.firm_of_that_name and brands:
        return _ask(reading, f"{brands[0]} is a product; a company called so is another's")
    if any(brand.casefold() == "open ai" for brand in brands):
        return _ask(reading, '"open AI" may mean OpenAI or something else')
    if any(_said_to_be_unused(one, found) for one in reading.doubtful):
        return _no(reading, "it says that the provider is not used")
    if any(_is_set_apart(one, reading.text) for one in reading.doubtful):
        return _ask(reading, f"{brands[0]} stands beside words that we do not know")
    sure = [one for one in reading.doubtful if not one.ordinary]
    if sure and rules.FIRM_KINDS.intersection(found) and not rules.TRADES.intersection(found):
        return _ask(reading, f"a firm that bears the name of {sure[0].alias.text}")
    if brands:
        return _no(reading, f"{brands[0]} stands beside unrelated words: another firm's name")
    if reading.mentions and rules.OF_AN_APPLICATION.intersection(reading.unnamed):
        return _ask(reading, "a part of a known product that may call a language model")
    if reading.mentions:
        return _no(reading, "a product that is not a language model")
    if _named_after_ai(reading):
        return _ask(reading, "a product of AI that we do not know; ask whether it calls a model")
    return ()


def _named_after_ai(reading: Reading) -> bool:
    """Whether a name that nobody knows ends in AI or says what its AI is: "Loom AI assistant"."""
    named = [word for word in reading.found if word not in LEGAL_FORMS and word not in PLACES]
    at = next((at for at, word in enumerate(named) if word in _OF_AI), 0)
    return at > 0 and len(named) <= _LONGEST_NAME and not rules.TRADES.intersection(named)


def _calls_others(mention: Mention) -> bool:
    """Whether it is an application that calls language models of others."""
    return mention.alias.answer is Answer.ASK and mention.alias.host is None


def _is_set_apart(mention: Mention, text: str) -> bool:
    """Whether brackets or a dash part the brand from the unknown words: "Claude (see remarks)"."""
    name = re.escape(mention.alias.text)
    apart = rf"(?:^|[(\[])\s*{name}\s*(?:[(\[)\]|–—:]|\s-\s)"
    brand = mention.alias.answer is Answer.YES or _calls_others(mention)
    return brand and re.search(apart, text.strip(), re.IGNORECASE) is not None


def _is_a_trade_called_gpt(found: tuple[str, ...]) -> bool:
    if "gpt" not in found or rules.LANGUAGE_MODEL.search(" ".join(found).replace("gpt", "")):
        return False
    after = found[found.index("gpt") + 1 :][:3]
    return any(word in rules.TRADES for word in after)


def _written(reading: Reading, mention: Mention) -> str:
    """The model's name as it stands in the text."""
    named = reading.found[mention.start : mention.end]
    match = re.search(r"[\W_]*".join(map(re.escape, named)), reading.text, re.IGNORECASE)
    return match.group() if match else " ".join(named)


def _yes(
    reading: Reading, developer: str | None, host: str | None, product: str | None, reason: str
) -> Resolution:
    return Resolution(
        text=reading.text,
        answer=Answer.YES,
        developer=developer,
        host=host,
        product=product,
        confidence=RULE_CONFIDENCE,
        reason=reason,
    )


def _served(reading: Reading, host: str | None, product: str | None, reason: str) -> Resolution:
    """A language model of nobody named."""
    found = _yes(reading, UNSPECIFIED, host, product, reason)
    return replace(found, confidence=COMPANY_CONFIDENCE)


def _no(reading: Reading, reason: str) -> tuple[Resolution, ...]:
    no = Resolution(text=reading.text, answer=Answer.NO, confidence=RULE_CONFIDENCE, reason=reason)
    return (no,)


def _ask(reading: Reading, reason: str, mention: Mention | None = None) -> tuple[Resolution, ...]:
    alias = mention.alias if mention and not mention.is_company else None
    asked = Resolution(
        text=reading.text,
        answer=Answer.ASK,
        developer=alias.developer if alias else None,
        host=alias.host if alias else None,
        product=alias.product if alias else None,
        confidence=ASK_CONFIDENCE,
        reason=reason,
    )
    return (asked,)
