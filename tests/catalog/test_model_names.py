"""However a host spells it, a model has one key and one name."""

import pytest

from risk.catalog.model_names import model_key, model_name


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("gpt-4o-2024-08-06", "GPT-4o"),
        ("openai/gpt-4o", "GPT-4o"),
        ("GPT 4o mini", "GPT-4o mini"),
        ("gpt-3.5-turbo-0125", "GPT-3.5 Turbo"),
        ("gpt-4-turbo-preview", "GPT-4 Turbo"),
        ("openai.gpt-oss-120b-1:0", "gpt-oss-120b"),
        ("o3-mini-2025-01-31", "o3-mini"),
        ("text-embedding-ada-002", "text-embedding-ada-002"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "Claude Sonnet 4.5"),
        ("claude-sonnet-4-6@default", "Claude Sonnet 4.6"),
        ("anthropic/claude-sonnet-4.6", "Claude Sonnet 4.6"),
        ("claude-3-5-sonnet-20241022", "Claude 3.5 Sonnet"),
        ("Claude Sonnet 3.5 v2", "Claude 3.5 Sonnet"),
        ("claude-opus-4-0", "Claude Opus 4"),
        ("meta.llama3-1-70b-instruct-v1:0", "Llama 3.1 70B"),
        ("accounts/fireworks/models/llama-v3p1-70b-instruct", "Llama 3.1 70B"),
        ("meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo", "Llama 3.1 70B"),
        ("Llama 3.1 70B (self-hosted, vLLM)", "Llama 3.1 70B"),
        ("llama-4-maverick-17b-128e-instruct-fp8", "Llama 4 Maverick"),
        ("gemini-2.5-flash-preview-05-20", "Gemini 2.5 Flash"),
        ("gemini-2.0-flash-001", "Gemini 2.0 Flash"),
        ("mistral-large-2411", "Mistral Large 2.1"),
        ("mistralai/Mistral-Large-3-675B-Instruct-2512", "Mistral Large 3"),
        ("open-mixtral-8x7b", "Mixtral 8x7B"),
        ("DeepSeek-R1", "DeepSeek R1"),
        ("deepseek.v3-v1:0", "DeepSeek V3"),
        ("command-r-plus-08-2024", "Command R+"),
        ("grok-4-0709", "Grok 4"),
        ("amazon.nova-pro-v1:0", "Nova Pro"),
        ("@cf/google/gemma-3-12b-it", "Gemma 3 12B"),
        ("z-ai/glm-4.6:free", "GLM-4.6"),
        ("moonshotai/Kimi-K2-Instruct", "Kimi K2"),
    ],
)
def test_a_spelling_is_read_as_its_model(spelling: str, name: str) -> None:
    assert model_name(model_key(spelling)) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gpt-4.5-preview", "gpt-5.4"),
        ("gpt-4o", "gpt-4o-mini"),
        ("o1", "o1-preview"),
        ("claude-3-opus", "claude-opus-4"),
        ("llama-3.1-70b", "llama-3.1-8b"),
        ("deepseek-r1", "deepseek-r1-0528"),
        ("deepseek-r1-distill-llama-70b", "llama-3-70b"),
        ("gemini-2.5-flash", "gemini-2.5-flash-lite"),
        ("qwen3-32b", "qwen3-235b-a22b"),
    ],
)
def test_different_models_keep_different_keys(one: str, other: str) -> None:
    assert model_key(one) != model_key(other)


@pytest.mark.parametrize("key", ["claude-sonnet-4.6", "gpt-4.1-nano", "llama-3.1-70b", "glm-5v"])
def test_the_key_of_a_name_is_the_key_it_was_made_from(key: str) -> None:
    assert model_key(model_name(key)) == key
