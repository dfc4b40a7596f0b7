"""FOCUS, the open specification of bills (1.0 to 1.4), by any vendor, and LiteLLM's use of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.usage.clouds import (
    AWS,
    AZURE,
    GOOGLE_CLOUD,
    MICROSOFT,
    Judged,
    aws_line,
    azure_line,
    google_line,
)
from risk.inventory.usage.lines import Bucket, Reading, Supplier, UsageLine
from risk.inventory.usage.suppliers import Suppliers, plain_model
from risk.inventory.usage.values import (
    amount,
    count,
    day_of,
    last_day_of,
    nested,
    places,
    telling_tags,
    text,
)

_CATEGORIES = {
    "tax": Bucket.TAX,
    "credit": Bucket.CREDITS,
    "purchase": Bucket.PURCHASES,
    "adjustment": Bucket.ADJUSTMENTS,
    "refund": Bucket.REFUNDS,
}
_CLOUDS = (
    (re.compile(r"\baws\b|amazon", re.I), AWS),
    (re.compile(r"microsoft|azure", re.I), AZURE),
    (re.compile(r"google", re.I), GOOGLE_CLOUD),
)
_LEGAL = re.compile(
    r",?\s+(?:inc|llc|ltd|limited|gmbh|b\.?v|corp(?:oration)?|s\.?a\.?s?)\.?$", re.I
)


def focus_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of a bill in FOCUS; what is used counts by its effective cost."""
    first = day_of(row.get("ChargePeriodStart"))
    last = last_day_of(first, row.get("ChargePeriodEnd"))
    category = text(row, "ChargeCategory").casefold()
    bucket, supplier = _judged(row, suppliers)
    if text(row, "ChargeClass").casefold() == "correction" and category != "usage":
        bucket = Bucket.ADJUSTMENTS
    unit = text(row, "ConsumedUnit").casefold()
    quantity = amount(row.get("ConsumedQuantity"))
    known = quantity is not None
    effective, billed = amount(row.get("EffectiveCost")), amount(row.get("BilledCost"))
    meter = f"{text(row, 'SkuMeter')} {text(row, 'ChargeDescription')} {text(row, 'SkuId')}"
    is_output = bool(re.search(r"\bout", meter, re.I))
    tokens = int(quantity) if quantity is not None and unit == "tokens" else None
    yield UsageLine(
        first_day=first,
        last_day=last,
        bucket=_CATEGORIES.get(category, bucket),
        supplier=supplier,
        places=telling_tags(nested(row.get("Tags")))
        + places(("sub_account", text(row, "SubAccountName"))),
        money=effective,
        currency=text(row, "BillingCurrency").upper() or "USD",
        requests=int(quantity) if known and quantity is not None and unit == "requests" else None,
        input_tokens=None if is_output else tokens,
        output_tokens=tokens if is_output else None,
        billed_instead=billed if not effective and billed and category == "usage" else None,
    )


def _judged(row: Mapping[str, Any], suppliers: Suppliers) -> Judged:
    details = nested(row.get("SkuPriceDetails"))
    service, meter = text(row, "ServiceName"), text(row, "SkuMeter")
    sku, said = text(row, "SkuId"), text(row, "ChargeDescription")
    model = text(details, "ModelId")
    developer = text(details, "ModelDeveloper") or None
    issuer = named(text(row, "InvoiceIssuerName") or text(row, "InvoiceIssuer"), suppliers)
    issuer = MICROSOFT if issuer == AZURE else issuer
    running = text(row, "ServiceProviderName")
    provider = running or text(row, "ProviderName") or text(row, "Provider")
    bucket, found = _by_service(provider, service, meter, sku, said, suppliers)
    if developer is None and model:
        developer = suppliers.developer_of(model)
    if model or developer:
        bucket = Bucket.LLM
        found = replace(
            found,
            developer=developer or found.developer,
            model=plain_model(model) if model else found.model,
            as_billed=model or found.as_billed,
        )
    host = found.host
    if running:
        host = host if host == "Fireworks AI" else _host_of(running, suppliers)
    elif host is None and bucket is not Bucket.NOT_LLM:
        publisher = named(text(row, "PublisherName") or text(row, "Publisher"), suppliers)
        own = publisher is not None and publisher == found.developer
        host = publisher if own else _host_of(provider, suppliers)
    cloud = _host_of(text(row, "HostProviderName"), suppliers) or found.cloud
    return bucket, replace(
        found, host=host, cloud=cloud if cloud != host else None, issuer=issuer or found.issuer
    )


def _by_service(
    provider: str, service: str, meter: str, sku: str, said: str, suppliers: Suppliers
) -> Judged:
    """What a line is, by the rules of the cloud whose it is."""
    cloud = next((name for words, name in _CLOUDS if words.search(provider)), None)
    if cloud is None and "on aws" in service.casefold():
        cloud = AWS
    if cloud == AWS:
        edition = aws_line(service, sku or meter, service, suppliers)
        if edition[0] is not Bucket.ASK and edition[0] is not Bucket.NOT_LLM:
            return edition
    if cloud == GOOGLE_CLOUD:
        return google_line(service, said or meter, suppliers)
    own = _service_of_its_own(service, suppliers)
    if own is not None and cloud not in (AZURE,):
        name = next((one for one in (sku, meter) if suppliers.developer_of(one)), "")
        model = plain_model(re.sub(r"[-_. ](?:input|output|cached?).*$", "", name, flags=re.I))
        return Bucket.LLM, replace(own, model=model or None, as_billed=sku or service)
    if cloud == AWS:
        return aws_line(service, sku or meter, service, suppliers)
    if cloud == AZURE:
        return _azure(service, meter, sku, said, suppliers)
    return Bucket.NOT_LLM, Supplier(as_billed=service)


def _azure(service: str, meter: str, sku: str, said: str, suppliers: Suppliers) -> Judged:
    family = next((one for one in (sku, said, meter) if suppliers.developer_of(one)), "")
    if not re.search(r"foundry|openai|azure ai|claude", f"{service} {meter}", re.I):
        return azure_line(service, "", meter or said, "Azure", suppliers)
    bucket, found = azure_line(service, "", meter or said, "Azure", suppliers)
    developer = suppliers.developer_of(family) if family else found.developer
    if found.asks_hosting or developer is None:
        return bucket, found
    match = re.search(
        r"(?:gpt|o\d|claude|llama|mistral|phi|deepseek|grok|kimi)[\w.\- ]*", family, re.I
    )
    model = plain_model(match[0]) if match else found.model
    return Bucket.LLM, replace(found, developer=developer, host=AZURE, model=model)


def _service_of_its_own(service: str, suppliers: Suppliers) -> Supplier | None:
    """The developer that runs a service of its own under that name: Mistral La Plateforme."""
    found = suppliers.resolver.resolve(service)
    if found.answer is not Answer.YES or found.developer in (None, UNSPECIFIED):
        return None
    host = None if found.host == UNSPECIFIED else found.host
    return Supplier(developer=found.developer, host=host, as_billed=service)


def named(text_: str, suppliers: Suppliers) -> str | None:
    """A company by the name that the catalogue has for it, else as it stands."""
    bare = _LEGAL.sub("", text_.strip())
    if not bare:
        return None
    for words, name in _CLOUDS:
        if words.search(bare) and len(bare) < 40:
            return name
    found = suppliers.resolver.resolve(bare)
    whose = found.developer if found.developer not in (None, UNSPECIFIED) else found.host
    sure = found.answer is Answer.YES and whose not in (None, UNSPECIFIED)
    return whose if sure else bare


def _host_of(text_: str, suppliers: Suppliers) -> str | None:
    return named(text_, suppliers)


def litellm_focus_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line that LiteLLM writes in the columns of FOCUS: a day of a model behind its gateway."""
    first = day_of(row.get("ChargePeriodStart"))
    is_requests = text(row, "ConsumedUnit").casefold() == "requests"
    tags = nested(row.get("Tags"))
    yield UsageLine(
        first_day=first,
        last_day=last_day_of(first, row.get("ChargePeriodEnd")),
        bucket=Bucket.LLM,
        supplier=suppliers.called(
            text(row, "ProviderName"), text(row, "ResourceId"), text(row, "ServiceName"), "LiteLLM"
        ),
        places=places(
            ("team", text(row, "SubAccountName") or text(tags, "team_alias")),
            ("key_alias", text(tags, "api_key_alias")),
        ),
        money=amount(row.get("EffectiveCost")),
        requests=count(row.get("ConsumedQuantity")) if is_requests else None,
    )
