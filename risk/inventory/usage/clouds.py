"""Bills of clouds: Azure, AWS and Google Cloud, where models of many stand among all else."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from risk.inventory.usage.lines import Bucket, Ignored, Reading, Supplier, UsageLine
from risk.inventory.usage.suppliers import Suppliers, plain_model
from risk.inventory.usage.values import (
    amount,
    day_of,
    last_day_of,
    listed,
    nested,
    places,
    telling_tags,
    text,
)

AWS, AZURE, GOOGLE_CLOUD, MICROSOFT = (
    "Amazon Web Services",
    "Microsoft Azure",
    "Google Cloud",
    "Microsoft",
)
_PRECISE = Decimal("1e-40")
Judged = tuple[Bucket, Supplier]

_AZURE_FAMILY = re.compile(r"^azure\s+(?P<maker>.+?)\s*(?:models?)?$", re.I)
_AZURE_MAKERS = {
    "openai": "OpenAI",
    "openai gpt5": "OpenAI",
    "openai reasoning": "OpenAI",
    "openai media": "OpenAI",
    "openai assistants": "OpenAI",
    "deepseek": "DeepSeek",
    "mistral": "Mistral AI",
    "phi": "Microsoft",
    "mai": "Microsoft",
    "microsoft": "Microsoft",
    "llama": "Meta",
    "meta": "Meta",
    "cohere": "Cohere",
    "grok": "xAI",
    "xai": "xAI",
    "kimi": "Moonshot AI",
    "moonshot": "Moonshot AI",
    "ai21": "AI21 Labs",
    "jamba": "AI21 Labs",
    "qwen": "Alibaba",
    "claude": "Anthropic",
    "anthropic": "Anthropic",
}
#: Words of a meter that are no part of a model's name: direction, scope, unit, tier.
_METER_WORDS = re.compile(
    r"\b(?:in?n?pu?t|inpt?|out?pu?t|outpt?|opt|cache?d?|cchd|cd|gl|glbl|global|dz|dzone|data ?zone"
    r"|reg(?:ional|nl)?|pp|batch|tokens?|\d+[km]|units?|prioriti?y|flex|ft|fine|tuned|hosting"
    r"|training|az|fw|std|standard|txt|text|img|image|aud|audio|rlnt|wrt|write|read)\b",
    re.I,
)
_MMDD = re.compile(r"\b(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b")
_AI_SERVICES = re.compile(
    r"foundry models|azure openai|cognitive services|azure ai|ai services", re.I
)
_NO_MODEL = re.compile(
    r"search|speech|translat|vision|face|form recogni|document intelligence|language|storage"
    r"|content safety|machine learning|bot|metrics|anomaly|personalizer|disk|bandwidth",
    re.I,
)


def azure_line(
    category: str, family: str, meter: str, publisher: str, suppliers: Suppliers
) -> Judged:
    """What a line of an Azure bill is: sub-category tells the developer, meter the model."""
    bill = Supplier(issuer=MICROSOFT, as_billed=meter or family)
    if re.search(r"claude consumption unit", f"{meter} {family}", re.I):
        asked = replace(bill, developer="Anthropic", asks_hosting=True)
        return Bucket.LLM, asked
    found = _AZURE_FAMILY.match(" ".join(family.split()))
    maker = found["maker"].casefold() if found else ""
    if maker == "fireworks":
        name = _meter_model(meter)
        developer = suppliers.developer_of(name)
        return Bucket.LLM, replace(
            bill, developer=developer, host="Fireworks AI", cloud=AZURE, model=name
        )
    developer = _AZURE_MAKERS.get(maker)
    if developer is None and maker:
        developer = next((one for key, one in _AZURE_MAKERS.items() if maker.startswith(key)), None)
    if developer is None and _AI_SERVICES.search(f"{category} {family}"):
        developer = suppliers.developer_of(_meter_model(meter))
    if developer is None:
        return _azure_other(category, family, meter, publisher, bill, suppliers)
    named = _with_maker(_meter_model(meter), maker)
    return Bucket.LLM, replace(bill, developer=developer, host=AZURE, model=named)


def _azure_other(
    category: str, family: str, meter: str, publisher: str, bill: Supplier, suppliers: Suppliers
) -> Judged:
    if publisher.casefold() == "marketplace":
        developer = suppliers.developer_of(family) or suppliers.developer_of(meter)
        if developer is not None and developer != MICROSOFT and _tokens(meter):
            return Bucket.LLM, replace(bill, developer=developer, host=AZURE)
        return Bucket.NOT_LLM, bill
    is_ai = re.search(r"foundry models|azure openai", f"{category} {family}", re.I)
    if is_ai and not _NO_MODEL.search(f"{family} {meter}"):
        return Bucket.ASK, replace(bill, host=AZURE)
    return Bucket.NOT_LLM, bill


def _tokens(meter: str) -> bool:
    return bool(re.search(r"token|\binp?t?\b|\bou?tp?t?\b", meter, re.I))


def _meter_model(meter: str) -> str:
    """The model in a meter: ``gpt 4o mini 0718 Inp glbl Tokens`` is ``gpt-4o-mini``."""
    spaced = re.sub(r"(?<=[A-Za-z])-(?=[A-Z])|(?<=\d)-(?=[A-Z])", " ", meter)
    bare = _MMDD.sub(" ", _METER_WORDS.sub(" ", spaced))
    return "-".join(bare.replace("_", " ").split()).strip("-").casefold()


def _with_maker(model: str, maker: str) -> str | None:
    """The model with the letters that meters leave out: ``5.4`` is ``gpt-5.4``."""
    if not model:
        return None
    if maker.startswith("openai") and re.match(r"\d", model):
        return f"gpt-{model}"
    if maker == "deepseek" and not model.startswith("deepseek"):
        return f"deepseek-{model}"
    if maker in ("grok", "xai") and re.match(r"\d", model):
        return f"grok-{model}"
    return model


def azure_details(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of cost details, EA or MCA, whose columns are looked for without case."""
    plain = {key.casefold(): value for key, value in row.items()}
    day = day_of(plain.get("date") or plain.get("usagedatetime"))
    kind = text(plain, "chargetype").casefold()
    bucket, supplier = azure_line(
        text(plain, "metercategory"),
        text(plain, "metersubcategory"),
        text(plain, "metername"),
        text(plain, "publishertype"),
        suppliers,
    )
    special = {
        "refund": Bucket.REFUNDS,
        "purchase": Bucket.PURCHASES,
        "tax": Bucket.TAX,
        "roundingadjustment": Bucket.ADJUSTMENTS,
        "unusedreservation": Bucket.ADJUSTMENTS,
        "unusedsavingsplan": Bucket.ADJUSTMENTS,
    }.get(kind)
    dollars = amount(plain.get("costinusd"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=special or bucket,
        supplier=supplier,
        places=telling_tags(nested(plain.get("tags")))
        + places(
            ("resource", text(plain, "resourcename") or _account(text(plain, "resourceid"))),
            ("resource_group", text(plain, "resourcegroup")),
        ),
        money=amount(plain.get("costinbillingcurrency")) if dollars is None else dollars,
        currency="USD" if dollars is not None else text(plain, "billingcurrencycode") or "USD",
    )


def azure_analysis(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of a download of cost analysis; it has no kinds of charges."""
    day = day_of(row.get("UsageDate"))
    bucket, supplier = azure_line(
        text(row, "ServiceName"), text(row, "ServiceTier"), text(row, "Meter"), "", suppliers
    )
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=bucket,
        supplier=supplier,
        places=places(
            ("resource", _account(text(row, "ResourceId"))),
            ("resource_group", text(row, "ResourceGroupName")),
        ),
        money=amount(row.get("CostUSD")),
    )


def _account(resource: str) -> str:
    """The resource's own name at the end of a path of subscriptions, which is not kept."""
    return resource.rstrip("/").rsplit("/", 1)[-1] if "/accounts/" in resource.casefold() else ""


_EDITION = re.compile(r"^(?P<model>.+?)\s*\((?:Amazon )?Bedrock Edition\)$", re.I)
_PLATFORM = re.compile(r"\bclaude platform on aws\b", re.I)
_REGION = re.compile(r"^(?:[A-Z]{2,4}\d?(?:-[A-Z]+)?-)?(?:MP:)?(?:[A-Z]{3,4}\d_)?")
_TAIL = re.compile(
    r"-(?:(?:cache-?)?(?:read|write|input|output)|input-tokens|output-tokens|tokens?|mantle|batch"
    r"|standard|flex|priority|cross-region-global|global|units?|custom-model|provisionedthroughput"
    r"|model-?units?|text|image|video|audio|speech|input-token-count|output-token-count)"
    r"(?:-.*)?$",
    re.I,
)
_OTHER_AWS = {"credit": Bucket.CREDITS, "tax": Bucket.TAX, "refund": Bucket.REFUNDS}


def aws_line(product: str, usage: str, code: str, suppliers: Suppliers) -> Judged:
    """What a line of an AWS bill is.

    The product's name tells a Marketplace model, the usage type one of Bedrock's own list.
    """
    bill = Supplier(issuer=AWS, as_billed=product or usage)
    if _PLATFORM.search(product):
        return Bucket.LLM, replace(bill, developer="Anthropic", host="Anthropic", cloud=AWS)
    edition = _EDITION.match(product.strip())
    if edition:
        name = plain_model(edition["model"])
        developer = suppliers.developer_of(name)
        return Bucket.LLM, replace(bill, developer=developer, host=AWS, model=name)
    words = f"{product} {code}".casefold()
    if "sagemaker" in words:
        return Bucket.ASK, replace(bill, host=AWS)
    if "bedrock" not in words:
        return Bucket.NOT_LLM, bill
    name = _usage_model(usage)
    developer = suppliers.developer_of(name) if name else None
    if developer is not None:
        return Bucket.LLM, replace(bill, developer=developer, host=AWS, model=name, as_billed=usage)
    return Bucket.ASK, replace(bill, host=AWS)


def _usage_model(usage: str) -> str:
    """The model in a usage type: ``USE1-NovaPro-input-tokens`` is ``nova-pro``."""
    bare = _TAIL.sub("", _REGION.sub("", usage, count=1))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", bare)
    spaced = re.sub(r"-\d+B(?=-|$)", "", spaced) if spaced.startswith("Llama") else spaced
    return plain_model(re.sub(r"^Llama(?=\d)", "llama-", spaced).replace("_", "-"))


def aws_cur(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of a Cost and Usage Report 2.0."""
    first = day_of(row.get("line_item_usage_start_date"))
    last = last_day_of(first, row.get("line_item_usage_end_date"))
    held = nested(row.get("product"))
    product = text(held, "product_name") or text(row, "product.product_name")
    bucket, supplier = aws_line(
        product or text(row, "product_product_name"),
        text(row, "line_item_usage_type"),
        f"{text(row, 'line_item_product_code')} {text(row, 'product_servicecode')}",
        suppliers,
    )
    kind = text(row, "line_item_line_item_type").casefold()
    other = next((one for key, one in _OTHER_AWS.items() if key in kind), None)
    if kind in ("fee", "rifee", "savingsplanupfrontfee", "savingsplanrecurringfee"):
        other = Bucket.PURCHASES
    elif other is None and kind not in ("usage", "discountedusage", "savingsplancoveredusage", ""):
        other = Bucket.ADJUSTMENTS
    net = amount(row.get("line_item_net_unblended_cost"))
    profile = text(row, "line_item_resource_id")
    named = profile.rsplit("/", 1)[-1] if "application-inference-profile/" in profile else ""
    yield UsageLine(
        first_day=first,
        last_day=last,
        bucket=other or bucket,
        supplier=supplier,
        places=telling_tags(nested(row.get("resource_tags")))
        + telling_tags(nested(row.get("cost_category")))
        + places(("inference_profile", named)),
        money=amount(row.get("line_item_unblended_cost")) if net is None else net,
        currency=text(row, "line_item_currency_code") or "USD",
    )


def aws_explorer(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A month of Cost Explorer: a column for each service, whose last one is their total."""
    names = list(row)
    first_cell = text(row, names[0])
    try:
        start = date.fromisoformat(first_cell[:10])
    except ValueError:
        # The second line repeats everything as a total, in the language of the page.
        return
    month = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = month - timedelta(days=1) if start.day == 1 else start
    filled = [header for header in names[1:-1] if amount(row.get(header)) is not None]
    if not filled:
        yield Ignored(start, last)
    for header in filled:
        service = header.removesuffix("($)").strip()
        bucket, supplier = aws_line(service, "", service, suppliers)
        if service.casefold() in ("tax", "impuesto", "impuestos", "steuer", "taxe"):
            bucket = Bucket.TAX
        yield UsageLine(
            first_day=start,
            last_day=last,
            bucket=bucket,
            supplier=supplier,
            money=amount(row.get(header)),
            rows=int(header == filled[0]),
        )


_TOKENS = re.compile(
    r"\b(?:input|output|token|tokens|caching|predictions?|generation|embedding|characters?)\b", re.I
)
_SKU_END = re.compile(
    r"\s+(?:—.*|GA\b.*|(?:text|image|audio|video|input|output|thinking|cached?|batch)\b.*)$", re.I
)
_SKU_HEAD = re.compile(
    r"^(?:Cloud Vertex AI )?Model Garden Model as a Service |^AI Dev Tools: |^Vertex AI:? ",
    re.I,
)


def google_line(service: str, sku: str, suppliers: Suppliers) -> Judged:
    """What a line of a Google bill is. Claude is a service of its own, the Gemini API another."""
    bill = Supplier(issuer=GOOGLE_CLOUD, as_billed=sku)
    name = _sku_model(sku)
    developer = suppliers.developer_of(name) or suppliers.developer_of(service)
    if re.search(r"gemini api|generative language", service, re.I):
        return Bucket.LLM, replace(bill, developer=developer or "Google", host="Google", model=name)
    is_model = bool(_TOKENS.search(sku))
    vertex = bool(re.search(r"vertex ai|agent platform", service, re.I))
    named = suppliers.developer_of(service) is not None and not vertex
    if developer is not None and (is_model or named) and (vertex or named):
        return Bucket.LLM, replace(bill, developer=developer, host=GOOGLE_CLOUD, model=name)
    if vertex and re.search(r"prediction|endpoint|online|model garden", sku, re.I):
        return Bucket.ASK, replace(bill, host=GOOGLE_CLOUD)
    return Bucket.NOT_LLM, bill


def _sku_model(sku: str) -> str:
    """The model in a SKU; versions may be written ``4 8``.

    ``Gemini 2.5 Flash GA Text Input - Predictions`` is ``gemini-2.5-flash``.
    """
    bare = _SKU_END.sub("", _SKU_HEAD.sub("", sku.strip()))
    return plain_model(re.sub(r"(?<=\d) (?=\d\b)", ".", bare))


def google_export(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of the BigQuery export, nested or with dotted names; credits stand apart."""
    get = _dotted(row)
    first = day_of(get("usage_start_time"))
    last = last_day_of(first, get("usage_end_time"))
    kind = str(get("cost_type") or "").casefold()
    bucket, supplier = google_line(
        str(get("service.description") or ""), str(get("sku.description") or ""), suppliers
    )
    bucket = {
        "tax": Bucket.TAX,
        "adjustment": Bucket.ADJUSTMENTS,
        "rounding_error": Bucket.ADJUSTMENTS,
    }.get(kind, bucket)
    # The bill's own rate, in its currency for a dollar.
    rate = amount(get("currency_conversion_rate")) or None
    currency = str(get("currency") or "USD").upper()
    is_dollar = rate is None or currency == "USD"

    def usd(of: Decimal) -> Decimal:
        # To so many digits that sums of them are exact.
        return of if is_dollar or rate is None else (of / rate).quantize(_PRECISE)

    money = amount(get("cost"))
    credits_ = [amount(one.get("amount")) for one in listed(get("credits"))]
    credit = sum((one for one in credits_ if one is not None), Decimal(0))
    yield UsageLine(
        first_day=first,
        last_day=last,
        bucket=bucket,
        supplier=supplier,
        places=telling_tags(nested(get("labels")))
        + places(("project", str(get("project.name") or ""))),
        money=None if money is None else usd(money),
        credit=usd(credit),
        currency=currency if rate is None else "USD",
    )


def _dotted(row: Mapping[str, Any]) -> Callable[[str], Any]:
    """The cell of a name with dots, in a row whose names have them or whose objects are nested."""

    def get(name: str) -> Any:
        if name in row:
            return row[name]
        found: Any = row
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    return get
