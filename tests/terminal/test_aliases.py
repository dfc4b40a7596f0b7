"""Deciding in the terminal what a name stands for, and taking the decision back."""

from pathlib import Path

from tests.terminal.running import answer, refusal


def read_as(name: str, url: str) -> str:
    return str(answer("resolve", name, url=url)[0]["answer"])


def test_a_decision_counts_until_it_is_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    answer("init", url=url)
    assert read_as("Claude", url) == "yes"
    answer("aliases", "add", "Claude", "--answer", "no", url=url)
    assert read_as("Claude", url) == "no"
    (decision,) = answer("aliases", "list", url=url)
    assert (decision["text"], decision["answer"], decision["by"]) == ("Claude", "no", "local owner")
    assert answer("aliases", "remove", "claude", url=url)["counts_again"] is None
    assert read_as("Claude", url) == "yes"
    assert answer("aliases", "list", url=url) == []


def test_a_yes_names_somebody_and_what_nobody_decided_cannot_be_removed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    answer("init", url=url)
    assert "--developer" in refusal("aliases", "add", "Zed", "--answer", "yes", url=url)
    assert "yes, no and ask" in refusal("aliases", "add", "Zed", "--answer", "maybe", url=url)
    assert "Nobody decided" in refusal("aliases", "remove", "Zed", url=url)
