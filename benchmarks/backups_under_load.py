"""Back up a store again and again while others write to it, and restore every backup.

python -m benchmarks.backups_under_load ADDRESS_OF_A_NEW_STORE BACKUPS
"""

import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from db.backups.files import check_backup
from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.backup import back_up, restore
from db.services.portfolios import list_portfolios, load_portfolio, save_portfolio
from risk.inventory.records import Portfolio, Startup

#: Startups in each portfolio that is written.
RECORDS = 20
#: SQLite gives its lock to whoever asks at the right moment: without a pause nobody else gets it.
_BETWEEN_WRITES = 0.02


@dataclass
class Tally:
    """What happened while the backups were made."""

    backups: int = 0
    written: int = 0
    seconds: list[float] = field(default_factory=list)
    restored: int = 0


def campaign(address: str, backups: int) -> Tally:
    """Make ``backups`` under write load and restore each into a store of its own.

    Raises:
        AssertionError: a backup does not hold one moment, or does not come back as it was.
    """
    store = open_store(address)
    store.migrate()  # without reference facts, so that what is written is most of what is held
    write(store, 0)
    tally, stop = Tally(), threading.Event()
    writer = threading.Thread(target=_write, args=(address, tally, stop))
    writer.start()
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number in range(backups):
                start = time.perf_counter()
                back_up(store, LOCAL_OWNER, Path(folder) / f"{number}.backup")
                tally.seconds.append(time.perf_counter() - start)
                tally.backups += 1
        finally:
            stop.set()
            writer.join()
        for number in range(backups):
            _restores_clean(Path(folder) / f"{number}.backup", Path(folder))
            tally.restored += 1
    store.close()
    return tally


def write(store: Store, number: int) -> None:
    """Write a whole portfolio of its own, in one transaction."""
    startups = tuple(
        Startup(name=f"Startup {number}-{row}", use_cases=()) for row in range(RECORDS)
    )
    save_portfolio(store, LOCAL_OWNER, Portfolio(name=f"Fund {number}", startups=startups))


def _write(address: str, tally: Tally, stop: threading.Event) -> None:
    """Write one portfolio after the other, every third time over what is there."""
    store = open_store(address)
    number = 0
    while not stop.is_set():
        number += 1
        write(store, number if number % 3 else number - 1)
        tally.written += 1
        time.sleep(_BETWEEN_WRITES)
    store.close()


def _restores_clean(file: Path, folder: Path) -> None:
    backup = check_backup(file)
    target = folder / "restored.sqlite3"
    store = open_store(f"sqlite:///{target}")
    restored = restore(store, LOCAL_OWNER, file)
    assert restored.backup.tables == backup.tables
    assert verify_audit(store, LOCAL_OWNER).is_whole
    for one in list_portfolios(store, LOCAL_OWNER):
        held = load_portfolio(store, LOCAL_OWNER, one.name)
        assert len(held.startups) == RECORDS, f"{file}: {one.name} is there in part"
    store.close()
    for left in folder.glob("restored.sqlite3*"):
        left.unlink()


if __name__ == "__main__":
    found = campaign(sys.argv[1], int(sys.argv[2]))
    print(
        f"{found.backups} backups during {found.written} writes, "
        f"{median(found.seconds):.2f} s each (median), {max(found.seconds):.2f} s at most; "
        f"{found.restored} restored clean"
    )
