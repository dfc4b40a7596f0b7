"""Kill a large month at random moments: a complete file that ends, respells, changes and adds.

python -m benchmarks.kill_months ADDRESS_OF_A_NEW_STORE KILLS [RECORDS] [SEED]
"""

import os
import random
import signal
import sys
import time
from dataclasses import dataclass

from sqlalchemy import func, select, text

from db.engine import Store, open_store
from db.records import BatchRecord, DependencyRecord, PortfolioRecord, StagingRecord
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.import_results import PublishedBatch
from db.services.imports import list_batches, publish_import, undo_batch
from db.services.portfolios import state_hash
from db.services.setup import initialise

RECORDS = 100_000
_PORTFOLIO = "Fund"
_HEADER = "startup,provider,use_case,spend_usd,cash_usd"
#: A child is killed within so many times as long as a month and its undo took before.
_MONTHS_ALIVE = 1.5


@dataclass(frozen=True)
class Months:
    """What a store says with the first month alone, and with both; what the second one did."""

    first: str
    both: str
    ended: int
    respelled: int
    publish_seconds: float
    undo_seconds: float


@dataclass
class Tally:
    """How many kills left the month out, how many left it whole, and which months were killed."""

    kills: int = 0
    left_out: int = 0
    whole: int = 0
    in_undo: int = 0
    leftovers: int = 0
    records: int = 0
    ended: int = 0
    respelled: int = 0
    publish_seconds: float = 0
    undo_seconds: float = 0


def campaign(address: str, kills: int, records: int, seed: int) -> Tally:
    """Kill ``kills`` processes that publish and undo the month, and check the store after each.

    Raises:
        AssertionError: the month is there in part, or the store does not work as it did.
    """
    chance = random.Random(seed)  # noqa: S311 - not a secret
    store = open_store(address)
    initialise(store)
    months = _measured(store, records)
    store.close()
    tally = Tally(
        records=records,
        ended=months.ended,
        respelled=months.respelled,
        publish_seconds=round(months.publish_seconds, 1),
        undo_seconds=round(months.undo_seconds, 1),
    )
    alive = _MONTHS_ALIVE * (months.publish_seconds + months.undo_seconds)
    for _ in range(kills):
        told = _killed(address, records, chance.uniform(0, alive))
        store = open_store(address)
        with store.read() as session:
            tally.leftovers += session.scalar(select(func.count()).select_from(StagingRecord)) or 0
        initialise(store)
        tally.kills += 1
        tally.in_undo += told.endswith("published")
        _check(store, months, tally)
        store.close()
    store = open_store(address)
    _undo(store, _publish_second(store, records))
    assert state_hash(store, LOCAL_OWNER, _PORTFOLIO) == months.first, "the undo did not restore"
    store.close()
    return tally


def _measured(store: Store, records: int) -> Months:
    """Publish the first month; then the second, and take it back."""
    publish_import(
        store, LOCAL_OWNER, data=month(records, 1), file_name="1.csv", portfolio=_PORTFOLIO
    )
    first = state_hash(store, LOCAL_OWNER, _PORTFOLIO)
    start = time.perf_counter()
    second = _publish_second(store, records)
    published = time.perf_counter()
    both = state_hash(store, LOCAL_OWNER, _PORTFOLIO)
    undoing = time.perf_counter()
    _undo(store, second)
    undone = time.perf_counter()
    assert state_hash(store, LOCAL_OWNER, _PORTFOLIO) == first, "the undo did not restore"
    return Months(
        first=first,
        both=both,
        ended=second.changes.ended,
        respelled=second.changes.merged,
        publish_seconds=published - start,
        undo_seconds=undone - undoing,
    )


def _publish_second(store: Store, records: int) -> PublishedBatch:
    return publish_import(
        store,
        LOCAL_OWNER,
        data=month(records, 2),
        file_name="2.csv",
        portfolio=_PORTFOLIO,
        assume={"complete_for": "portfolio"},
    )


def _undo(store: Store, second: PublishedBatch) -> None:
    undone = undo_batch(store, LOCAL_OWNER, second.batch)
    assert undone.kept == 0, "an undo that nothing came after kept rows"


def _killed(address: str, records: int, seconds: float) -> str:
    """Let a child publish the month and take it back, kill it, and return what it told last."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        store = open_store(address)
        os.write(writing, b"ready\n")
        while True:
            second = _publish_second(store, records)
            os.write(writing, b"published\n")
            _undo(store, second)
            os.write(writing, b"undone\n")
    os.close(writing)
    with os.fdopen(reading) as told:
        told.readline()
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return ["ready", *told.read().split()][-1]


def month(records: int, number: int) -> bytes:
    """The file of a month; the second ends, respells and changes lines and adds startups."""
    lines = [_line(row, number) for row in range(records)]
    if number == 2:
        lines += [_line(row, number) for row in range(records, records + max(10, records // 50))]
    return "\n".join([_HEADER, *(one for one in lines if one), ""]).encode()


def _line(row: int, number: int) -> str | None:
    startup, case = divmod(row, 10)
    spend, provider = row % 997, ("Anthropic", "OpenAI", "Mistral", "Cohere")[row % 4]
    if number == 2:
        # A startup in eight is gone, and two lines in ten of the others: 3 lines in 10 in all.
        if startup % 8 == 3 or case in (4, 7):
            return None
        if case == 5:
            provider = {"Anthropic": "Anthropic Ireland Ltd", "OpenAI": "OpenAI LLC"}.get(
                provider, f"{provider} AI"
            )
        if case == 6:
            spend += 1
    return f"Startup {startup},{provider},use {case},{spend},{startup * 1000}"


def _check(store: Store, months: Months, tally: Tally) -> None:
    """The month is whole or not there, nothing lies about; then take it back if it is there."""
    batches = {one.batch for one in list_batches(store, LOCAL_OWNER) if one.undone_at is None}
    found = state_hash(store, LOCAL_OWNER, _PORTFOLIO)
    assert found == (months.first, months.both)[len(batches) - 1], f"in part: {len(batches)}"
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(StagingRecord)) == 0
        hidden = select(func.count()).select_from(PortfolioRecord).where(~PortfolioRecord.live)
        assert session.scalar(hidden) == 0
        written = select(func.count()).select_from(BatchRecord)
        assert session.scalar(written) == len(list_batches(store, LOCAL_OWNER))
        ended = select(func.count()).select_from(DependencyRecord)
        ended = ended.where(DependencyRecord.until.is_not(None))
        assert session.scalar(ended) == (months.ended if len(batches) == 2 else 0)
        if store.is_sqlite:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert verify_audit(store, LOCAL_OWNER).broken_at is None
    tally.whole += len(batches) == 2
    tally.left_out += len(batches) == 1
    if len(batches) == 2:
        undo_batch(store, LOCAL_OWNER, max(batches))
        assert state_hash(store, LOCAL_OWNER, _PORTFOLIO) == months.first


if __name__ == "__main__":
    _, _address, _kills, *_rest = sys.argv
    _records, _seed = [*(int(one) for one in _rest), *(RECORDS, 0)[len(_rest) :]]
    print(campaign(_address, int(_kills), _records, _seed))
