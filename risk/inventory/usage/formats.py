"""Formats of logs and bills: by which columns each is recognised, and which of them are read.

A name that is not listed is never read: prompts, answers, keys and people stay in the file.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from risk.inventory.usage import clouds, focus, gateways, vendors
from risk.inventory.usage.lines import Kind, Reading
from risk.inventory.usage.streams import Opened
from risk.inventory.usage.suppliers import Suppliers

Reader = Callable[[Mapping[str, Any], Suppliers], Iterator[Reading]]


@dataclass(frozen=True, kw_only=True)
class UsageFormat:
    """One format: a file has it if it has all columns of ``known_by``.

    ``family`` ties formats that tell of the same account. ``estimated``: its money is the
    gateway's own estimate from a list of prices. ``money`` is False where it has none.
    ``only_where``: a cell of the first row that must hold a text. ``account``: the column that says
    whose bill it is, of which no more is kept than what tells two bills apart.
    """

    name: str
    shown: str
    family: str
    kind: Kind
    known_by: frozenset[str]
    read: Reader
    columns: frozenset[str] = frozenset()
    account: str = ""
    any_case: bool = False
    only_where: tuple[str, str] | None = None
    estimated: bool = False
    money: bool = True

    def fits(self, names: frozenset[str]) -> bool:
        """Whether a file with these columns or keys has this format."""
        have = frozenset(map(str.casefold, names)) if self.any_case else names
        return self.known_by <= have

    def columns_of(self, names: frozenset[str]) -> frozenset[str]:
        """The columns to be read, as the file writes them."""
        if not self.columns:
            return names
        wanted = self.columns | self.known_by | ({self.account} - {""})
        if self.any_case:
            return frozenset(name for name in names if name.casefold() in wanted)
        return wanted


def _names(text: str) -> frozenset[str]:
    return frozenset(text.replace("\n", ",").split(",")) - {""}


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


_LANGFUSE = _names(
    "id,type,start_time,provided_model_name,usage_details,total_cost,level,tags,trace_name,name"
)
_FOCUS = _names(
    "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargeClass,ChargeDescription,"
    "ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,HostProviderName,"
    "InvoiceIssuerName,InvoiceIssuer,Provider,Publisher,ProviderName,PublisherName,"
    "ServiceProviderName,ServiceName,SkuId,SkuMeter,SkuPriceDetails,SubAccountName,Tags"
)
_LITELLM_DAY = _names(
    "date,model,model_group,custom_llm_provider,spend,flat_cost,api_requests,failed_requests,"
    "prompt_tokens,completion_tokens,cache_read_input_tokens,cache_creation_input_tokens,team_id,"
    "tag,entity_alias,key_alias"
)
_CONSOLE = _names("usage_date_utc,model,model_version,workspace,api_key,cost_usd")

#: Every format; of two that fit, the earlier is the narrower.
FORMATS = (
    UsageFormat(
        name="litellm_spend_logs",
        shown="LiteLLM spend logs",
        family="litellm",
        kind=Kind.LOG,
        known_by=_set("request_id", "call_type", "spend", "startTime", "custom_llm_provider"),
        columns=_names(
            "model,model_group,metadata,cache_hit,request_tags,team_id,status,prompt_tokens,"
            "completion_tokens"
        ),
        read=gateways.litellm_spend_logs,
        estimated=True,
    ),
    UsageFormat(
        name="litellm_daily_activity",
        shown="LiteLLM daily activity",
        family="litellm",
        kind=Kind.LOG,
        known_by=_set("results.date", "results.metrics.spend", "results.breakdown"),
        read=gateways.litellm_activity,
        estimated=True,
    ),
    UsageFormat(
        name="litellm_usage_export",
        shown="LiteLLM usage export",
        family="litellm",
        kind=Kind.LOG,
        known_by=_set("date", "entity_id", "flat_cost", "api_requests"),
        columns=_LITELLM_DAY,
        read=gateways.litellm_daily,
        estimated=True,
    ),
    *(
        UsageFormat(
            name="litellm_ui_csv",
            shown="LiteLLM dashboard export",
            family="litellm",
            kind=Kind.LOG,
            known_by=_set("Date", "Spend ($)", "Requests", label),
            columns=_names(
                "Model,Failed Requests,Failed,Prompt Tokens,Completion Tokens,Total Tokens"
            ),
            read=gateways.litellm_ui,
            estimated=True,
        )
        for label in ("Team", "Tag", "Organization", "Customer")
    ),
    UsageFormat(
        name="litellm_daily_spend_table",
        shown="LiteLLM daily spend table",
        family="litellm",
        kind=Kind.LOG,
        known_by=_set("date", "api_key", "custom_llm_provider", "api_requests"),
        columns=_LITELLM_DAY,
        read=gateways.litellm_daily,
        estimated=True,
    ),
    UsageFormat(
        name="openrouter_generations",
        shown="OpenRouter generations",
        family="openrouter",
        kind=Kind.BILL,
        known_by=_set("generation_id", "cost_total", "provider_name"),
        columns=_names(
            "created_at,byok_usage_inference,tokens_prompt,tokens_completion,tokens_cached,"
            "model_permaslug,cancelled,api_key_name,app_name"
        ),
        read=gateways.openrouter_generation,
    ),
    UsageFormat(
        name="openrouter_daily",
        shown="OpenRouter daily activity",
        family="openrouter",
        kind=Kind.BILL,
        known_by=_set("Date", "Slug", "Usage", "BYOK Usage"),
        columns=_names("Requests,Prompt Tokens,Completion Tokens"),
        read=gateways.openrouter_day,
    ),
    UsageFormat(
        name="openrouter_activity_api",
        shown="OpenRouter activity",
        family="openrouter",
        kind=Kind.BILL,
        known_by=_set("data.model_permaslug", "data.provider_name", "data.usage"),
        read=gateways.openrouter_activity,
    ),
    UsageFormat(
        name="langfuse_observations",
        shown="Langfuse observations",
        family="langfuse",
        kind=Kind.LOG,
        known_by=_set("type", "provided_model_name", "total_cost", "trace_name"),
        columns=_LANGFUSE,
        read=gateways.langfuse_observation,
        estimated=True,
    ),
    UsageFormat(
        name="langfuse_observations_legacy",
        shown="Langfuse observations",
        family="langfuse",
        kind=Kind.LOG,
        known_by=_set("type", "provided_model_name", "total_cost"),
        columns=_LANGFUSE,
        read=gateways.langfuse_observation,
        estimated=True,
    ),
    UsageFormat(
        name="helicone_requests",
        shown="Helicone requests",
        family="helicone",
        kind=Kind.LOG,
        known_by=_set("request_created_at", "request_model", "provider"),
        columns=_names(
            "response_status,request_id,response_id,request_properties,properties,prompt_tokens,"
            "completion_tokens,prompt_cache_read_tokens,prompt_cache_write_tokens,cost,costUSD,"
            "cache_enabled,cache_reference_id"
        ),
        read=gateways.helicone_request,
        estimated=True,
    ),
    UsageFormat(
        name="helicone_cli_csv",
        shown="Helicone export",
        family="helicone",
        kind=Kind.LOG,
        known_by=_set("response_id", "request_properties", "latency", "cost"),
        columns=_names("request_created_at,response_status,model,prompt_tokens,completion_tokens"),
        read=gateways.helicone_request,
        estimated=True,
    ),
    UsageFormat(
        name="portkey_logs",
        shown="Portkey logs",
        family="portkey",
        kind=Kind.LOG,
        known_by=_set("ai_org", "ai_model", "cost", "is_success"),
        columns=_names(
            "id,trace_id,created_at,cost_currency,req_units,res_units,mode,prompt_slug,metadata"
        ),
        read=gateways.portkey_log,
        estimated=True,
    ),
    UsageFormat(
        name="cloudflare_logs",
        shown="Cloudflare AI Gateway logs",
        family="cloudflare",
        kind=Kind.LOG,
        known_by=_set("result.provider", "result.model", "result.tokens_in", "result.step"),
        read=gateways.cloudflare_log,
        estimated=True,
    ),
    UsageFormat(
        name="cloudflare_logpush",
        shown="Cloudflare AI Gateway events",
        family="cloudflare",
        kind=Kind.LOG,
        known_by=_set("Gateway", "RequestedModel", "Metrics"),
        columns=_names("Cached,Metadata,Model,Provider,StatusCode,Timestamp"),
        read=gateways.cloudflare_event,
        estimated=True,
    ),
    UsageFormat(
        name="otel_gen_ai",
        shown="OpenTelemetry spans",
        family="opentelemetry",
        kind=Kind.LOG,
        known_by=_set("resourceSpans"),
        read=gateways.otel_spans,
        money=False,
    ),
    UsageFormat(
        name="openai_costs",
        shown="OpenAI costs",
        family="openai",
        kind=Kind.BILL,
        known_by=_set("data.results.amount.value", "data.results.line_item"),
        read=vendors.openai_costs,
    ),
    UsageFormat(
        name="openai_usage",
        shown="OpenAI usage",
        family="openai",
        kind=Kind.LOG,
        known_by=_set("data.results.num_model_requests", "data.start_time"),
        read=vendors.openai_usage,
        money=False,
    ),
    UsageFormat(
        name="openai_cost_csv",
        account="organization_id",
        shown="OpenAI costs",
        family="openai",
        kind=Kind.BILL,
        known_by=_set("start_time", "amount_value", "line_item"),
        columns=_names("end_time,amount_currency,project_id,project_name,api_key_name"),
        read=vendors.openai_cost_row,
    ),
    UsageFormat(
        name="openai_usage_csv",
        shown="OpenAI usage",
        family="openai",
        kind=Kind.LOG,
        known_by=_set("start_time_iso", "num_model_requests"),
        columns=_names(
            "start_time,end_time,input_tokens,output_tokens,input_cached_tokens,"
            "input_cache_write_tokens,project_id,project_name,api_key_name,model"
        ),
        read=vendors.openai_usage_row,
        money=False,
    ),
    UsageFormat(
        name="anthropic_analytics_cost",
        shown="Anthropic analytics cost",
        family="anthropic",
        kind=Kind.BILL,
        known_by=_set("data.starting_at", "data.results.amount", "data.results.list_amount"),
        read=vendors.anthropic_costs,
    ),
    UsageFormat(
        name="anthropic_cost_report",
        shown="Anthropic cost report",
        family="anthropic",
        kind=Kind.BILL,
        known_by=_set("data.starting_at", "data.results.amount", "data.results.cost_type"),
        read=vendors.anthropic_costs,
    ),
    UsageFormat(
        name="anthropic_usage_report",
        shown="Anthropic usage report",
        family="anthropic",
        kind=Kind.LOG,
        known_by=_set("data.starting_at", "data.results.uncached_input_tokens"),
        read=vendors.anthropic_usage,
        money=False,
    ),
    UsageFormat(
        name="anthropic_console_cost",
        shown="Anthropic console, cost",
        family="anthropic",
        kind=Kind.BILL,
        known_by=_set("usage_date_utc", "token_type", "cost_usd"),
        columns=_CONSOLE,
        read=vendors.anthropic_cost_row,
    ),
    UsageFormat(
        name="anthropic_console_usage",
        shown="Anthropic console, usage",
        family="anthropic",
        kind=Kind.LOG,
        known_by=_set("usage_date_utc", "model_version"),
        columns=_CONSOLE
        | _names(
            "usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
            "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens"
        ),
        read=vendors.anthropic_usage_row,
        money=False,
    ),
    UsageFormat(
        name="azure_cost_details",
        account="billingaccountid",
        shown="Azure cost details",
        family="azure",
        kind=Kind.BILL,
        known_by=_set("metercategory", "metername", "costinbillingcurrency", "chargetype"),
        columns=_names(
            "date,metersubcategory,publishertype,costinusd,billingcurrencycode,tags,"
            "resourcename,resourceid,resourcegroup"
        ),
        read=clouds.azure_details,
        any_case=True,
    ),
    UsageFormat(
        name="azure_cost_analysis",
        shown="Azure cost analysis",
        family="azure",
        kind=Kind.BILL,
        known_by=_set("UsageDate", "ServiceTier", "Meter", "CostUSD"),
        columns=_names("ServiceName,ResourceId,ResourceGroupName"),
        read=clouds.azure_analysis,
    ),
    UsageFormat(
        name="aws_cur2",
        account="bill_payer_account_id",
        shown="AWS Cost and Usage Report",
        family="aws",
        kind=Kind.BILL,
        known_by=_set("line_item_usage_type", "line_item_unblended_cost"),
        columns=_names(
            "line_item_net_unblended_cost,line_item_currency_code,line_item_usage_start_date,"
            "line_item_usage_end_date,line_item_line_item_type,line_item_product_code,"
            "line_item_resource_id,product,product.product_name,product_product_name,"
            "product_servicecode,resource_tags,cost_category"
        ),
        read=clouds.aws_cur,
    ),
    UsageFormat(
        name="gcp_billing_export",
        account="billing_account_id",
        shown="Google Cloud billing export",
        family="gcp",
        kind=Kind.BILL,
        known_by=_set("service.description", "sku.description", "cost"),
        columns=_names(
            "usage_start_time,usage_end_time,cost_type,currency,currency_conversion_rate,credits,"
            "labels,project.name,service,sku,project"
        ),
        read=clouds.google_export,
    ),
    UsageFormat(
        name="litellm_focus",
        shown="LiteLLM, in FOCUS",
        family="litellm",
        kind=Kind.LOG,
        known_by=_set("BilledCost", "EffectiveCost", "ChargeCategory", "BillingAccountType"),
        only_where=("BillingAccountType", "API Key"),
        columns=_FOCUS | {"ResourceId"},
        read=focus.litellm_focus_row,
        estimated=True,
    ),
    UsageFormat(
        name="focus",
        account="BillingAccountId",
        shown="FOCUS",
        family="focus",
        kind=Kind.BILL,
        known_by=_set("BilledCost", "EffectiveCost", "ChargeCategory"),
        columns=_FOCUS,
        read=focus.focus_row,
    ),
)
#: A download of Cost Explorer is known by its cells, for its headers are the services.
COST_EXPLORER = UsageFormat(
    name="aws_cost_explorer",
    shown="AWS Cost Explorer",
    family="aws",
    kind=Kind.BILL,
    known_by=frozenset(),
    read=clouds.aws_explorer,
)


def format_of(file: Opened) -> UsageFormat | None:
    """The format of a file by its columns or the paths of its JSON keys, None if it is none."""
    priced = [name for name in file.names if name.endswith("($)")]
    if file.kind == "csv" and len(priced) > 1 and len(priced) == len(file.names) - 1:
        return COST_EXPLORER
    return next((one for one in FORMATS if one.fits(file.names) and _holds(one, file)), None)


def unwrapped(file: Opened) -> Opened:
    """The file, its rows taken out of the list in which an API's answer holds them."""
    if file.kind != "json" or format_of(file) is not None or not isinstance(file.first, dict):
        return file
    for key, held in file.first.items():
        if isinstance(held, list):
            names = frozenset(
                name.removeprefix(f"{key}.") for name in file.names if name.startswith(f"{key}.")
            )
            within = replace(file, names=names, inside=key)
            if format_of(within) is not None:
                return within
    return file


def _holds(one: UsageFormat, file: Opened) -> bool:
    if one.only_where is None:
        return True
    column, wanted = one.only_where
    first = next(file.rows({column}), None)
    return first is not None and str(first.get(column)) == wanted
