"""Every public service asks who is calling, and somebody decided about every role."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

import db.services
from db.engine import Store
from db.services.access import PERMISSIONS, Action, Actor, ActorRole, NotAllowed, authorize
from risk.catalog.falters import FalterKind
from risk.catalog.records import Alias, Answer
from risk.hazard.signals import Signal
from risk.inventory.records import Portfolio
from risk.scenarios.results import Scenario

STRANGER = Actor("stranger", ActorRole.NONE)
VIEWER = Actor("viewer", ActorRole.VIEWER)
WRITES = {
    "add_alias",
    "add_portfolio",
    "add_signal",
    "finish_decision",
    "import_incidents",
    "preview_import",
    "publish_import",
    "record_decision",
    "remove_alias",
    "save_portfolio",
    "set_assumption",
    "undo_batch",
}
FOR_THE_OWNER = {"list_audit", "verify_audit"}
SAMPLES: dict[str, Any] = {
    "alias": Alias(
        text="x", answer=Answer.NO, developer=None, host=None, product=None, source="test"
    ),
    "batch": 1,
    "data": b"startup,provider\nAcme,OpenAI\n",
    "done": date(2026, 11, 1),
    "file_name": "a.csv",
    "header": ("startup", "provider"),
    "name": "rate_multiple",
    "number": 1,
    "option": "Claude API",
    "owner": "Ann",
    "portfolio": "Fund",
    "provider": "OpenAI",
    "reason": "test",
    "scenario": Scenario(id="x", title="x", root="OpenAI", kind=FalterKind.OUTAGE),
    "signal": Signal(
        provider="OpenAI",
        kind="down_round",
        at=datetime(2026, 11, 1, tzinfo=UTC),
        source="test",
    ),
    "startup": "Acme",
    "table": "inventory",
    "text": "x",
    "today": date(2026, 11, 1),
    "value": 1.0,
}


def public_services() -> dict[str, Callable[..., Any]]:
    """Every function of a service module whose first arguments are a store and an actor."""
    found = {}
    for module in pkgutil.iter_modules(db.services.__path__):
        loaded = importlib.import_module(f"db.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if not name.startswith("_") and parameters[:2] == ["store", "actor"]:
                found[name] = function
    return found


def call(name: str, store: Store, actor: Actor) -> Any:
    function = public_services()[name]
    arguments = {}
    for parameter in list(inspect.signature(function).parameters.values())[2:]:
        if parameter.default is inspect.Parameter.empty:
            arguments[parameter.name] = SAMPLES[parameter.name]
    if name in ("add_portfolio", "save_portfolio"):
        arguments["portfolio"] = Portfolio(name="Fund", startups=())
    return function(store, actor, **arguments)


def test_the_services_are_found():
    assert set(public_services()) > WRITES | FOR_THE_OWNER
    assert len(public_services()) >= 20


@pytest.mark.parametrize("name", sorted(public_services()))
def test_a_stranger_is_refused_before_the_store_is_touched(name: str):
    untouchable: Any = None
    with pytest.raises(NotAllowed, match=r"stranger \(none\) may not"):
        call(name, untouchable, STRANGER)


@pytest.mark.parametrize("name", sorted(WRITES | FOR_THE_OWNER))
def test_a_viewer_changes_nothing_and_does_not_read_the_trail(name: str):
    untouchable: Any = None
    with pytest.raises(NotAllowed, match=r"viewer \(viewer\) may not"):
        call(name, untouchable, VIEWER)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_decided_for_every_role(action: Action):
    assert PERMISSIONS[action] <= set(ActorRole)
    assert ActorRole.OWNER in PERMISSIONS[action]
    assert ActorRole.NONE not in PERMISSIONS[action]


def test_a_refusal_names_the_act_and_who_may():
    with pytest.raises(NotAllowed) as refused:
        authorize(VIEWER, Action.UNDO, "batch 3")
    assert str(refused.value) == (
        "viewer (viewer) may not undo: batch 3. Ask somebody who is analyst or owner."
    )
