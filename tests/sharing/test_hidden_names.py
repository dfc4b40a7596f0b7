"""A name that is left out is left out however somebody wrote it, and no other word with it."""

import unicodedata

import pytest

from db.sharing.hidden_names import without_names

KNOWN = ("Azure OpenAI Service", "Claude Opus 4.7", "Retail")


def hidden(name: str, text: str) -> str:
    found: dict[str, str] = without_names({"a": text}, {name: "Startup 1"}, KNOWN)
    return found["a"]


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("Quillhaven Briefs", "QuillhavenGPT", "Startup 1GPT"),
        ("Quillhaven Briefs", "quillhaven_prod", "Startup 1_prod"),
        ("Quillhaven Briefs", "api.quillhavenbriefs.ai", "api.Startup 1.ai"),
        ("Quillhaven Briefs", "myquillhavengpt", "Startup 1"),
        ("Quillhaven Briefs", "QUILLHAVEN-BRIEFS", "Startup 1"),
        ("Quillhaven Briefs", "Quillhaven\u200bBriefs", "Startup 1"),
        ("Straße Labs", "Straße Labs, STRASSE labs", "Startup 1, Startup 1"),
        ("Café Noir", unicodedata.normalize("NFD", "Café Noir"), "Startup 1"),
        ("Café Noir", "cafe noir", "Startup 1"),
        ("İstanbul AI", "İstanbul AI bot", "Startup 1 bot"),
        ("The Ledger", "Ledger bot of the fund", "Startup 1 bot of the fund"),
        ("O'Neil", "O’Neil's bot", "Startup 1's bot"),
        ("Acme [beta]", "Acme [beta] chat", "Startup 1 chat"),
        ("智谱科技", "我们用智谱科技的模型", "Startup 1"),
        ("???", "by ???", "by Startup 1"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, text: str, shown: str):
    assert hidden(name, text) == shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Claude Cafe", "Claude Opus 4.7"),  # a model of the catalogue
        ("Retail Robots", "Retail"),  # a sector
        ("Ada", "Adapter of Canada"),
        ("Acme", "the acmes"),
        ("A.I", "AI"),
        ("The Ledger", "the quick brown fox"),
    ],
)
def test_words_that_are_no_name_stay(name: str, text: str):
    assert hidden(name, text) == text


def test_a_provider_that_is_named_after_its_startup_is_no_ordinary_word():
    assert hidden("Quillhaven Briefs", "Quillhaven GPU cluster") == "Startup 1 GPU cluster"


def test_a_company_that_is_called_as_a_word_of_ours_breaks_nothing():
    content = {
        "scope": "startup",
        "redacted": ["names"],
        "answer": {"worst_kind": "outage", "confidence": "High", "next_action": "Ask High Tower"},
        "loss_by_kind": [["outage", 1.0]],
    }
    aliases = dict.fromkeys(("Startup Hub", "Names", "Outage Labs", "High Tower"), "Startup 1")
    hidden_in = without_names(content, aliases)
    assert hidden_in["answer"].pop("next_action") == "Ask Startup 1"
    assert content["answer"].pop("next_action")
    assert hidden_in == content


def test_the_longest_name_wins():
    aliases = {"Acme": "Startup 1", "Acme Health": "Startup 2"}
    assert without_names("Acme Health and Acme", aliases) == "Startup 2 and Startup 1"
