"""Models merged over hosts and packages, with their prices, and found again by any spelling."""

from collections import Counter
from datetime import date
from pathlib import Path

from risk.catalog.lookup import (
    class_usd,
    comparable_models,
    list_price,
    retirement_at,
    service_for,
)
from risk.catalog.models import load_hosts
from risk.catalog.records import Catalog, Model, Offer, Purpose
from risk.catalog.replacements import comparable_elsewhere

FIXTURES = Path(__file__).parents[2] / "fixtures"


def test_every_host_of_the_packages_is_a_known_provider(catalog: Catalog) -> None:
    hosts = load_hosts(FIXTURES).values()
    assert {one.host for one in hosts} <= set(catalog.providers)
    assert {one.others_at for one in hosts} - {None} <= set(catalog.providers)


def test_every_model_has_a_known_developer_and_a_source(catalog: Catalog) -> None:
    assert len(catalog.models) > 500
    for model in catalog.models.values():
        assert model.developer in catalog.providers
        assert model.source
        assert model.offers


def test_a_model_has_at_most_one_offer_at_a_host(catalog: Catalog) -> None:
    for model in catalog.models.values():
        assert max(Counter(offer.host for offer in model.offers).values()) == 1, model.name


def test_claude_at_bedrock_vertex_and_azure_is_one_model(catalog: Catalog) -> None:
    hosts = {offer.host for offer in catalog.models["Claude Sonnet 4.5"].offers}
    assert hosts >= {"Anthropic", "Amazon Web Services", "Google Cloud", "Microsoft Azure"}
    assert "Google" not in hosts


def test_open_weights_are_not_offered_by_the_openai_api(catalog: Catalog) -> None:
    model = catalog.models["gpt-oss-120b"]
    assert model.open_weights is True
    assert "OpenAI" not in {offer.host for offer in model.offers}


def test_facts_of_gpt_4o_are_those_of_its_developer(catalog: Catalog) -> None:
    model = catalog.models["GPT-4o"]
    assert (model.developer, model.open_weights, model.context_tokens) == ("OpenAI", False, 128_000)
    assert model.tool_call is True
    assert {"text", "image"} <= model.input_modalities
    assert model.released == date(2024, 5, 13)


def test_a_price_comes_from_genai_prices_where_it_has_one(catalog: Catalog) -> None:
    own = next(one for one in catalog.models["GPT-4o"].offers if one.host == "OpenAI")
    assert own.source.startswith("genai-prices")
    assert (own.input_usd_per_million_tokens, own.output_usd_per_million_tokens) == (2.5, 10.0)


def test_a_trial_endpoint_without_a_list_price_is_unknown_not_free(catalog: Catalog) -> None:
    trial = [
        offer
        for model in catalog.models.values()
        for offer in model.offers
        if offer.host == "NVIDIA"
    ]
    assert trial
    assert all(offer.output_usd_per_million_tokens != 0 for offer in trial)


def test_a_model_newer_than_models_dev_keeps_its_unknowns(catalog: Catalog) -> None:
    model = catalog.models["GPT-6 Sol"]
    assert model.released is None
    assert model.tool_call is None
    assert list_price(model) is not None


def test_comparable_models_meet_every_condition(catalog: Catalog) -> None:
    model = catalog.models["Claude Sonnet 4.6"]
    found = comparable_models(catalog, model)
    assert "GPT-5.4" in [one.name for one in found[:5]]
    price = list_price(model)
    assert price is not None
    usd = price.output_usd_per_million_tokens or 0.0
    for one in found:
        offer = list_price(one)
        assert offer is not None
        assert one.developer != "Anthropic"
        assert usd / 3 <= (offer.output_usd_per_million_tokens or 0.0) <= usd * 3
        if one.context_tokens:
            assert one.context_tokens >= 500_000
        if one.output_modalities:
            assert model.input_modalities <= one.input_modalities
        if one.released and model.released:
            assert abs((one.released - model.released).days) <= 548


def test_models_that_embed_and_rank_are_told_from_those_that_write(catalog: Catalog) -> None:
    purpose = {name: model.purpose for name, model in catalog.models.items()}
    # By the name, by the price (Voyage bills what it reads alone), and neither.
    assert purpose["Mistral Embed"] is purpose["text-embedding-3-small"] is Purpose.EMBEDDING
    assert purpose["Voyage 3.5"] is Purpose.EMBEDDING
    assert purpose["Rerank Qa Mistral 4B"] is Purpose.RANKING
    for name in ("Claude Sonnet 4.6", "GPT-5.4", "o1-pro", "Voxtral Small 24B 2507"):
        assert purpose[name] is Purpose.TEXT
    assert purpose["whisper-large-v3"] is purpose["gpt-live-transcribe"] is Purpose.TRANSCRIPTION
    assert purpose["tts-1"] is purpose["Gemini 3.8 Flash TTS"] is Purpose.SPEECH


def test_models_that_talk_live_are_told_by_name_or_by_what_they_hear_and_speak(
    catalog: Catalog,
) -> None:
    talking = ("gpt-realtime-2", "Gemini 3.8 Live", "Nova 2 Sonic", "Grok Voice", "gpt-audio")
    for name in (*talking, "Qwen 3 Omni Flash"):
        assert catalog.models[name].live
        assert catalog.models[name].purpose is Purpose.CONVERSATION
    # What listens live and writes takes no call over; what reads aloud or writes does not listen.
    assert catalog.models["gpt-live-transcribe"].live
    for name in ("GPT-5.4", "Claude Sonnet 4.6", "tts-1", "whisper-1", "Gemini 3.1 Pro"):
        assert not catalog.models[name].live


def test_a_model_that_talks_live_is_replaced_by_others_that_do(catalog: Catalog) -> None:
    found = comparable_elsewhere(
        catalog.models["gpt-realtime-2"], catalog, date(2026, 11, 23), not_of="OpenAI"
    )
    assert {"Gemini 3.8 Live", "Nova 2 Sonic"} <= {one.name for one in found}
    assert all(one.live for one in found)
    text = comparable_elsewhere(
        catalog.models["GPT-5.4"], catalog, date(2026, 11, 23), not_of="OpenAI"
    )
    assert text
    assert not any(one.live for one in text)


def test_an_embedding_model_is_compared_with_others_by_what_it_bills(catalog: Catalog) -> None:
    model = catalog.models["Mistral Embed"]
    found = comparable_models(catalog, model)
    assert {one.purpose for one in found} == {Purpose.EMBEDDING}
    writing = comparable_models(catalog, catalog.models["Claude Sonnet 4.6"])
    assert {one.purpose for one in writing} == {Purpose.TEXT}
    known = class_usd(model) or 0.0
    assert known > 0
    for one in found:
        assert known / 3 <= (class_usd(one) or 0.0) <= known * 3


def test_what_nobody_knows_of_a_model_ranks_it_behind(catalog: Catalog) -> None:
    found = comparable_models(catalog, catalog.models["Claude Sonnet 4.6"])
    unknown = [one.released is None or not one.output_modalities for one in found]
    assert unknown == sorted(unknown)
    assert any(unknown)


def test_a_retired_model_is_no_alternative(catalog: Catalog) -> None:
    model = catalog.models["GPT-5.4"]
    before = [one.name for one in comparable_models(catalog, model, today=date(2026, 11, 23))]
    after = [one.name for one in comparable_models(catalog, model, today=date(2026, 12, 1))]
    assert "Gemini 2.5 Pro" in before
    assert "Gemini 2.5 Pro" not in after


def offer(host: str, usd: float | None) -> Offer:
    return Offer(
        model="Example",
        host=host,
        input_usd_per_million_tokens=usd,
        output_usd_per_million_tokens=usd,
        source="test",
    )


def example(*offers: Offer) -> Model:
    return Model(
        name="Example",
        developer="Maker",
        family=None,
        open_weights=None,
        context_tokens=None,
        input_modalities=frozenset(),
        output_modalities=frozenset(),
        tool_call=None,
        structured_output=None,
        released=None,
        source="test",
        offers=offers,
    )


def test_the_list_price_is_the_developers_own_else_the_median() -> None:
    elsewhere = (offer("A", 1.0), offer("B", 9.0), offer("C", 2.0), offer("D", None))
    median = list_price(example(*elsewhere))
    own = list_price(example(*elsewhere, offer("Maker", 7.0)))
    assert median == offer("C", 2.0)
    assert own == offer("Maker", 7.0)
    assert list_price(example(offer("D", None))) is None


def test_a_service_for_programs_comes_before_an_app(catalog: Catalog) -> None:
    assert service_for(catalog, "OpenAI", "OpenAI").name == "OpenAI API"
    assert service_for(catalog, "OpenAI", "OpenAI", product="ChatGPT").name == "ChatGPT"
    assert (
        service_for(catalog, "Anthropic", "Amazon Web Services").name == "Amazon Bedrock (Claude)"
    )
    assert service_for(catalog, "unspecified", "Groq").name == "Groq API"


def test_a_service_that_nobody_listed_is_made_up_and_says_so(catalog: Catalog) -> None:
    made_up = service_for(catalog, "Cohere", "Groq")
    assert (made_up.name, made_up.developer, made_up.host) == ("Cohere on Groq", "Cohere", "Groq")
    assert "made up" in made_up.source


def test_a_cloud_keeps_its_own_retirement_dates(catalog: Catalog) -> None:
    def ends(model: str, host: str | None) -> date | None:
        found = retirement_at(catalog, model, developer="OpenAI", host=host)
        return found.shutdown if found else None

    assert ends("GPT-5", "OpenAI") == date(2026, 12, 11)
    assert ends("gpt-5", "OpenRouter") == date(2026, 12, 11)
    assert ends("GPT-5", "Microsoft Azure") == date(2027, 2, 6)
    assert ends("GPT-5", "Amazon Web Services") is None
    assert ends("GPT-6 Sol", "OpenAI") is None
