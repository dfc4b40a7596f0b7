"""What the providers named in one cell say of each other: companies, platforms, repetitions."""

import re
from collections.abc import Sequence
from dataclasses import replace

from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Answer
from risk.inventory import name_rules as rules
from risk.inventory.judgement import ASK_CONFIDENCE, COMPANY_CONFIDENCE
from risk.inventory.name_text import name_key
from risk.inventory.records import Resolution

#: Two names joined by a slash: a model and where it runs, rather than a list.
_SLASHED = re.compile(r"[^,;/|&+\n]*[^,;/|&+\s]/[^,;/|&+\s][^,;/|&+\n]*")


def in_company(parts: Sequence[tuple[Resolution, ...]], text: str) -> tuple[Resolution, ...]:
    """The parts of the list ``text`` read together: companies, platforms, and nothing twice."""
    flat = [resolution for part in parts for resolution in part]
    named = {r.developer for r in flat if r.answer is Answer.YES and r.developer != UNSPECIFIED}
    hosts = {r.host for r in flat if r.host is not None}
    if any(r.host == SELF_HOSTED and r.developer != UNSPECIFIED for r in flat):
        # "Llama (self-hosted, vLLM)": what runs the model is no second model.
        flat = [r for r in flat if (r.developer, r.host) != (UNSPECIFIED, SELF_HOSTED)]
    flat = _at_the_host_beside(flat, text)
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


def _at_the_host_beside(flat: list[Resolution], text: str) -> list[Resolution]:
    """Open weights and one platform, "Mistral 7B, Bedrock": the model runs on the platform.

    So does any model with nothing but a slash between, "Claude/Bedrock"; a company does not.
    """
    slashed = _SLASHED.fullmatch(text) is not None
    homeless = [
        r
        for r in flat
        if r.developer != UNSPECIFIED
        and (r.host == UNSPECIFIED or (slashed and r.host == r.developer and _is_model(r)))
    ]
    platforms = [r for r in flat if r.answer is Answer.YES and r.developer == UNSPECIFIED]
    if len(homeless) != 1 or len(platforms) != 1 or len(flat) != 2:
        return flat
    model, platform = homeless[0], platforms[0]
    reason = f"{model.reason}; {platform.product or platform.host} stands beside it"
    return [replace(model, host=platform.host, reason=reason)]


def _is_model(resolution: Resolution) -> bool:
    product = resolution.product or ""
    return bool(product) and product != resolution.developer and not product.endswith(" API")


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
