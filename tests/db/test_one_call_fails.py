"""Whichever call of an operation fails, nothing is half done and the reader is told in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from db.engine import Store
from db.errors import StoreError
from db.records import StagingRecord
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.endings import ChangeResult, end, exit_startup, merge, rename
from db.services.imports import list_batches, undo_batch
from db.services.kept_answers import keep_answer, latest_answer
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.scoring import score_portfolio
from db.services.setup import initialise
from tests.db.faults import failing_statement
from tests.db.inventories import ACME, fund_hash, publish
from tests.small_world import TODAY

ROWS = [ACME | {"startup": name, "sector": "law"} for name in ("Acme", "Borealis", "Corvid")]
MORE = [ACME | {"startup": "Acme", "sector": "health"}, ACME | {"startup": "Dovetail"}]
#: What no reader should meet: a driver's words, SQL, the name of an exception.
RAW = re.compile(r"Traceback|sqlite3\.|psycopg\.|sqlalchemy|SELECT|INSERT|Error\b|I/O error")


@dataclass(frozen=True)
class State:
    """Everything that an operation could leave half done."""

    facts: str
    portfolios: tuple[str, ...]
    batches: tuple[Any, ...]
    audited: int
    staged: int
    scored: Any


def state_of(store: Store) -> State:
    checked = verify_audit(store, LOCAL_OWNER)
    assert checked.broken_at is None
    portfolios = tuple(one.name for one in list_portfolios(store, LOCAL_OWNER))
    with store.read() as session:
        staged = session.query(StagingRecord).count()
    return State(
        facts=fund_hash(store),
        portfolios=portfolios,
        batches=tuple(list_batches(store, LOCAL_OWNER)),
        audited=checked.rows,
        staged=staged,
        scored=kept_number(store) if "Fund" in portfolios else None,
    )


def kept_number(store: Store) -> int | None:
    """The number of the last answer about the portfolio."""
    found = latest_answer(store, LOCAL_OWNER, "Fund", today=TODAY)
    return None if found is None else found.number


def refusal_of(operation: Callable[[], Any]) -> str | None:
    """What an operation says that cannot be done, None: it was done."""
    try:
        operation()
    except StoreError as refused:
        return str(refused)
    return None


def every_call_fails_once(store: Store, operation: Callable[[], Any]) -> int:
    """Fail the first call, then the second, … until the operation goes through; count them."""
    before = state_of(store)
    number = 1
    while True:
        with failing_statement(store, number) as calls:
            said = refusal_of(operation)
        if said is None:
            # A call that fails when all is done, as in tidying up, need not be told.
            assert not calls.failed or state_of(store) != before, f"call {number} was not told"
            return number - 1
        assert calls.failed, said
        assert said.endswith((".", ")")), said
        assert not RAW.search(said), said
        assert state_of(store) == before, f"call {number} left something half done"
        number += 1


@pytest.fixture
def fund(store: Store) -> Store:
    publish(store, *ROWS)
    return store


def test_a_first_import(store: Store) -> None:
    assert every_call_fails_once(store, lambda: publish(store, *ROWS)) > 10
    assert len(load_portfolio(store, LOCAL_OWNER, "Fund").startups) == 3


def test_an_import_over_another(fund: Store) -> None:
    assert every_call_fails_once(fund, lambda: publish(fund, *MORE)) > 10
    sectors = {one.name: one.sector for one in load_portfolio(fund, LOCAL_OWNER, "Fund").startups}
    assert sectors == {"Acme": "health", "Borealis": "law", "Corvid": "law", "Dovetail": None}


def test_a_month_that_ends_respells_and_leaves_blank(fund: Store) -> None:
    before = fund_hash(fund)
    month = [ROWS[0] | {"provider": "OpenAI LLC"}, ROWS[1] | {"sector": ""}]
    calls = every_call_fails_once(fund, lambda: publish(fund, *month, complete_for="portfolio"))
    assert calls > 10
    told = {one.name: one for one in load_portfolio(fund, LOCAL_OWNER, "Fund").startups}
    assert {name: one.sector for name, one in told.items()} == {"Acme": "law", "Borealis": None}
    assert told["Acme"].use_cases[0].dependencies[0].provider_text == "OpenAI LLC"
    batch = list_batches(fund, LOCAL_OWNER)[0].batch
    assert every_call_fails_once(fund, lambda: undo_batch(fund, LOCAL_OWNER, batch)) > 10
    assert fund_hash(fund) == before


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda store: end(store, LOCAL_OWNER, "Fund", "Acme", "chat"), 3),
        (lambda store: exit_startup(store, LOCAL_OWNER, "Fund", "Acme"), 2),
        (lambda store: rename(store, LOCAL_OWNER, "Fund", "Acme", "Bolt"), 3),
        (lambda store: merge(store, LOCAL_OWNER, "Fund", "Acme", "Corvid"), 2),
    ],
    ids=["end", "exit", "rename", "merge"],
)
def test_a_change_by_hand(fund: Store, change: Callable[[Store], ChangeResult], left: int) -> None:
    before = fund_hash(fund)
    assert every_call_fails_once(fund, lambda: change(fund)) > 10
    assert len(load_portfolio(fund, LOCAL_OWNER, "Fund").startups) == left
    batch = list_batches(fund, LOCAL_OWNER)[0].batch
    assert every_call_fails_once(fund, lambda: undo_batch(fund, LOCAL_OWNER, batch)) > 10
    assert fund_hash(fund) == before


def test_an_undo(fund: Store) -> None:
    before = fund_hash(fund)
    batch = publish(fund, *MORE).batch
    assert every_call_fails_once(fund, lambda: undo_batch(fund, LOCAL_OWNER, batch)) > 10
    assert fund_hash(fund) == before


def test_a_score(fund: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.services import scoring

    monkeypatch.setattr(scoring, "assess", lambda laid_out: "an answer")
    calls = every_call_fails_once(
        fund, lambda: score_portfolio(fund, LOCAL_OWNER, "Fund", today=TODAY)
    )
    assert calls > 5


def test_scores_that_are_kept(fund: Store) -> None:
    def keep() -> None:
        keep_answer(fund, LOCAL_OWNER, "Fund", today=TODAY)

    assert every_call_fails_once(fund, keep) > 10
    assert kept_number(fund) is not None


def test_setting_up(
    empty_address: str, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(empty_address)
    number = step = 1
    while True:
        # The tables' statements are alike, so they are tried further and further apart.
        with failing_statement(store, number) as calls:
            said = refusal_of(lambda: initialise(store))
        if said is None:
            assert not calls.failed
            break
        assert not RAW.search(said), said
        number, step = number + step, step + 2
    assert list_portfolios(store, LOCAL_OWNER) == ()
