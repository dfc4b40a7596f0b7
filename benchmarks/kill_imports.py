"""Kill imports and merges at random moments and look whether any batch is lost or there in part.

python -m benchmarks.kill_imports ADDRESS_OF_A_NEW_STORE KILLS [SEED]
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.engine import Store, open_store
from db.importing import staging
from db.importing.batches import CHANGE
from db.records import (
    BatchRecord,
    DependencyRecord,
    PortfolioRecord,
    StagingRecord,
    StartupRecord,
    UseCaseRecord,
)
from db.register.rows import DEPENDENCIES
from db.services.access import LOCAL_OWNER
from db.services.endings import merge
from db.services.imports import list_batches, publish_import
from db.services.setup import initialise

RECORDS = 400
_PORTFOLIO = "Fund"
#: A child is killed within so many times as long as its first merge and second import took.
_IMPORTS_ALIVE = 1.5


@dataclass
class Tally:
    """What the kills met: killed before anything was acknowledged, or after so many imports."""

    kills: int = 0
    acknowledged: int = 0
    published: int = 0
    leftovers: int = 0


def campaign(address: str, kills: int, seed: int) -> Tally:
    """Kill ``kills`` importing processes and check the store after each.

    Raises:
        AssertionError: an acknowledged batch is missing, or a batch is there in part.
    """
    chance = random.Random(seed)  # noqa: S311 - not a secret
    store = open_store(address)
    initialise(store)
    store.close()
    tally, acknowledged, serial = Tally(), set[int](), 0
    for _ in range(kills):
        serial += 1000
        acknowledged |= _killed(address, serial, chance)
        tally.kills += 1
        store = open_store(address)
        with store.read() as session:
            tally.leftovers += session.scalar(select(func.count()).select_from(StagingRecord)) or 0
        initialise(store)
        tally.published = _check(store, acknowledged)
        store.close()
    tally.acknowledged = len(acknowledged)
    return tally


def _killed(address: str, serial: int, chance: random.Random) -> set[int]:
    """Let a child import file after file, kill it, and return the batches it was told of."""
    at_once = 60 if chance.random() < 0.7 else RECORDS * 2
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _import_for_ever(address, serial, writing, at_once)
    os.close(writing)
    with os.fdopen(reading) as told:
        first = told.readline()
        start = time.perf_counter()
        second, third = told.readline(), told.readline()
        time.sleep(chance.uniform(0, _IMPORTS_ALIVE) * (time.perf_counter() - start))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return {int(line) for line in (first, second, third, *told) if line.endswith("\n")}


def _import_for_ever(address: str, serial: int, told: int, at_once: int) -> None:
    """In the child: import with so many rows staged in one transaction, and merge two startups."""
    staging._AT_ONCE = at_once
    store = open_store(address)
    for number in range(serial, serial + 1000):
        published = publish_import(
            store,
            LOCAL_OWNER,
            data=inventory(number),
            file_name=f"{number}.csv",
            portfolio=_PORTFOLIO,
            assume={"complete_for": "nothing"},
        )
        os.write(told, f"{published.batch}\n".encode())
        two = f"Startup {number}-0", f"Startup {number}-1"
        merged = merge(store, LOCAL_OWNER, _PORTFOLIO, *two)
        os.write(told, f"{merged.batch}\n".encode())
    os._exit(0)


def inventory(number: int) -> bytes:
    """A file of its own startups, ten records each."""
    lines = (
        f"Startup {number}-{row // 10},OpenAI,use {row % 10},{row},2027-01-31,{number},agents"
        for row in range(RECORDS)
    )
    header = "startup,provider,use_case,spend_usd,renewal,cash_usd,depth"
    return "\n".join([header, *lines, ""]).encode()


def _check(store: Store, acknowledged: set[int]) -> int:
    """Return how many batches are published; each must be whole, and none acknowledged missing."""
    batches = {one.batch for one in list_batches(store, LOCAL_OWNER)}
    assert acknowledged <= batches, f"lost: {acknowledged - batches}"
    with store.read() as session:
        by_hand = select(BatchRecord.id).where(BatchRecord.kind == CHANGE)
        merges = set(session.scalars(by_hand))
        rows = dict(_rows_by_batch(session))
        assert rows == dict.fromkeys(batches - merges, RECORDS), f"in part: {rows}"
        # Each merge ends one startup, whose ten use cases are those of the other.
        for table, each in ((StartupRecord, 1), (UseCaseRecord, 10), (DependencyRecord, 10)):
            ended = select(func.count()).select_from(table).where(table.until.is_not(None))
            assert session.scalar(ended) == each * len(merges), f"a merge in part: {table}"
        assert session.scalar(select(func.count()).select_from(StagingRecord)) == 0
        assert session.scalar(select(func.count()).select_from(BatchRecord)) == len(batches)
        hidden = select(func.count()).select_from(PortfolioRecord).where(~PortfolioRecord.live)
        assert session.scalar(hidden) == 0
        assert session.scalar(select(func.count()).select_from(DEPENDENCIES)) == sum(rows.values())
        if store.is_sqlite:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    return len(batches)


def _rows_by_batch(session: Session) -> Iterator[tuple[int, int]]:
    """The dependencies of live startups, by the batch that wrote them."""
    found = session.execute(
        select(DEPENDENCIES.c.batch_id, func.count())
        .join(UseCaseRecord, UseCaseRecord.id == DEPENDENCIES.c.use_case_id)
        .join(StartupRecord, StartupRecord.id == UseCaseRecord.startup_id)
        .join(PortfolioRecord, PortfolioRecord.id == StartupRecord.portfolio_id)
        .where(PortfolioRecord.live)
        .group_by(DEPENDENCIES.c.batch_id)
    )
    return ((batch, rows) for batch, rows in found)


if __name__ == "__main__":
    print(campaign(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
