"""A batch is published whole or not at all, whoever else writes and whatever fails."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    PublishedBatch,
    list_batches,
)
from db.services.portfolios import load_portfolio
from tests.db.inventories import (
    ACME,
    counted,
    fund_hash,
    inventory,
    publish,
    startup,
)


def test_the_same_file_sent_many_times_at_once_is_one_batch(store: Store):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: publish(store, ACME), range(200)))
    assert len({one.batch for one in found}) == 1
    assert sorted(one.already for one in found) == [False] + [True] * 199
    assert len(list_batches(store, LOCAL_OWNER)) == 1


def test_different_files_at_once_all_arrive_whole(store: Store):
    def send(number: int) -> PublishedBatch:
        return publish(store, ACME | {"use_case": f"u{number}"}, ACME | {"startup": f"S{number}"})

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(send, range(8)))
    assert len({one.batch for one in found}) == 8
    portfolio = load_portfolio(store, LOCAL_OWNER, "Fund")
    assert portfolio.revision == 8
    assert {one.name for one in portfolio.startups} == {"Acme", *(f"S{n}" for n in range(8))}
    assert len(startup(store).use_cases) == 8


def test_a_failure_after_the_last_row_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch):
    publish(store, ACME)
    before = fund_hash(store)

    def fail(*arguments: object, **more: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("db.services.publishing.record", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        publish(store, ACME | {"spend_usd": "5"}, ACME | {"startup": "Zeta", "spend_usd": "6"})
    monkeypatch.undo()
    assert fund_hash(store) == before
    assert len(list_batches(store, LOCAL_OWNER)) == 1
    assert load_portfolio(store, LOCAL_OWNER, "Fund").revision == 1


KILLED_BEFORE_COMMIT = """
import os, signal, sys
import db.services.imports as imports
import db.services.publishing as publishing
from db.engine import open_store
from db.services.access import LOCAL_OWNER

publishing.record = lambda *arguments, **more: os.kill(os.getpid(), signal.SIGKILL)
imports.publish_import(
    open_store(sys.argv[1]), LOCAL_OWNER, data=sys.argv[2].encode(), file_name="a.csv",
    portfolio="Fund", assume={"complete_for": "nothing"},
)
"""


def test_a_process_killed_before_its_commit_leaves_nothing_and_blocks_nobody(
    store: Store, address: str
):
    publish(store, ACME)
    before = fund_hash(store)
    rows = [ACME | {"startup": f"S{number}"} for number in range(50)]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_COMMIT, address, inventory(*rows).decode()],
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert killed.returncode == -signal.SIGKILL
    assert fund_hash(store) == before
    assert counted(publish(store, *rows)) == (50, 0, 0, 1)
