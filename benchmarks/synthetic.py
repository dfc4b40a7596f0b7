"""Material of invented portfolios: places, as unevenly popular as in life, and countries."""

from datetime import date
from pathlib import Path

from risk.catalog.loading import load_catalog
from risk.catalog.records import Catalog

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)
#: Developer, host and models, most popular first.
PLACES = (
    ("OpenAI", "OpenAI", ("gpt-4o", "gpt-4.1", "gpt-4o-mini")),
    ("OpenAI", "Microsoft Azure", ("gpt-4o", "gpt-4.1")),
    ("Anthropic", "Anthropic", ("claude-sonnet-4", "claude-3-5-haiku")),
    ("Anthropic", "Amazon Web Services", ("claude-sonnet-4",)),
    ("Google", "Google Cloud", ("gemini-2.5-pro", "gemini-2.5-flash")),
    ("Mistral AI", "Mistral AI", ("mistral-large",)),
    ("Meta", "Together AI", ("llama-3.3-70b",)),
    ("Cohere", "Cohere", ("command-r",)),
    ("Meta", "Groq", ("llama-3.3-70b",)),
    ("DeepSeek", "DeepSeek", ("deepseek-chat",)),
    ("Perplexity", "Perplexity", ("sonar",)),
    ("xAI", "xAI", ("grok-4",)),
)
COUNTRIES = ("United States", "United Kingdom", "Germany", "France", "India", "Japan", "")


def reference_catalog() -> Catalog:
    """The reference facts that ship with the product."""
    return load_catalog(FIXTURES)
