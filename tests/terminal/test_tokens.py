"""Tokens of programs in the terminal."""

from db.engine import open_store
from db.services.access import Action
from db.services.tokens import token_caller
from tests.terminal.running import answer, inventory, refusal


def test_a_token_is_made_listed_without_its_secret_and_ended(url: str, tmp_path):
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    of_one = ("--scope", "read", "--scope", "share", "--portfolio", "Fund", "--expires", "7")
    made = answer("tokens", "create", "A script", *of_one, url=url)
    (listed,) = answer("tokens", "list", url=url)
    assert made["token"] not in str(listed)
    assert (listed["id"], listed["name"], listed["portfolio"]) == (1, "A script", "Fund")
    assert (listed["scopes"], listed["state"]) == (["read", "share"], "open")
    store = open_store(url)
    held = token_caller(store, secret=made["token"], client="test").actor
    store.close()
    assert held.may(Action.MAKE_SHARE)
    assert not held.may(Action.IMPORT)
    answer("tokens", "revoke", "1", url=url)
    assert answer("tokens", "list", url=url)[0]["state"] == "revoked"


def test_wrong_tokens_are_refused_in_a_sentence(url: str):
    assert "read, import, share, admin" in refusal(
        "tokens", "create", "x", "--scope", "all", url=url
    )
    assert "no token 3" in refusal("tokens", "revoke", "3", url=url)
