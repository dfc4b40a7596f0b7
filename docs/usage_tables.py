"""The tables of docs/usage.md, from the formats and codes that the reader of usage knows."""

from collections.abc import Iterable

from docs.markdown import table
from risk.inventory.usage.formats import COST_EXPLORER, FORMATS, UsageFormat

#: What the money of a format is, and who runs the model, where it is more than one word.
_MONEY = {
    "litellm_ui_csv": "dollars with thousands commas, the gateway's own estimate",
    "portkey_logs": "**cents**, the gateway's own estimate",
    "anthropic_cost_report": "**cents**",
    "anthropic_analytics_cost": "**cents**; `list_amount` is not the cost",
    "openrouter_generations": "dollars; money under an own key (BYOK) is shown apart",
    "openrouter_daily": "dollars; BYOK apart",
    "openrouter_activity_api": "dollars; BYOK apart",
    "openai_cost_csv": "dollars, 30 decimals",
    "anthropic_console_cost": "dollars, rounded to cents a row",
    "azure_cost_details": "`costInUsd`, else `CostInBillingCurrency`",
    "azure_cost_analysis": "`CostUSD`",
    "aws_cur2": "`line_item_net_unblended_cost` where it is filled, else the unblended",
    "aws_cost_explorer": "the cells; total row and total column repeat them and are not read",
    "gcp_billing_export": "`cost`, with credits apart; the bill's own rate to the dollar",
    "focus": "`EffectiveCost` of charges of the category Usage",
    "litellm_focus": "`EffectiveCost`, the gateway's own estimate",
}
_HOSTS = {
    "litellm_spend_logs": "`custom_llm_provider`; behind OpenRouter, `metadata.upstream_provider`",
    "litellm_daily_activity": "the model's name, or the only provider of the day; else asked",
    "litellm_usage_export": "the model's name; else asked",
    "litellm_ui_csv": "not named",
    "litellm_daily_spend_table": "`custom_llm_provider`",
    "litellm_focus": "`ProviderName`",
    "openrouter_generations": "`provider_name` (its “Google” is Vertex AI)",
    "openrouter_daily": "not named: asked",
    "openrouter_activity_api": "`provider_name`",
    "langfuse_observations": "the beginning of the model's name (`azure/…`); else asked",
    "langfuse_observations_legacy": "as above",
    "helicone_requests": "`provider`",
    "helicone_cli_csv": "not named, nor the model",
    "portkey_logs": "`ai_org`",
    "cloudflare_logs": "`provider`",
    "cloudflare_logpush": "`Provider`",
    "otel_gen_ai": "`server.address`; `gen_ai.provider.name` is only the library's word",
    "azure_cost_details": "Azure; `Azure Fireworks Models`: Fireworks AI; Claude is asked",
    "azure_cost_analysis": "as above",
    "aws_cur2": "AWS; Claude Platform on AWS: Anthropic",
    "aws_cost_explorer": "as above; a bare `Amazon Bedrock` names no model and is asked",
    "gcp_billing_export": "Google Cloud; service `Gemini API`: Google",
    "focus": "`ServiceProviderName`; before 1.3 the service, the publisher, the provider",
}
_OWN = {"openai": "OpenAI", "anthropic": "Anthropic"}
_ALSO = {
    "litellm_focus": "; `BillingAccountType` is `API Key`",
    "otel_gen_ai": " with `gen_ai.request.model`",
    "azure_cost_details": " in any case",
}
_EXPLORER = "headers that all end in `($)` but the first, in any language"

REFUSED = {
    "unknown_usage_format": "it is no log and no bill that is known here, or its parts are of"
    " several formats; import a table of another kind as an inventory",
    "truncated_json": "the JSON ends too early, or something in it is no JSON; export it again",
    "truncated_file": "a packed or Parquet file is not whole; copy or export it again",
    "no_usage_rows": "it has a header and no rows; export days with usage",
    "no_llm_usage": "nothing in it is use of a language model; export it with models or meters",
    "repeated_totals": "each model carries the whole day of its team, so that sums are too large:"
    " export it without models, or take the daily activity",
    "too_many_groups": "more combinations of day, use case and model than are held; export fewer"
    " months at a time",
    "not_balanced": "not every cent is accounted for, which is a mistake of this program: nothing"
    " is written; report it",
    "implausible_total": "more is said to be paid on a day than anybody pays; its amounts may be of"
    " another unit",
}
QUESTIONS = {
    "usage_startup": "A log or a bill does not say whose it is. Whose usage is this?",
    "use_case_column": "Which of the names in it is the use case: project, team, tag, key …?",
    "key_alias_person": "Names of keys look like names of people. Leave them out?",
    "host_unknown": "Who runs the models, where the file does not say?",
    "developer_unknown": "Whose model is it, where its name does not tell?",
    "claude_hosting": "Whose outage would stop Claude in Microsoft Foundry?",
    "is_it_llm": "May a line without a model, such as a bare Amazon Bedrock, be counted?",
    "partial_month": "No month is seen whole. Is spend unknown, or what was paid on these days?",
    "more_pages": "The report has more pages. Import this one alone?",
    "money_column": "EffectiveCost is 0 where BilledCost is not. Which of them was paid?",
    "same_traffic_twice": "Several sources tell of one developer in the same months. Is it the same"
    " traffic?",
    "month_would_shrink": "The file has fewer days, or much less money, than is known of them."
    " Replace them?",
    "differs_from_register": "The register states another spend than the file shows. Which counts?",
}
WARNINGS = {
    "no_money": "the file has no money: shares go by tokens, and spend is unknown",
    "provisional_month": "vendors still change this bill; upload it again later",
    "spend_estimated": "spend is what the gateway worked out from a list of prices",
    "issuer_assumed": "a log does not say who sends the bill: the host's was assumed",
    "byok_apart": "use under an own key is paid to the host; it is shown apart",
    "currency_unknown": "a currency has no rate to the dollar: its spend is unknown",
}
#: Every code that only logs and bills have.
CODES = frozenset((*REFUSED, *QUESTIONS, *WARNINGS))


def tables() -> dict[str, str]:
    """Every table of the page by the name of its place."""
    return {
        "formats": table(("format", "recognised by", "money", "who runs it"), _formats()),
        "usage refused": table(("code", "what it means, and what to do"), _said(REFUSED)),
        "usage questions": table(("code", "what is asked"), _said(QUESTIONS)),
        "usage warnings": table(("code", "what it means"), _said(WARNINGS)),
    }


def _said(texts: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((f"`{code}`", text[:1].upper() + text[1:]) for code, text in sorted(texts.items()))


def _formats() -> Iterable[tuple[str, ...]]:
    seen: set[str] = set()
    for one in (*FORMATS, COST_EXPLORER):
        if one.name not in seen:
            seen.add(one.name)
            yield (
                f"{one.shown}<br>`{one.name}`",
                _recognised(one),
                _money(one),
                _HOSTS.get(one.name) or _OWN[one.family],
            )


def _recognised(one: UsageFormat) -> str:
    if one is COST_EXPLORER:
        return _EXPLORER
    alike = [other.known_by for other in FORMATS if other.name == one.name]
    shared = frozenset.intersection(*alike)
    names = ", ".join(f"`{name}`" for name in sorted(shared))
    others = sorted(frozenset.union(*alike) - shared)
    choice = f", and one of {', '.join(f'`{name}`' for name in others)}" if others else ""
    return f"{names}{choice}{_ALSO.get(one.name, '')}"


def _money(one: UsageFormat) -> str:
    if not one.money:
        return "none"
    plain = "dollars, the gateway's own estimate" if one.estimated else "dollars"
    return _MONEY.get(one.name, plain)
