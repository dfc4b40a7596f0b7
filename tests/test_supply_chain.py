"""Reports that leave packages out are noticed, and nothing that is published holds a secret."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.supply_chain import locked_packages, verdict

ROOT = Path(__file__).parents[1]
LOCK = "alembic==1.20.1 \\\n    --hash=sha256:00\nruamel-yaml==1.0 \\\n    --hash=sha256:11\n"

#: What keys and passwords look like, by who gives them out.
SECRETS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b",
    "OpenAI or Anthropic": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}\b",
    "Google": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Slack": r"\bxox[abprs]-[0-9A-Za-z-]{10,}\b",
    "Stripe": r"\b[rs]k_live_[0-9A-Za-z]{20,}\b",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b",
    # Neither the word itself, nor at this machine or names that are reserved for examples.
    "password in an address": (
        r"\b[a-z][a-z0-9+]*://[^\s:/@\"'{<>]+:(?!password|pass|secret)[^\s:/@\"'{<>]{6,}"
        r"@(?!localhost|127\.0\.0\.1|[\w.-]*\bexample\b)[\w.-]+"
    ),
}


def secrets_in(text: str) -> set[str]:
    return {name for name, pattern in SECRETS.items() if re.search(pattern, text)}


def test_a_report_of_every_locked_package_is_whole():
    audited = {"dependencies": [{"name": "Alembic"}, {"name": "ruamel.yaml"}, {"name": "pip"}]}
    assert verdict(audited, LOCK) == (True, "2 of 2 locked packages are in the report")


def test_a_package_that_was_skipped_is_listed_with_its_reason():
    skipped = {"name": "alembic", "skip_reason": "not found"}
    audited = {"dependencies": [skipped, {"name": "ruamel.yaml", "vulns": []}]}
    said = "1 of 2 locked packages are in the report\nalembic was skipped: not found"
    assert verdict(audited, LOCK) == (True, said)


@pytest.mark.parametrize(
    ("dependencies", "said"),
    [
        ([{"name": "alembic"}], "ruamel-yaml is missing"),
        ([{"name": one, "skip_reason": "x"} for one in ("alembic", "ruamel-yaml")], "0 of 2"),
        ([], "0 of 2"),
        (
            [{"name": "alembic", "version": "1.0", "vulns": [{"id": "A-1"}, {"id": "B-2"}]}],
            "alembic 1.0 has known weaknesses: A-1, B-2",
        ),
    ],
)
def test_a_weakness_a_package_left_out_and_an_audit_of_nothing_are_failures(
    dependencies: list[dict[str, object]], said: str
):
    passed, told = verdict({"dependencies": dependencies}, LOCK)
    assert not passed
    assert said in told


def test_a_list_of_all_packages_is_whole_or_says_what_it_leaves_out():
    listed = {"bomFormat": "CycloneDX", "components": [{"name": "Alembic"}], "dependencies": []}
    assert not verdict(listed, LOCK)[0]
    listed["components"] += [{"name": "ruamel.yaml"}]
    assert verdict(listed, LOCK)[0]


def test_the_lock_is_read_whole():
    lock = (ROOT / "requirements.lock").read_text()
    # Some stand there twice, for different versions of Python.
    assert len(locked_packages(lock)) == len(set(re.findall(r"(?m)^(\S+)==", lock))) > 50


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "private key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "AWS"),
        ("ghp_" + "a" * 36, "GitHub"),
        ("sk-ant-" + "a1" * 20, "OpenAI or Anthropic"),
        ("postgresql://ann:" + "hunter22@db.fund.com", "password in an address"),
        ("eyJhbGciOiJIUzI1." + "eyJzdWIiOiIxMjM0" + ".c2lnbmF0dXJl", "JSON web token"),
    ],
)
def test_a_secret_would_be_found(text: str, named: str):
    assert secrets_in(f'key = "{text}"') == {named}


def test_nothing_that_is_published_holds_a_secret():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = {
        name: held
        for name in tracked
        if name and (ROOT / name).is_file()
        if (held := secrets_in((ROOT / name).read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}
    assert not [name for name in tracked if name.endswith((".env", ".pem", "secrets.toml"))]
