"""Samples of every format: each row and each cent where an independent script found them."""

from collections import defaultdict
from decimal import Decimal
from io import BytesIO

import pytest

from risk.inventory.intake_results import Outcome
from risk.inventory.observed import read_usage
from risk.inventory.resolution import Resolver
from risk.inventory.usage.adding import UsageSums, add_up
from risk.inventory.usage.formats import COST_EXPLORER, FORMATS
from risk.inventory.usage.suppliers import Suppliers
from tests.inventory.usage.samples import ANSWERS, SAMPLES, TODAY, read, sample

_FOUR = Decimal("0.0001")
UNKNOWN = "unknown"
#: File → format, rows, duplicates, ignored, and where the money is, in dollars.
FILES: dict[str, tuple[str, int, int, int, dict[str, str]]] = {
    "anthropic_analytics_cost.json": ("anthropic_analytics_cost", 65, 0, 0, {"llm": "653.7512"}),
    "anthropic_console_cost.csv": ("anthropic_console_cost", 208, 0, 0, {"llm": "500.8"}),
    "anthropic_console_usage.csv": ("anthropic_console_usage", 52, 0, 0, {}),
    "anthropic_cost_report.json": ("anthropic_cost_report", 213, 0, 0, {"llm": "501.8493"}),
    "anthropic_usage_report_messages.json": ("anthropic_usage_report", 52, 0, 0, {}),
    "aws_cost_explorer_services.csv": (
        "aws_cost_explorer", 3, 0, 0,
        {"llm": "1630.7924", "is_it_llm": "331.8183", "not_llm": "3703.2791", "tax": "23.2496"},
    ),
    "aws_cur2_bedrock.csv": (
        "aws_cur2", 129, 0, 0,
        {"llm": "556.522", "not_llm": "250.9945", "tax": "18.42", "credits": "-40"},
    ),
    "azure_cost_analysis.csv": ("azure_cost_analysis", 124, 0, 0, {"llm": "558.6214"}),
    "azure_cost_details_ea.csv": (
        "azure_cost_details", 132, 0, 0,
        {"llm": "617.2687", "not_llm": "4.5807", "refunds": "-12.5"},
    ),
    "cloudflare_ai_gateway_logpush.ndjson": ("cloudflare_logpush", 80, 0, 0, {"llm": "6.2761"}),
    "cloudflare_ai_gateway_logs.json": ("cloudflare_logs", 80, 0, 0, {"llm": "6.6658"}),
    "focus_1_2_mixed.csv": (
        "focus", 130, 0, 0, {"llm": "576.9054", "not_llm": "169.3369", "tax": "7.8934"},
    ),
    "focus_1_3.parquet": ("focus", 89, 0, 0, {"llm": "775.0209"}),
    "gcp_billing_export.csv": (
        "gcp_billing_export", 110, 0, 0,
        {"llm": "257.6341", "not_llm": "72.3714", "tax": "4.31", "credits": "-2.8217"},
    ),
    "helicone_export_cli.csv": ("helicone_cli_csv", 60, 0, 0, {"llm": "4.0379"}),
    "helicone_requests.jsonl": ("helicone_requests", 50, 0, 0, {"llm": "2.9191"}),
    "langfuse_observations_legacy.csv": (
        "langfuse_observations_legacy", 50, 0, 11, {"llm": "3.9279"},
    ),
    "langfuse_observations_v2.jsonl": ("langfuse_observations", 45, 0, 8, {"llm": "4.2748"}),
    "litellm_daily_activity.json": ("litellm_daily_activity", 6, 0, 0, {"llm": "34.94"}),
    "litellm_daily_user_spend.csv": ("litellm_daily_spend_table", 118, 0, 0, {"llm": "34.94"}),
    "litellm_focus.csv": ("litellm_focus", 118, 0, 0, {"llm": "34.94"}),
    "litellm_spend_logs.csv": ("litellm_spend_logs", 45, 0, 0, {"llm": "10.5468"}),
    "litellm_spend_logs.json": ("litellm_spend_logs", 52, 2, 0, {"llm": "10.1635"}),
    "litellm_team_export_daily_with_models.csv": (
        "litellm_usage_export", 109, 0, 0, {"llm": "34.94"},
    ),
    "litellm_ui_team_usage_daily.csv": ("litellm_ui_csv", 24, 0, 0, {"llm": "31445.9735"}),
    "openai_completions_usage.csv": ("openai_usage_csv", 62, 0, 1, {}),
    "openai_cost.csv": ("openai_cost_csv", 169, 0, 2, {"llm": "378.3617", "credits": "-25"}),
    "openai_costs.json": ("openai_costs", 167, 0, 0, {"llm": "378.3617", "credits": "-25"}),
    "openai_usage_completions.json": ("openai_usage", 61, 0, 0, {}),
    "openrouter_activity_api.json": (
        "openrouter_activity_api", 154, 0, 0, {"llm": "89.1094", "byok": "1.3859"},
    ),
    "openrouter_activity_daily.csv": (
        "openrouter_daily", 217, 0, 0, {"llm": "158.7286", "byok": "1.7401"},
    ),
    "openrouter_activity_generations.csv": (
        "openrouter_generations", 150, 0, 0, {"llm": "21.9531", "byok": "1.8728"},
    ),
    "otel_gen_ai_spans.json": ("otel_gen_ai", 50, 0, 5, {}),
    "portkey_logs_export.jsonl": ("portkey_logs", 81, 0, 0, {"llm": "21.1885"}),
    "real_focus_1_0_sample.csv": ("focus", 67, 0, 0, {"not_llm": "1.8381", "credits": "-3"}),
    "real_focus_ai_multi_model.csv": ("focus", 4, 0, 0, {"llm": "104.5"}),
    "real_focus_ai_third_party_model.csv": ("focus", 2, 0, 0, {"llm": "4.5"}),
    "real_litellm_spend_row.json": ("litellm_spend_logs", 1, 0, 0, {"llm": "0.0002"}),
    "real_openai_costs_example.json": ("openai_costs", 1, 0, 0, {"llm": "0.06"}),
    "real_openai_usage_example.json": ("openai_usage", 1, 0, 0, {}),
}  # fmt: skip
_LITELLM = {
    "Anthropic": "18.8505",
    "OpenAI": "14.7598",
    "Google": "0.8982",
    "Moonshot AI": "0.2795",
    "Meta": "0.152",
}
_OPENROUTER = {
    "OpenAI": "34.9716",
    "Anthropic": "45.2257",
    "DeepSeek": "5.073",
    "Zhipu AI": "1.4271",
    "Moonshot AI": "1.4064",
    "Google": "1.0056",
}
#: File → developer → dollars, of files with money.
DEVELOPERS: dict[str, dict[str, str]] = {
    "anthropic_analytics_cost.json": {"Anthropic": "653.7512"},
    "anthropic_console_cost.csv": {"Anthropic": "500.8"},
    "anthropic_cost_report.json": {"Anthropic": "501.8493"},
    "aws_cost_explorer_services.csv": {"Anthropic": "1630.7924"},
    "aws_cur2_bedrock.csv": {
        "Anthropic": "488.4456",
        "Amazon": "58.0712",
        "OpenAI": "5.0721",
        "Cohere": "3.0655",
        "Meta": "1.8677",
    },
    "azure_cost_analysis.csv": {"OpenAI": "518.4912", "Mistral AI": "40.1303"},
    "azure_cost_details_ea.csv": {
        "OpenAI": "411.5994",
        "Anthropic": "186.65",
        "Moonshot AI": "9.1723",
        "DeepSeek": "8.9936",
        "Microsoft": "0.8535",
    },
    "cloudflare_ai_gateway_logpush.ndjson": {
        "Anthropic": "4.0799",
        "OpenAI": "1.7985",
        "Google": "0.3977",
    },
    "cloudflare_ai_gateway_logs.json": {
        "Anthropic": "4.6752",
        "OpenAI": "1.7298",
        "Google": "0.2609",
    },
    "focus_1_2_mixed.csv": {
        "OpenAI": "290.2694",
        "Anthropic": "172.0716",
        "Mistral AI": "73.2363",
        "Amazon": "41.3282",
    },
    "focus_1_3.parquet": {"OpenAI": "416.1479", "Anthropic": "188.3153", "Google": "170.5577"},
    "gcp_billing_export.csv": {"Anthropic": "153.0771", "Google": "94.5262", "Meta": "10.0308"},
    "helicone_export_cli.csv": {UNKNOWN: "4.0379"},
    "helicone_requests.jsonl": {"Anthropic": "1.5913", "OpenAI": "1.3278"},
    "langfuse_observations_legacy.csv": {
        "Anthropic": "2.155",
        "OpenAI": "1.1769",
        "Google": "0.596",
    },
    "langfuse_observations_v2.jsonl": {
        "Anthropic": "3.0259",
        "OpenAI": "0.8119",
        "Google": "0.437",
    },
    "litellm_daily_activity.json": _LITELLM,
    "litellm_daily_user_spend.csv": _LITELLM,
    "litellm_focus.csv": _LITELLM,
    "litellm_spend_logs.csv": {
        "OpenAI": "5.6006",
        "Anthropic": "4.5886",
        "Google": "0.2184",
        "Meta": "0.1392",
    },
    "litellm_spend_logs.json": {
        "Anthropic": "7.3414",
        "OpenAI": "2.4921",
        "Google": "0.234",
        "Moonshot AI": "0.0863",
        "Meta": "0.0097",
    },
    "litellm_team_export_daily_with_models.csv": _LITELLM,
    "litellm_ui_team_usage_daily.csv": {UNKNOWN: "31445.9735"},
    "openai_cost.csv": {"OpenAI": "378.3617"},
    "openai_costs.json": {"OpenAI": "378.3617"},
    "openrouter_activity_api.json": _OPENROUTER,
    "openrouter_activity_daily.csv": {
        "Anthropic": "76.6505",
        "OpenAI": "61.3525",
        "DeepSeek": "11.5806",
        "Moonshot AI": "3.4949",
        "Zhipu AI": "3.415",
        "Google": "2.2351",
    },
    "openrouter_activity_generations.csv": {
        "Anthropic": "11.22",
        "OpenAI": "6.8331",
        "DeepSeek": "2.1453",
        "Moonshot AI": "0.7961",
        "Zhipu AI": "0.7545",
        "Google": "0.204",
    },
    "portkey_logs_export.jsonl": {"Anthropic": "11.1973", "OpenAI": "9.9912"},
    "real_focus_ai_multi_model.csv": {"Solora AI": "104.5"},
    "real_focus_ai_third_party_model.csv": {"Solora AI": "4.5"},
    "real_litellm_spend_row.json": {"OpenAI": "0.0002"},
    "real_openai_costs_example.json": {"OpenAI": "0.06"},
}
#: File → developer → tokens in and out, of files without money.
TOKENS = {
    "anthropic_console_usage.csv": {"Anthropic": 238_458_313},
    "anthropic_usage_report_messages.json": {"Anthropic": 238_458_313},
    "openai_completions_usage.csv": {"OpenAI": 15_653_494},
    "openai_usage_completions.json": {"OpenAI": 15_653_494},
    "otel_gen_ai_spans.json": {"OpenAI": 1_237_710, "Anthropic": 1_072_513},
    "real_openai_usage_example.json": {"OpenAI": 1_500},
}
REPEATED = "litellm_ui_team_usage_daily_with_models.csv"


@pytest.fixture(scope="module")
def suppliers(resolver: Resolver) -> Suppliers:
    return Suppliers(resolver)


def sums_of(name: str, suppliers: Suppliers) -> UsageSums:
    return add_up([BytesIO(sample(name))], suppliers)


def test_every_sample_stands_in_the_tables_of_this_test():
    shipped = {one.name for one in SAMPLES.iterdir()}
    told = {*FILES, REPEATED, "labelled_lines.csv", "README.md"}
    assert shipped == told
    assert {*DEVELOPERS, *TOKENS, "real_focus_1_0_sample.csv"} == set(FILES)


def test_every_format_has_a_sample():
    assert {one[0] for one in FILES.values()} == {one.name for one in (*FORMATS, COST_EXPLORER)}


@pytest.mark.parametrize("name", FILES)
def test_every_row_and_every_cent_is_where_it_should_be(name: str, suppliers: Suppliers):
    format_, rows, duplicates, ignored, buckets = FILES[name]
    sums = sums_of(name, suppliers)
    assert sums.format.name == format_
    found = (sums.rows.read, sums.rows.duplicates, sums.rows.ignored, sums.rows.rejected)
    assert found == (rows, duplicates, ignored, 0)
    assert sums.is_balanced
    money = {
        bucket.value: str(money.quantize(_FOUR).normalize())
        for (bucket, _), money in sums.money.items()
        if money
    }
    assert money == {bucket: str(Decimal(of).normalize()) for bucket, of in buckets.items()}


@pytest.mark.parametrize("name", FILES)
def test_every_cent_and_every_token_is_of_the_right_developer(name: str, suppliers: Suppliers):
    money: dict[str, Decimal] = defaultdict(Decimal)
    tokens: dict[str, int] = defaultdict(int)
    for key, sums in sums_of(name, suppliers).groups.items():
        developer = key.supplier.developer or UNKNOWN
        money[developer] += sums.money or 0
        tokens[developer] += (sums.input_tokens or 0) + (sums.output_tokens or 0)
    found = {developer: of.quantize(_FOUR) for developer, of in money.items() if of}
    told = DEVELOPERS.get(name, {})
    assert found == {developer: Decimal(of).quantize(_FOUR) for developer, of in told.items()}
    if name in TOKENS:
        assert tokens == TOKENS[name]


def test_an_export_that_repeats_the_teams_day_on_each_model_is_refused(resolver: Resolver):
    refused = read(REPEATED, resolver=resolver)
    assert (refused.outcome, refused.error) == (Outcome.REJECT_FILE, "repeated_totals")


def test_a_bill_without_a_model_is_refused_though_it_has_an_ai_category(resolver: Resolver):
    refused = read("real_focus_1_0_sample.csv", resolver=resolver)
    assert (refused.outcome, refused.error) == (Outcome.REJECT_FILE, "no_llm_usage")


@pytest.mark.parametrize("name", [name for name in FILES if name != "real_focus_1_0_sample.csv"])
def test_every_sample_becomes_dependencies_once_its_questions_are_answered(
    name: str, resolver: Resolver
):
    result = read_usage(
        [BytesIO(sample(name))],
        file_name="no-name.bin",
        resolver=resolver,
        assume=ANSWERS,
        today=TODAY,
    )
    assert result.outcome is Outcome.ACCEPT, result.problems
    assert result.rows
    assert not result.confirm


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        (("openai_costs.json", "openai_cost.csv"), "money"),
        (("openai_usage_completions.json", "openai_completions_usage.csv"), "tokens"),
        (("anthropic_usage_report_messages.json", "anthropic_console_usage.csv"), "tokens"),
        (("litellm_daily_user_spend.csv", "litellm_team_export_daily_with_models.csv"), "money"),
    ],
)
def test_two_forms_of_one_account_say_the_same(
    names: tuple[str, str], unit: str, suppliers: Suppliers
):
    def by_day(name: str):
        found: dict[object, Decimal] = defaultdict(Decimal)
        for key, sums in sums_of(name, suppliers).groups.items():
            tokens = (sums.input_tokens or 0) + (sums.output_tokens or 0)
            value = sums.money if unit == "money" else Decimal(tokens)
            found[key.first_day, key.supplier.developer] += value or Decimal(0)
        return {key: value.quantize(_FOUR) for key, value in found.items()}

    first, second = map(by_day, names)
    assert first == second
