"""The commands on own providers: stated, listed, changed, removed, and refused."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import LinkEffect
from tests.terminal.running import answer, refusal
from ui.terminal.commands.providers import effects_of
from ui.terminal.failures import RefusedCommand

SOURCE = ("--source", "contract 12", "--as-of", "2026-11-01")


@pytest.fixture
def helpdesk(url: str) -> Callable[..., Any]:
    """Asks a store with an own provider that runs on OpenAI through Azure."""
    ask = partial(answer, url=url)
    ask("providers", "add", "Helpdesk AI GmbH", "--country", "DE", *SOURCE)
    service = ("Helpdesk AI", "--provider", "helpdesk ai gmbh", "--alias", "HD Assist")
    ask("providers", "service", *service, *SOURCE)
    link = ("Helpdesk AI GmbH", "--on", "azure openai service", "--passes", "all=1")
    ask("providers", "link", *link, "--basis", "published", *SOURCE)
    return ask


def test_own_facts_are_listed_with_who_when_and_from_where(helpdesk: Callable[..., Any]):
    found = helpdesk("providers", "list")
    (provider,), (service,), (link,) = found["providers"], found["services"], found["links"]
    assert (provider["name"], provider["own"], provider["by"]) == (
        *("Helpdesk AI GmbH", True, "local owner"),
    )
    assert (provider["source"], provider["as_of"]) == ("contract 12", "2026-11-01")
    assert service["aliases"] == ["HD Assist"]
    assert (link["runs_on"], link["basis"]) == ("Azure OpenAI Service", "published")
    assert link["kinds"]["outage"] == {"probability": 1.0, "gain": 1.0}
    assert found["doubts"] == []


def test_among_all_providers_own_ones_are_marked(helpdesk: Callable[..., Any]):
    listed = {one["name"]: one for one in helpdesk("providers")}
    assert listed["Helpdesk AI GmbH"]["own"] is True
    assert listed["Helpdesk AI GmbH"]["services"] == ["Helpdesk AI"]
    assert listed["OpenAI"]["own"] is False


def test_an_alias_is_read_at_once(helpdesk: Callable[..., Any]):
    (found,) = helpdesk("resolve", "HD Assist")
    assert (found["answer"], found["developer"]) == ("yes", "Helpdesk AI GmbH")


def test_what_is_left_out_of_a_change_stays(helpdesk: Callable[..., Any]):
    changed = helpdesk("providers", "add", "Helpdesk AI GmbH", "--note", "x", "--change", *SOURCE)
    assert (changed["stated"]["country"], changed["stated"]["note"]) == ("DE", "x")
    same = ("Helpdesk AI", "--provider", "Helpdesk AI GmbH", "--form", "app", "--change")
    service = helpdesk("providers", "service", *same, *SOURCE)["stated"]
    assert (service["aliases"], service["form"]) == (["HD Assist"], "app")
    link = ("Helpdesk AI GmbH", "--on", "Azure OpenAI Service", "--note", "y", "--change")
    stated = helpdesk("providers", "link", *link, *SOURCE)["stated"]
    assert (stated["basis"], stated["note"], len(stated["kinds"])) == ("published", "y", 9)


def test_what_is_removed_is_told(helpdesk: Callable[..., Any]):
    gone = helpdesk("providers", "remove", "Helpdesk AI", "--reason", "merged")
    assert gone == {"removed": ["service Helpdesk AI"]}
    on = ("Helpdesk AI GmbH", "--on", "Azure OpenAI Service", "--reason", "moved")
    (link,) = helpdesk("providers", "remove", *on)["removed"]
    assert link.startswith("link Helpdesk AI GmbH on Azure OpenAI Service")
    helpdesk("providers", "remove", "Helpdesk AI GmbH", "--reason", "ended")
    assert helpdesk("providers", "list")["providers"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "OpenAI", *SOURCE), "known already"),
        (("add", "Zed", "--source", "x", "--as-of", "yesterday"), "2026-05-21"),
        (("link", "OpenAI", "--on", "Anthropic", *SOURCE), "no own provider or service"),
        (("remove", "OpenAI", "--reason", "x"), "ships with the product"),
    ],
)
def test_what_cannot_be_is_refused_with_status_2(url: str, words: tuple[str, ...], says: str):
    assert says in refusal("providers", *words, url=url)


def test_what_passes_is_read_by_kind_and_later_ones_count():
    found = effects_of(["all=0.5", "outage=0.9,0.3"])
    assert len(found) == len(FailureKind)
    assert found[FailureKind.OUTAGE] == LinkEffect(probability=0.9, gain=0.3)
    assert found[FailureKind.WIND_DOWN] == LinkEffect(probability=0.5, gain=1.0)


@pytest.mark.parametrize("text", ["flood=1", "outage", "outage=much", "outage=1,1,1", "="])
def test_what_passes_and_cannot_be_read_is_refused(text: str):
    with pytest.raises(RefusedCommand):
        effects_of([text])
