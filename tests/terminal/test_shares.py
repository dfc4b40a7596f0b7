"""Share links and corrections in the terminal, as scripts use them."""

from pathlib import Path

from tests.terminal.running import answer, inventory, refusal


def test_a_link_is_made_once_listed_without_its_token_and_revoked(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    made = answer("share", "create", "--portfolio", "mine", "--snapshot", "--passcode", url=url)
    token = made["link"].partition("/s/#")[2]
    assert len(token) == 43
    assert len(made["passcode"].split()) == 6
    assert len(made["content_sha256"]) == 64
    (listed,) = answer("share", "list", url=url)
    assert token not in str(listed)
    assert (listed["id"], listed["kind"], listed["state"]) == (made["id"], "snapshot", "open")
    assert (listed["passcode"], listed["opens"]) == (True, 0)
    assert answer("share", "revoke", str(made["id"]), url=url)["state"] == "revoked"
    assert "revoked already" in refusal("share", "revoke", str(made["id"]), url=url)


def test_a_link_to_one_startup_leaves_out_what_it_is_told_to(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    words = ("share", "create", "--portfolio", "mine", "--startup", "Borealis", "--expires", "7")
    made = answer(*words, "--redact", "names,runway", "--redact", "money", url=url)
    assert (made["kind"], made["passcode"], made["content_sha256"]) == ("live", None, None)
    (listed,) = answer("share", "list", url=url)
    assert listed["redacted"] == ["money", "names", "providers"]
    assert listed["startup"] == "Borealis"


def test_a_link_to_one_stress_test_is_named_by_it(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    create = ("share", "create", "--portfolio", "mine")
    known = answer("scenarios", url=url)[0]
    made = answer(*create, "--scenario", known["id"], "--snapshot", url=url)
    assert len(made["content_sha256"]) == 64
    answer(*create, "--root", "OpenAI", "--kind", "outage", "--days", "2", url=url)
    listed = answer("share", "list", url=url)
    assert [one["stress_test"] for one in listed] == ["Outage of OpenAI", known["title"]]
    assert [one["startup"] for one in listed] == [None, None]
    assert "no scenario “x”" in refusal(*create, "--scenario", "x", url=url)
    nowhere = ("--root", "Nobody", "--kind", "outage")
    assert "'Nobody' is not a provider" in refusal(*create, *nowhere, url=url)
    both = ("--startup", "Borealis", "--scenario", known["id"])
    assert "not both" in refusal(*create, *both, url=url)


def test_what_cannot_be_shared_is_refused_in_a_sentence(url: str, tmp_path: Path):
    answer("import", inventory(tmp_path), "--portfolio", "mine", url=url)
    create = ("share", "create", "--portfolio", "mine")
    assert "no company called" in refusal(*create, "--startup", "Nobody", url=url)
    assert "cannot be left out" in refusal(*create, "--redact", "score", url=url)
    assert "1 to 90 days" in refusal(*create, "--expires", "91", url=url)
    assert "no portfolio named" in refusal("share", "create", "--portfolio", "x", url=url)
    assert "no share link 7" in refusal("share", "revoke", "7", url=url)
    assert "no correction 7" in refusal("correction", "decline", "7", url=url)
    assert answer("share", "maximum", "7", url=url) == {"days": 7}
    assert "1 to 7 days" in refusal(*create, "--expires", "8", url=url)
    assert answer("correction", "list", url=url) == []
