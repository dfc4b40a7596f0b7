"""Name resolution: the measures on public names and traps, and the rules one by one."""

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.resolution_accuracy import measure
from risk.catalog.loading import load_catalog
from risk.catalog.records import Alias, Answer, Model
from risk.inventory.machine_names import spelt_out
from risk.inventory.misspellings import FUZZY_LETTERS, omissions, slips
from risk.inventory.resolution import Resolver
from tests.inventory.reading import FIXTURES, resolver, small_catalog

LABELLED = Path(__file__).with_name("labelled_names.csv")


#: Public names, invented traps, and strings of the US federal AI use case inventory 2025 (OMB,
#: public domain), labelled before the rules that now read them were written. Read for the first
#: time, the fifth file had a precision of 0.981 and a recall of 0.959, the sixth 0.974 and 0.955,
#: the seventh 0.978 and 0.985, the eighth 0.956 and 0.962, the ninth 0.889 and 0.918 (0.724 of the
#: possible ones asked about), the tenth 0.962 and 0.941 (0.595), the eleventh 0.976 and 0.923
#: (0.818), the twelfth 0.955 and 0.922 (0.907), the thirteenth 0.982 and 0.956 (0.981; no cell of
#: not stated was read as no). Four labels of the ninth were wrong and are put right: Cohere
#: Technologies is another firm; Cursor, Portkey and SAP AI Core are hosts of the catalogue.
HELD = {
    "labelled_open.csv": (1.0, 0.988, 0.87),
    "labelled_blind.csv": (0.988, 0.994, 0.86),
    "labelled_third.csv": (0.982, 0.982, 0.91),
    "labelled_fourth.csv": (0.978, 0.978, 1.0),
    "labelled_fifth.csv": (0.997, 0.993, 1.0),
    "labelled_sixth.csv": (0.992, 0.984, 0.94),
    "labelled_seventh.csv": (1.0, 1.0, 1.0),
    "labelled_eighth.csv": (0.993, 1.0, 0.93),
    "labelled_ninth.csv": (1.0, 1.0, 0.98),
    "labelled_tenth.csv": (1.0, 1.0, 1.0),
    "labelled_eleventh.csv": (1.0, 0.99, 0.98),
    "labelled_twelfth.csv": (1.0, 1.0, 1.0),
    "labelled_thirteenth.csv": (0.991, 0.991, 0.99),
}


def labelled(file: Path = LABELLED) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def shipped() -> Resolver:
    """A resolver with the shipped facts, models included."""
    return Resolver(load_catalog(FIXTURES))


@pytest.mark.parametrize("file", HELD)
def test_labelled_strings_are_read_as_well_as_they_were(file: str) -> None:
    precision, recall, asked = HELD[file]
    accuracy = measure(labelled(LABELLED.with_name(file)), shipped())
    assert accuracy.precision >= precision, accuracy.wrong
    assert accuracy.recall >= recall, accuracy.wrong
    assert accuracy.possible_asked >= asked, accuracy.wrong


def test_three_of_the_labelled_strings_that_are_no_model_are_answered_yes() -> None:
    rows = [row for file in HELD for row in labelled(LABELLED.with_name(file))]
    traps = [row["text"] for row in rows if row["is_llm"] == "no"]
    assert len(traps) > 1_000
    wrong = [text for text in traps if shipped().resolve(text).answer is Answer.YES]
    invented = ["Anthropic Design Studio Milano", "Anthropic Forest Research Centre"]
    # Jamba is a chain of juice bars, and AI21's model.
    assert wrong == [*invented, "Jamba"]


def test_no_labelled_cell_that_names_nobody_is_read_as_no() -> None:
    rows = [row for file in HELD for row in labelled(LABELLED.with_name(file))]
    unstated = [row["text"] for row in rows if row.get("class") == "not stated"]
    assert len(unstated) > 200
    assert [one for one in unstated if shipped().resolve(one).answer is not Answer.ASK] == []


def test_the_labelled_names_meet_the_targets() -> None:
    accuracy = measure(labelled(), resolver())
    assert accuracy.strings >= 80
    assert accuracy.precision >= 0.97, accuracy.wrong
    assert accuracy.recall >= 0.90, accuracy.wrong
    assert accuracy.possible_asked == 1.0, accuracy.wrong


def test_no_labelled_trap_is_answered_yes() -> None:
    traps = [row["text"] for row in labelled() if row["is_llm"] == "no"]
    assert len(traps) >= 40
    assert [text for text in traps if resolver().resolve(text).answer is Answer.YES] == []


@pytest.mark.parametrize(
    ("text", "developer", "host"),
    [
        ("Azure OpenAI", "OpenAI", "Microsoft Azure"),
        ("GPT-4o via Azure", "OpenAI", "Microsoft Azure"),
        ("Claude on Bedrock", "Anthropic", "Amazon Web Services"),
        ("OpenAI, L.L.C.1 Example St.San Francisco, CA 94110United States", "OpenAI", "OpenAI"),
        ("Microsoft Copilot", "OpenAI", "Microsoft"),
        ("Google LLC (Vertex AI)1 Example WayMountain View", "Google", "Google Cloud"),
    ],
)
def test_one_name_is_read_as_developer_and_host(text: str, developer: str, host: str) -> None:
    resolution = resolver().resolve(text)
    assert (resolution.answer, resolution.developer, resolution.host) == (
        Answer.YES,
        developer,
        host,
    )
    assert resolution.text == text
    assert 0 < resolution.confidence <= 1
    assert resolution.reason


def test_a_list_names_every_product_once() -> None:
    found = resolver().resolve_all("ChatGPT, Claude; Copilot & ChatGPT")
    assert [resolution.product for resolution in found] == [
        "ChatGPT",
        "Claude",
        "Microsoft Copilot",
    ]


def test_a_legal_form_after_a_comma_is_no_second_product() -> None:
    assert len(resolver().resolve_all("OpenAI, Inc")) == 1
    assert len(resolver().resolve_all("Anthropic, PBC, Mistral AI, SAS")) == 2


def test_of_several_products_the_first_language_model_answers() -> None:
    assert resolver().resolve("Slack, AWS, Claude, ChatGPT").developer == "Anthropic"


def test_a_company_among_two_developers_means_its_models_and_beside_one_its_cloud() -> None:
    among = resolver().resolve_all("OpenAI, Anthropic, Google")[2]
    beside = resolver().resolve_all("OpenAI, Google")[1]
    assert (among.answer, among.developer) == (Answer.YES, "Google")
    assert (beside.answer, beside.host) == (Answer.ASK, "Google Cloud")


def test_what_is_only_compared_with_a_product_is_asked_about() -> None:
    assert resolver().resolve("OpenAI-compatible endpoint").answer is Answer.ASK


def test_a_brand_in_letters_of_another_script_is_asked_about() -> None:
    resolution = resolver().resolve("\u041epenAI")
    assert resolution.answer is Answer.ASK
    assert "script" in resolution.reason


def test_short_names_are_never_taken_for_a_misspelling() -> None:
    assert FUZZY_LETTERS == 8
    assert resolver().resolve("Gtoq").answer is Answer.NO
    assert resolver().resolve("Antrhopic").developer == "Anthropic"


def test_an_alias_that_comes_later_replaces_an_earlier_one() -> None:
    catalog = small_catalog()
    decided = Alias(
        text="Acme Copilot",
        answer=Answer.YES,
        developer="Anthropic",
        host="Anthropic",
        product="Claude API",
        source="decided by an analyst",
    )
    assert Resolver(catalog).resolve("Acme Copilot").answer is Answer.ASK
    after = Resolver(replace(catalog, aliases=(*catalog.aliases, decided)))
    assert after.resolve("ACME copilot, Inc.").developer == "Anthropic"


def test_a_firm_of_a_products_name_is_asked_about_and_decided_without_the_product() -> None:
    assert resolver().resolve("Gemini Ltd").answer is Answer.ASK
    catalog = small_catalog()
    decided = Alias(
        text="Gemini Ltd",
        answer=Answer.NO,
        developer=None,
        host=None,
        product=None,
        source="decided by an analyst",
    )
    after = Resolver(replace(catalog, aliases=(*catalog.aliases, decided)))
    assert after.resolve("Gemini Ltd").answer is Answer.NO
    assert after.resolve("Gemini").developer == "Google"
    assert after.resolve("Gemini API").developer == "Google"


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("IBM", ("IBM United Kingdom Limited", "IBM Deutschland GmbH", "IBM Japan, Ltd.")),
        ("Databricks", ("Databricks B.V.", "Databricks K.K.", "Databricks Germany GmbH")),
        ("Glean", ("Glean Technologies, Inc.", "Glean Technologies India Private Limited")),
        (
            "Amazon Data Services",
            ("Amazon Data Services Ireland Limited", "Amazon Data Services Japan KK"),
        ),
        ("Anthropic", ("Anthropic Ireland Limited", "Anthropic México, S. de R.L. de C.V.")),
    ],
)
def test_a_company_has_one_answer_in_all_its_forms(name: str, others: tuple[str, ...]) -> None:
    first = shipped().resolve(name)
    for other in others:
        read = shipped().resolve(other)
        assert (read.answer, read.developer, read.host, read.product) == (
            first.answer,
            first.developer,
            first.host,
            first.product,
        )


@pytest.mark.parametrize(
    ("text", "answer", "developer"),
    [
        ("Switched from ChatGPT to Claude", "yes", "Anthropic"),
        ("OpenAI → Anthropic (migrated)", "yes", "Anthropic"),
        ("not OpenAI but Claude", "yes", "Anthropic"),
        ("Claude - trial until June", "yes", "Anthropic"),
        ("OpenAI, not in use", "no", None),
        ("DeepSeek (blocked)", "no", None),
        ("no LLM", "no", None),
        ("No AI used", "no", None),
        ("LLM, vendor not specified", "ask", None),
        ("[redacted]", "ask", None),
        ("Bloom & Wild", "no", None),
        ("BLOOM", "ask", None),
        ("GPT Group (REIT)", "no", None),
    ],
)
def test_words_about_use_say_what_they_say(text: str, answer: str, developer: str | None) -> None:
    read = shipped().resolve(text)
    assert (str(read.answer), read.developer) == (answer, developer)


def test_names_joined_into_one_firms_are_no_list() -> None:
    assert resolver().resolve("Claude & Sons").answer is Answer.NO
    assert len(resolver().resolve_all("Claude & Gemini")) == 2


@pytest.mark.parametrize(
    ("text", "developer", "host"),
    [
        ("bedrock/meta.llama3-70b-instruct-v1:0", "Meta", "Amazon Web Services"),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "Anthropic", "Amazon Web Services"),
        ("openrouter/anthropic/claude-sonnet-4", "Anthropic", "OpenRouter"),
        ("claude-opus-4@20250514", "Anthropic", "Google Cloud"),
        ("accounts/fireworks/models/qwen2p5-72b", "Alibaba", "Fireworks AI"),
        ("pkg:pypi/cohere@5.1.0", "Cohere", "Cohere"),
        ("Qwen/Qwen3-8B", "Alibaba", "unspecified"),
        ("ollama/llama3.2", "Meta", "self-hosted"),
    ],
)
def test_what_programs_write_is_spelt_out_first(text: str, developer: str, host: str) -> None:
    found = shipped().resolve_all(text)
    assert [(one.developer, one.host) for one in found] == [(developer, host)]


@pytest.mark.parametrize("text", ["https://openai.com/api/", "Anthropic, PBC", "GPT-4/Claude-3"])
def test_what_people_write_is_not_taken_for_a_program(text: str) -> None:
    assert spelt_out(text) == text


def test_a_slip_is_put_right_only_among_known_words() -> None:
    assert resolver().resolve("Amazon Bedorck").host == "Amazon Web Services"
    for own_name in ("Bedrok Stone", "OpenAPI", "Perplex City", "Mitral Valve Clinic"):
        assert resolver().resolve(own_name).answer is Answer.NO
    assert "opneai" in slips("openai")
    assert "opnai" in omissions("openai")
    assert "opena" not in omissions("openai")


def test_an_empty_text_is_no_provider() -> None:
    assert resolver().resolve("").answer is Answer.NO
    assert resolver().resolve(" ,;, ").answer is Answer.NO


def model(name: str, developer: str) -> Model:
    return Model(
        name=name,
        developer=developer,
        family=None,
        open_weights=None,
        context_tokens=None,
        input_modalities=frozenset(),
        output_modalities=frozenset(),
        tool_call=None,
        structured_output=None,
        released=None,
        source="invented",
    )


def test_model_names_are_found_whatever_their_prefix_date_and_punctuation() -> None:
    reader = Resolver(
        small_catalog(model("gpt-4o", "OpenAI"), model("claude-sonnet-4", "Anthropic"))
    )
    assert reader.resolve_model("openai/GPT 4o") == "gpt-4o"
    assert reader.resolve_model("gpt-4o-2024-08-06", "OpenAI") == "gpt-4o"
    assert reader.resolve_model("gpt-4o", "Anthropic") is None
    assert reader.resolve_model("us.anthropic.claude-sonnet-4-20250514-v1:0") == "claude-sonnet-4"
    assert reader.resolve_model("gpt-99") is None


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_has_an_answer_with_a_reason(text: str) -> None:
    found = resolver().resolve_all(text)
    assert found
    assert all(resolution.reason for resolution in found)
    one = resolver().resolve(text)
    assert (one.answer is Answer.YES) == any(r.answer is Answer.YES for r in found)
    assert one == resolver().resolve(text)


@pytest.mark.parametrize(
    "text",
    [
        *("TBD", "To be determined", "Unknown", "Various vendors", "unknown provider", "待定"),
        *("N/A", "n.a.", "None", "-", "—", "?", "[blank]", "(see notes)", "Not available", "なし"),
        *("Third Party Vendor", "Vendor", "3rd party", "Other"),
    ],
)
def test_who_is_not_named_yet_is_asked_about_and_never_read_as_nobody(text: str) -> None:
    assert resolver().resolve(text).answer is Answer.ASK


@pytest.mark.parametrize(
    "text", ["No AI used", "Unknown Worlds Entertainment", "Multiple Sclerosis", "Vendor Central"]
)
def test_other_words_without_a_provider_are_no_provider(text: str) -> None:
    assert resolver().resolve(text).answer is Answer.NO


@pytest.mark.parametrize(
    ("text", "developer", "host"),
    [
        ("Claude (Bedrock, eu-central-1)", "Anthropic", "Amazon Web Services"),
        ("OpenAI (hosted in Azure, EU data zone)", "OpenAI", "Microsoft Azure"),
        ("Mistral 7B / Bedrock", "Mistral AI", "Amazon Web Services"),
        ("https://api.groq.com/openai/v1", "unspecified", "Groq"),
        ("acme.openai.azure.com/openai/deployments/gpt4o", "OpenAI", "Microsoft Azure"),
        ("text-embedding-3-small (Azure)", "OpenAI", "Microsoft Azure"),
        ("Copilot (GitHub)", "OpenAI", "GitHub"),
        ("Claude/Bedrock", "Anthropic", "Amazon Web Services"),
        ("OpenAI (über Azure, Region West Europe)", "OpenAI", "Microsoft Azure"),
        ("https://openrouter.ai/openai/gpt-4o-mini", "OpenAI", "OpenRouter"),
        ("gpt-oss-20b on our H100s", "OpenAI", "self-hosted"),
        ("Claude instead of ChatGPT", "Anthropic", "Anthropic"),
        ("Gemini for drafting replies", "Google", "Google"),
    ],
)
def test_where_it_runs_is_read_beside_what_it_is(text: str, developer: str, host: str) -> None:
    found = [r for r in shipped().resolve_all(text) if r.answer is Answer.YES]
    assert [(r.developer, r.host) for r in found] == [(developer, host)]


@pytest.mark.parametrize(
    "text",
    [
        *("Not using OpenAI", "no longer using Claude", "ohne ChatGPT", "not OpenAI"),
        *("formerly OpenAI", "ex-OpenAI", "OpenAI (cancelled)", "OpenAI contract terminated"),
        *("Claude - discontinued", "stopped using Mistral", "switched from OpenAI"),
        *("ChatGPT is banned", "Anthropic subscription ended"),
    ],
)
def test_a_provider_that_is_not_used_is_none(text: str) -> None:
    assert shipped().resolve(text).answer is Answer.NO


@pytest.mark.parametrize(
    ("text", "developer"),
    [
        ("formerly OpenAI, now Claude", "Anthropic"),
        ("OpenAI, replaced by Claude", "Anthropic"),
        ("ChatGPT (superseded by Gemini 2.5 Pro)", "Google"),
        ("OpenAI - we switched to Mistral", "Mistral AI"),
        ("Claude replaced ChatGPT", "Anthropic"),
        # Where it runs took the place of nothing.
        ("Claude, moved to Bedrock", "Anthropic"),
        ("OpenAI, not only for support", "OpenAI"),
    ],
)
def test_what_took_the_place_of_a_provider_is_the_provider(text: str, developer: str) -> None:
    found = [r for r in shipped().resolve_all(text) if r.answer is Answer.YES]
    assert {one.developer for one in found} == {developer}


@pytest.mark.parametrize("text", ["LL.M. in tax law", "LLM (Master of Laws) programme"])
def test_a_degree_in_law_is_no_language_model(text: str) -> None:
    assert resolver().resolve(text).answer is Answer.NO


@pytest.mark.parametrize("text", ["Azure PIID: NNG15SD60B", "Azure, order 4500123456"])
def test_the_number_of_a_contract_beside_a_cloud_says_nothing(text: str) -> None:
    assert resolver().resolve(text).answer is Answer.ASK


@pytest.mark.parametrize(
    ("text", "developer"),
    [
        ("Claude (rolled out to 200 staff)", "Anthropic"),
        ("Mistral – im Pilotbetrieb bis 31.12.2026", "Mistral AI"),
        ("Status live: Gemini", "Google"),
        ("Claude (coding)", "Anthropic"),
        ("Claude (formerly Gemini)", "Anthropic"),
        ("Softcat - Claude", "Anthropic"),
        ("OpenAI, will be replaced by Mistral in 2027", "OpenAI"),
        ("moved to Claude from ChatGPT", "Anthropic"),
        ("OpenAI abgelöst durch Mistral AI", "Mistral AI"),
    ],
)
def test_a_remark_on_the_use_tells_no_other_firm(text: str, developer: str) -> None:
    found = [r for r in shipped().resolve_all(text) if r.answer is Answer.YES]
    assert {one.developer for one in found} == {developer}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Claude (Nutzung untersagt)", "no"),
        ("OpenAI: contrato cancelado", "no"),
        ("Wir nutzen kein ChatGPT", "no"),
        ("used OpenAI until 2024", "no"),
        ("ChatGPT(利用禁止)", "no"),
        ("Gemini (something that we do not know)", "ask"),
        ("Mistral Services AG", "ask"),
        ("Claude Inc.", "ask"),
        ("ChatGPT Consulting LLC", "ask"),
        ("Salesforce Copilot", "ask"),
        ("Loom AI assistant", "ask"),
        ("Mistral Windows & Doors", "no"),
        ("Opus 3 Artists", "no"),
    ],
)
def test_what_has_ended_is_no_and_what_is_in_doubt_is_asked(text: str, answer: str) -> None:
    assert str(shipped().resolve(text).answer) == answer


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Azure OpenAI, GPT-4o", {("OpenAI", "Microsoft Azure")}),
        ("Azure OpenAI (West Europe, PTU)", {("OpenAI", "Microsoft Azure")}),
        ("Claude Sonnet 4.5, Bedrock", {("Anthropic", "Amazon Web Services")}),
        ("OpenRouter: Claude & GPT-4o", {("Anthropic", "OpenRouter"), ("OpenAI", "OpenRouter")}),
        (
            "Mistral und Llama (beide lokal)",
            {("Mistral AI", "self-hosted"), ("Meta", "self-hosted")},
        ),
        ("GPT-4o, Bedrock", {("OpenAI", "OpenAI"), ("unspecified", "Amazon Web Services")}),
    ],
)
def test_a_model_and_the_service_that_serves_it_are_one(
    text: str, pairs: set[tuple[str, str]]
) -> None:
    assert {(r.developer, r.host) for r in shipped().resolve_all(text)} == pairs


@pytest.mark.parametrize(
    "text",
    [
        *("wird nachgereicht", "inconnu à ce jour", "keine Angaben gemacht", "供应商未披露"),
        *("see annex III of the contract", "nieokreślony", "回答なし", "chosen by the client"),
    ],
)
def test_a_remark_that_names_nobody_is_asked_about(text: str) -> None:
    read = shipped().resolve(text)
    assert (read.answer, read.developer, read.host) == (Answer.ASK, None, None)


@pytest.mark.parametrize("text", ["Bain & Company", "Duo Security", "United", "Falcon nest drones"])
def test_a_name_is_no_remark(text: str) -> None:
    assert shipped().resolve(text).answer is Answer.NO
