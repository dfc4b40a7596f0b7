"""Ends, exits, renames, merges and portfolios in the terminal."""

from pathlib import Path

import pytest

from tests.terminal.running import answer, inventory, refusal

TEXT = (
    "startup,use_case,provider,model,spend_usd\n"
    "Acme,chat,OpenAI,gpt-4o,100\nAcme,chat,Azure OpenAI,,40\nZeta,search,Cohere,,5\n"
)
FUND = ("--portfolio", "Fund")
ACME = (*FUND, "--startup", "Acme")


@pytest.fixture
def fund(url: str, tmp_path: Path) -> str:
    """The address of a store with a small portfolio."""
    answer("init", url=url)
    answer("import", inventory(tmp_path, TEXT), *FUND, url=url)
    return url


def providers(url: str) -> list[tuple[str, str]]:
    return [
        (one["startup"], each["provider_text"])
        for one in answer("startups", *FUND, url=url)
        for each in one["dependencies"]
    ]


def test_a_change_is_told_first_then_made_and_taken_back(fund: str):
    merging = ("merge", "Azure OpenAI", *ACME, "--use-case", "chat", "--provider", "OpenAI")
    seen = answer(*merging, "--dry-run", url=fund)
    assert (seen["batch"], seen["change"]) == (
        None,
        "Acme · chat · Azure OpenAI merged into OpenAI, GPT-4o",
    )
    assert [(one["field"], one["before"], one["after"]) for one in seen["changes"]] == [
        ("spend_usd", 100.0, 140.0),
        (None, None, None),
    ]
    assert len(providers(fund)) == 3
    done = answer(*merging, "--reason", "one contract", url=fund)
    assert (done["reason"], len(providers(fund))) == ("one contract", 2)
    answer("undo", str(done["batch"]), url=fund)
    assert len(providers(fund)) == 3


def test_an_end_an_exit_and_a_rename(fund: str):
    ended = answer("end", *ACME, "--use-case", "chat", "--provider", "OpenAI", url=fund)
    assert ended["changes"][0]["status"] == "ended"
    assert providers(fund) == [("Acme", "Azure OpenAI"), ("Zeta", "Cohere")]
    answer("rename", "Bolt", *ACME, url=fund)
    left = answer("exit", *FUND, "--startup", "zeta", "--how", "sold", url=fund)
    assert left["change"] == "Zeta was sold"
    assert providers(fund) == [("Bolt", "Azure OpenAI")]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("exit", *ACME, "--how", "lost"), "write sold, closed or other"),
        (("end", *ACME, "--use-case", "chat", "--as-of", "2999-01-01"), "still to come"),
        (("end", *ACME, "--use-case", "chat", "--model", "o3"), "name the provider, too"),
        (("merge", "OpenAI", *ACME, "--provider", "Azure OpenAI"), "name the use case, too"),
        (("portfolios", "delete", "Fund"), "--yes-delete NAME"),
        (("portfolios", "delete", "Fund", "--yes-delete", "fund"), "type its name exactly so"),
        (("portfolios", "unarchive", "Fund"), "is not archived"),
    ],
)
def test_what_cannot_be_done_is_refused(fund: str, words: tuple[str, ...], says: str):
    assert says in refusal(*words, url=fund)
    assert len(providers(fund)) == 3


def test_portfolios_are_renamed_archived_and_deleted(fund: str):
    assert answer("portfolios", "rename", "Fund", "Own", url=fund) == {"portfolio": "Own"}
    answer("portfolios", "archive", "own", url=fund)
    assert answer("portfolios", url=fund) == []
    (away,) = answer("portfolios", "archived", url=fund)
    assert (away["portfolio"], away["startups"]) == ("Own", 2)
    assert "is archived" in refusal("startups", "--portfolio", "Own", url=fund)
    answer("portfolios", "unarchive", "Own", url=fund)
    (known,) = answer("portfolios", url=fund)
    assert set(known) == {"portfolio", "startups", "updated", "currency"}
    gone = answer("portfolios", "delete", "Own", "--yes-delete", "Own", url=fund)
    assert (gone["portfolio"], gone["startups"]) == ("Own", 2)
    assert answer("portfolios", url=fund) == []
