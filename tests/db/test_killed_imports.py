"""An import killed at any moment leaves a whole batch or none; nothing acknowledged is lost."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import list_batches
from tests.db.inventories import ACME, publish

KILLS = 3
RECORDS = 800


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process is copied by fork")
def test_killed_imports_leave_whole_batches_and_lose_none_that_was_acknowledged(address: str):
    campaign = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill_imports", address, str(KILLS)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert campaign.returncode == 0, campaign.stderr
    found = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", campaign.stdout)}
    assert found["kills"] == KILLS
    # Each child is told of two batches before it is killed.
    assert found["published"] >= found["acknowledged"] >= 2 * KILLS


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a process is copied by fork")
def test_a_killed_month_that_ends_and_respells_is_whole_or_not_there(address: str):
    campaign = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill_months", address, str(KILLS), str(RECORDS)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert campaign.returncode == 0, campaign.stderr
    found = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)\b", campaign.stdout)}
    assert found["kills"] == found["left_out"] + found["whole"] == KILLS
    # Three lines in ten of 800 are gone; of the others one in eight is written otherwise.
    assert (found["ended"], found["respelled"]) == (240, 70)


def test_a_file_sent_many_times_at_once_is_one_batch(store: Store):
    rows = [ACME | {"startup": f"S{number}"} for number in range(5)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: publish(store, *rows), range(8)))
    assert len({one.batch for one in found}) == 1
    assert sorted(one.already for one in found) == [False] + [True] * 7
    assert len(list_batches(store, LOCAL_OWNER)) == 1
