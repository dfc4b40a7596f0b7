"""Limits through the terminal: exit status for cron, one JSON document, a message sent on."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

import cli
from db.engine import open_store
from tests.db.feed_server import Page, serving, this_machine
from tests.terminal.running import answer, inventory, refusal
from ui.terminal.watching import check, send


@pytest.fixture
def fund(url: str, tmp_path) -> str:
    answer("import", inventory(tmp_path), "--portfolio", "Fund", url=url)
    return url


def limit(url: str, measure: str, value: str) -> dict[str, object]:
    command = ("watch", "set", measure, value, "--reason", "policy", "--portfolio", "Fund")
    return answer(*command, url=url)


def test_the_exit_status_says_whether_a_limit_is_exceeded(fund: str):
    assert answer("watch", url=fund) == {"exceeded": False, "portfolios": []}
    limit(fund, "developer_share", "0.99")
    assert answer("watch", url=fund)["exceeded"] is False
    limit(fund, "developer_share", "0.1")
    document = answer("watch", url=fund, status=4)
    (portfolio,) = document["portfolios"]
    assert (portfolio["portfolio"], portfolio["exceeded"]) == ("Fund", ["developer_share"])
    assert portfolio["since"] is not None
    share = next(one for one in portfolio["measures"] if one["measure"] == "developer_share")
    assert share["exceeded"] is True
    assert share["limit"] == 0.1
    assert "beyond the limit of at most 10 %" in share["text"]


def test_limits_are_listed_with_their_reasons_and_taken_away(fund: str):
    document = limit(fund, "expected_loss_usd", "1000000")
    assert document["limits"] == {"expected_loss_usd": 1_000_000.0}
    assert document["history"][0]["reason"] == "policy"
    taken = ("watch", "remove", "expected_loss_usd", "--reason", "x", "--portfolio", "Fund")
    assert answer(*taken, url=fund)["limits"] == {}
    assert answer("watch", "limits", "--portfolio", "Fund", url=fund)["limits"] == {}


def test_limits_of_a_slice_a_company_and_a_provider_are_set_listed_and_taken_away(
    url: str, tmp_path
):
    file = tmp_path / "book.csv"
    file.write_text("startup,provider,country\nAcme,OpenAI,DE\nBirch,Claude API,US\n")
    answer("import", str(file), "--portfolio", "Fund", url=url)
    why = ("--reason", "policy", "--portfolio", "Fund")
    parts = (
        ("expected_loss_usd", "1", "--slice", "country=de"),
        ("provider_share", "0.4", "--on", "openai"),
        ("score", "100", "--startup", "acme"),
    )
    for part in parts:
        document = answer("watch", "set", *part, *why, url=url)
    assert document["limits"] == {}
    assert [
        (one["measure"], one["value"], one["provider"], one["slices"], one["startup"])
        for one in document["all"]
    ] == [
        ("provider_share", 0.4, "OpenAI", [], None),
        ("expected_loss_usd", 1.0, None, ["country=DE"], None),
        ("score", 100.0, None, [], "Acme"),
    ]
    assert document["history"][0]["startup"] == "Acme"
    (portfolio,) = answer("watch", url=url, status=4)["portfolios"]
    assert portfolio["exceeded"] == ["provider_share", "expected_loss_usd"]
    slice_ = next(one for one in portfolio["measures"] if one["slices"])
    assert slice_["exceeded"] is True
    assert slice_["text"].startswith("Expected loss a year of country DE is ")
    for measure, _, option, what in parts:
        document = answer("watch", "remove", measure, option, what, *why, url=url)
    assert document["all"] == []
    said = refusal("watch", "remove", "score", "--startup", "Acme", *why, url=url)
    assert "Fund has no limit of score of Acme" in said


def test_what_is_not_remembered_is_not_compared(fund: str):
    limit(fund, "developer_share", "0.99")
    answer("watch", "--no-remember", url=fund)
    (portfolio,) = answer("watch", url=fund)["portfolios"]
    assert portfolio["since"] is None


def test_a_limit_outside_its_range_is_refused(fund: str):
    command = ("watch", "set", "developer_share", "40", "--reason", "x", "--portfolio", "Fund")
    assert "between 0 and 1" in refusal(*command, url=fund)


def test_people_read_who_passes_a_limit_and_what_changed(fund: str):
    limit(fund, "developer_share", "0.1")
    for _ in range(2):
        result = CliRunner().invoke(cli.app, ["watch", "--database", fund])
    assert result.exit_code == 4
    assert "EXCEEDED" in result.stdout
    assert "Nothing that the measures rest on changed since" in result.stdout


def test_a_message_goes_out_where_a_limit_is_exceeded_and_only_then(fund: str):
    store = open_store(fund)
    hook = Page()
    with serving({"/hook": hook}) as host:

        def told() -> dict[str, object]:
            found = check(store, "Fund", today=date(2026, 11, 23), remember=False)
            return send(f"{host}/hook", found, allowed=this_machine)

        assert told() == {"sent": False, "error": None}
        limit(fund, "developer_share", "0.1")
        assert told() == {"sent": True, "error": None}
    store.close()
    (posted,) = hook.posted
    message = json.loads(posted)
    assert message["text"].startswith("Fund: 1 limit exceeded (share on one developer).")
    assert message["portfolios"][0]["exceeded"] == ["developer_share"]


def test_a_message_to_a_private_address_is_not_sent_and_the_check_still_counts(fund: str):
    limit(fund, "developer_share", "0.1")
    document = answer("watch", "--webhook", "http://127.0.0.1:1/hook", url=fund, status=4)
    assert document["webhook"]["sent"] is False
    assert "not on the public internet" in document["webhook"]["error"]


def test_somebody_is_told_from_the_terminal(fund: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page()
    with serving({"/hook": page}) as host:
        monkeypatch.setenv("DOWNSTREAM_CHANNEL_HOOK", f"{host}/hook".replace("http", "json"))
        (channel,) = json.loads(CliRunner().invoke(cli.app, ["watch", "channels", "--json"]).stdout)
        assert channel == {"name": "hook", "kind": "webhook", "to_people": False}
        (told,) = answer("watch", "tell", "hook", "--digest", "day", url=fund)
        assert (told["channel"], told["rhythm"], told["at_once"]) == ("hook", "day", True)
        number = str(told["number"])
        shown = answer("watch", "test", number, url=fund)
        assert shown["sent"] is False
        assert page.posted == []
        assert answer("watch", "test", number, "--send", url=fund)["sent"] is True
    (posted,) = page.posted
    assert json.loads(posted)["title"].startswith("Test: Downstream, the day to")
    assert answer("watch", "subscriptions", url=fund)[0]["portfolio"] is None
    assert answer("watch", "end", number, url=fund) == []
