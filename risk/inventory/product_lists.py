"""Cells that name several products: cutting them, and what the parts say of each other.

``ChatGPT, Claude; Copilot`` names three products; ``OpenAI, Inc`` and ``Llama 3, hosted on Groq``
name one each.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Answer
from risk.inventory import name_rules as rules
from risk.inventory.judgement import ASK_CONFIDENCE, COMPANY_CONFIDENCE
from risk.inventory.name_text import name_key, only_legal_or_address, without_address, words
from risk.inventory.records import Resolution

_URL = re.compile(r"https?://\S+|www\.\S+|\b(?:[\w-]+\.){2,}[a-z]{2,}/\S+", re.I)
_SEPARATOR = re.compile(
    r"\s*[,;|\n\r•、，；]+\s*|\s+[&+]\s+|\s*\band/or\b\s*"
    r"|\s+\b(?:and|or|und|oder|sowie|et|ou|y|e|o|och|og|oraz|и|или|ve|és|și)\b\s+"
    r"|(?<=[a-z0-9)])\s?(?:と|や|および|及び|または|和|与|與|以及|或|및|와|과|하고)\s?(?=[a-z])"
    r"|\s*(?<![:/<])(?<!\bw)(?<!\ba)/(?!/)\s*",
    re.I,
)
_HEAD_AND_BRACKET = re.compile(
    r"^\s*([^(),;]+?)\s*\(([^()]*[,;/&][^()]*)\)\s*(?:,\s*([^(),;]+))?$", re.S
)
#: "Llama 3.1, hosted on Fireworks" goes on about the product before the comma.
_CONTINUES = re.compile(
    r"\s*\(?(?:via|through|on|hosted|running|deployed|served|accessed|by way of|self.hosted"
    r"|on.prem\w*|locally|in our own|über|auf|bei|sur|par|chez|vía|en|tramite|su)\b",
    re.I,
)
#: "OpenAI (hosted in Azure, EU data zone)": where a cloud runs it, which is no product.
_REGION = re.compile(
    r"[\s(]*(?:(?:\w+ ){0,2}(?:region|data zone|tenant)|(?:region|région|región)(?: \w+){1,3})"
    r"[\s)]*",
    re.I,
)
_RUNS_HERE = re.compile(r"\s*(?:self.hosted|on.prem\w*|local(?:ly)?|(?:on )?(?:our )?own)\b", re.I)
_RUNS = re.compile(
    r"(?: (?:only|hosted|installed|running|run|deployed|deployment|betrieben|gehostet|installiert"
    r"|installée?|hébergée?|instalad[oa]|installat[oa]|部署))*"
)
_HOSTED_HERE = re.compile(
    r"(?:,|,?\s*\(?\b(?:both|all|alle|beide|tous|ambos))\s*"
    r"((?:self.hosted|on.prem\w*|hosted locally|in our own .{1,30}?|lokal\w*|locally|localement"
    r"|en local|in locale|lokaal|selbst gehostet|auto.hébergés?))\)?$",
    re.I,
)
_SURE_SEPARATOR = re.compile(r"[,;|\n\r•、，；/]")
_KINDS_OF_FALLBACK = r"(?:back-?up|fall[\s-]?back|fail-?over|stand-?by|secondary|plan b)"
#: "Anthropic (backup)", "Claude as our fallback": the piece stands in for the others.
_IS_FALLBACK = re.compile(
    rf"[\s,(\[–-]+(?:as\s+|for\s+)?(?:an?\s+|our\s+|the\s+)?{_KINDS_OF_FALLBACK}"
    r"(?:\s+(?:only|provider|model|vendor))?\s*[)\]]?\s*$",
    re.I,
)
#: "fallback: Mistral", "backup is Claude".
_FALLBACK_FIRST = re.compile(
    rf"^\s*[(\[]?\s*{_KINDS_OF_FALLBACK}(?:\s+(?:provider|model|vendor))?\s*(?:[:=–-]|\b(?:is|to|on)\b)\s*",
    re.I,
)
#: "OpenAI with Claude as fallback", "OpenAI, falling back to Mistral": a list of two.
_WITH_A_FALLBACK = re.compile(
    r"\s+(?:with|plus|and)\s+(?=(?:(?!\b(?:with|and)\b)[^,;|/&])+?\s+(?:as|for)\s+(?:an?\s+|our\s+|the\s+)?"
    rf"{_KINDS_OF_FALLBACK}\b)",
    re.I,
)
_FALLS_BACK = re.compile(
    r"[\s,;(–-]+(?:and\s+|then\s+|which\s+)?(?:falling\s+back|falls\s+back|fails\s+over|failing\s+over"
    rf"|(?:with\s+)?(?:an?\s+|our\s+)?{_KINDS_OF_FALLBACK})\s*(?:[:=]|\b(?:is|to|on)\b)\s*",
    re.I,
)
#: Whose models one cloud sells at most: beside another's platform they are a product of their own.
_AT_ONE_CLOUD = ("OpenAI", "Google", "xAI", "Perplexity")
#: Two names joined by a slash: a model and where it runs, rather than a list.
_SLASHED = re.compile(r"[^,;/|&+\n]*[^,;/|&+\s]/[^,;/|&+\s][^,;/|&+\n]*")


def joined_as_one_name(text: str, parts: Sequence[str], unknown: Sequence[str]) -> bool:
    """Whether "and" joins names into one firm's: "Claude & Sons" is no list of products.

    So it is where a brand that is an ordinary word is joined with what nobody knows.
    """
    if _SURE_SEPARATOR.search(text):
        return False
    known = [words(part) for part in parts if part not in unknown]
    return bool(unknown) and all(
        len(name) == 1 and name[0] in rules.ORDINARY_WORDS for name in known
    )


def product_parts(text: str) -> tuple[str, ...]:
    """The products named in ``text``, in order; one part where it names one."""
    text = _FALLS_BACK.sub(", fallback: ", _WITH_A_FALLBACK.sub(", ", text))
    bracket = _HEAD_AND_BRACKET.match(text)
    if bracket and _lists_products(bracket[2], bracket[3]):
        head, inside, rest = bracket[1], bracket[2], bracket[3] or ""
        listed = _joined(_SEPARATOR.split(inside))
        named = [part for part in listed if not rules.CLOUD_REGION.fullmatch(part)]
        return tuple(f"{head} {part} {rest}" for part in named or listed[:1])
    whole = without_address(text)
    links: list[str] = []

    def keep(match: re.Match[str]) -> str:
        links.append(match.group())
        return f"\x00{len(links) - 1}\x00"

    pieces = _joined(_SEPARATOR.split(_URL.sub(keep, whole)))
    if len(pieces) > 1 and (rest := _HOSTED_HERE.search(pieces[-1])):
        # "Mistral and Llama, self-hosted" says so of both.
        pieces = tuple(
            f"{piece}, {rest[1]}" for piece in (*pieces[:-1], pieces[-1][: rest.start()].strip())
        )
    return tuple(re.sub(r"\x00(\d+)\x00", lambda m: links[int(m[1])], piece) for piece in pieces)


def fallback_in(part: str) -> str | None:
    """The name of a piece that is said to stand in for the others; None for any other."""
    for mark in (_IS_FALLBACK, _FALLBACK_FIRST):
        name, found = mark.subn("", part)
        if found and name.strip(" ()[]"):
            return name.strip(" ,;").strip("()[]") if _unbalanced(name) else name.strip(" ,;")
    return None


def _unbalanced(name: str) -> bool:
    return name.count("(") != name.count(")") or name.count("[") != name.count("]")


def _lists_products(inside: str, rest: str | None) -> bool:
    """Whether brackets hold products, rather than an address or where one product runs."""
    first = inside.split(",")[0]
    if only_legal_or_address(first) or _RUNS_HERE.match(first) or _CONTINUES.match(first):
        return False
    return rest is None or bool(_CONTINUES.match(rest))


def _joined(pieces: list[str]) -> tuple[str, ...]:
    """The non-empty pieces; a legal form or an address is joined to the name before it."""
    parts: list[str] = []
    for piece in pieces:
        if not piece or not piece.strip(" ()[]{}\t.-"):
            continue
        if parts and (_REGION.fullmatch(piece) or rules.CLOUD_REGION.fullmatch(piece)):
            continue
        if parts and (
            only_legal_or_address(piece)
            or _CONTINUES.match(piece)
            or _says_where_it_runs(piece)
            or rules.ENDED.match(" ".join(words(piece)))
        ):
            parts[-1] = f"{parts[-1]}, {piece.strip()}"
        else:
            parts.append(piece.strip())
    return tuple(parts)


def _says_where_it_runs(piece: str) -> bool:
    """Whether a piece says that what is named before runs on the firm's own machines."""
    named = " ".join(words(piece))
    runs = rules.SELF_HOSTED_WORDS.match(named)
    return runs is not None and _RUNS.fullmatch(named[runs.end() :]) is not None


def in_company(parts: Sequence[tuple[Resolution, ...]], text: str) -> tuple[Resolution, ...]:
    """The parts of the list ``text`` read together: companies, platforms, and nothing twice."""
    flat = [resolution for part in parts for resolution in part]
    named = {r.developer for r in flat if r.answer is Answer.YES and r.developer != UNSPECIFIED}
    hosts = {r.host for r in flat if r.host is not None}
    if any(r.host == SELF_HOSTED and r.developer != UNSPECIFIED for r in flat):
        # "Llama (self-hosted, vLLM)": what runs the model is no second model.
        flat = [r for r in flat if (r.developer, r.host) != (UNSPECIFIED, SELF_HOSTED)]
    flat = _at_the_host_beside(_without_models_of(flat), text)
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
        identity: tuple[object, ...] = (resolution.developer, resolution.host, resolution.product)
        if resolution.answer is Answer.NO or resolution.host is None:
            identity = (name_key(resolution.text),)
        result.setdefault((resolution.answer, *identity), resolution)
    return tuple(result.values())


def _without_models_of(flat: list[Resolution]) -> list[Resolution]:
    """``flat`` without models that the service beside them serves: "Azure OpenAI, GPT-4o" is one.

    Such a service sells one developer's models at another host.
    """
    served = {
        r.developer
        for r in flat
        if r.answer is Answer.YES and r.host not in (r.developer, UNSPECIFIED, None)
    } - {UNSPECIFIED, None}
    return [
        r
        for r in flat
        if r.developer not in served or r.host != r.developer or not _is_versioned(r.text)
    ]


def _is_versioned(text: str) -> bool:
    """Whether ``text`` is a model's name and nothing else: "GPT-4o"."""
    named = " ".join(word for word in words(text) if word not in rules.MODEL_WORDS)
    return any(family.pattern.fullmatch(named) for family in rules.MODEL_PATTERNS)


def _at_the_host_beside(flat: list[Resolution], text: str) -> list[Resolution]:
    """Open weights and one platform, "Mistral 7B, Bedrock": the model runs on the platform.

    So does any model with nothing but a slash between, "Claude/Bedrock", and one that clouds sell
    by its version, "Claude Sonnet 4.5, Bedrock"; a company does not.
    """
    slashed = _SLASHED.fullmatch(text) is not None
    homeless = [
        r
        for r in flat
        if r.developer != UNSPECIFIED
        and (
            r.host == UNSPECIFIED
            or (
                r.host == r.developer
                and (
                    (slashed and _is_model(r))
                    or (r.developer not in _AT_ONE_CLOUD and _is_versioned(r.text))
                )
            )
        )
    ]
    clouds = rules.CLOUD_OF_COMPANY.values() if "/" in text else ()
    platforms = [
        r
        for r in flat
        if r.developer in (UNSPECIFIED, None) and (r.answer is Answer.YES or r.host in clouds)
    ]
    if len(homeless) != 1 or len(platforms) != 1 or len(flat) != 2:
        return flat
    model, platform = homeless[0], platforms[0]
    reason = f"{model.reason}; {platform.product or platform.host} stands beside it"
    return [replace(model, host=platform.host, reason=reason)]


def _is_model(resolution: Resolution) -> bool:
    product = resolution.product or ""
    return bool(product) and product != resolution.developer and not product.endswith(" API")


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
