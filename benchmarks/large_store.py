"""A stored portfolio of very many startups: written, scored in parts, and read page by page.

python -m benchmarks.large_store ADDRESS STARTUPS [CLUSTER]

ADDRESS is a new store (a path, or postgresql://…), or one that this began to fill. CLUSTER as for
``downstream scores keep``; without it this process works alone, which
:mod:`benchmarks.bench_scoring` measures too.
"""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import func, select

from benchmarks.invented_register import invented_startups
from benchmarks.measuring import best_of
from benchmarks.run import head
from db.engine import Store, open_store
from db.records import PortfolioRecord
from db.register.portfolios import make_portfolio
from db.register.rows import STARTUPS
from db.register.saving import insert_startups
from db.services.access import LOCAL_OWNER
from db.services.kept_answers import keep_answer, latest_answer
from db.services.scoring_in_chunks import cluster
from db.services.setup import initialise
from db.services.startup_pages import StartupFilter, StartupOrder, StartupsPage, startups_page

NAME = "large"
#: 1 to 8 use cases, 4.5 on average, with one dependency each.
MOST_USE_CASES = 8
AT_ONCE = 10_000
MEASURED = {"this process": RUSAGE_SELF, "the largest of its workers": RUSAGE_CHILDREN}
TODAY = date(2026, 11, 16)


def main(address: str, startups: int, scheduler: str | None) -> None:
    """Write, score and read; print what each took."""
    print(head())
    store = open_store(address)
    initialise(store)
    _told(f"{startups:,} startups written", lambda: fill(store, startups))
    _told("answered and kept", lambda: _score(store, scheduler))
    kept = latest_answer(store, LOCAL_OWNER, NAME, today=TODAY)
    assert kept is not None
    assert kept.startups == startups, "every startup must be told of"
    most = {name: getrusage(who).ru_maxrss / 1024 for name, who in MEASURED.items()}
    print("  most memory: " + ", ".join(f"{name} {size:,.0f} MiB" for name, size in most.items()))
    _read_pages(store, startups)
    store.close()


def _told(what: str, work: Callable[[], None]) -> None:
    wall, processors = perf_counter(), _processors()
    work()
    wall, processors = perf_counter() - wall, _processors() - processors
    print(f"  {what:<48} {wall:9.1f} s   processor {processors:.1f} s", flush=True)


def _processors() -> float:
    """Seconds of processor time, those of workers that have ended included."""
    children = getrusage(RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def fill(store: Store, startups: int) -> None:
    """Write so many invented startups, or those that are missing of them."""
    with store.write() as session:
        begun = session.query(PortfolioRecord).filter_by(name=NAME).one_or_none()
        made_now = begun or make_portfolio(session, NAME, at=datetime.now(UTC), invented=True)
        number = made_now.id
        filled = session.scalar(
            select(func.count()).select_from(STARTUPS).where(STARTUPS.c.portfolio_id == number)
        )
    for first in range(filled or 0, startups, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, startups))
        made = list(invented_startups(numbers, seed=first, most_use_cases=MOST_USE_CASES))
        with store.write() as session:
            insert_startups(session, number, made)


def _score(store: Store, scheduler: str | None) -> None:
    if scheduler is None:
        keep_answer(store, LOCAL_OWNER, NAME, today=TODAY)
        return
    with cluster(scheduler) as workers:
        keep_answer(store, LOCAL_OWNER, NAME, workers=workers, today=TODAY)


def _read_pages(store: Store, startups: int) -> None:
    """The first page, one in the middle, and pages behind filters."""
    asked = {
        "first page by name": {},
        "page in the middle by name": {"offset": startups // 2},
        "first page by expected loss": {"order": StartupOrder.LOSS, "descending": True},
        "first page by score, band E": {
            "wanted": StartupFilter(bands=("E",)),
            "order": StartupOrder.SCORE,
            "descending": True,
        },
        "search for one name": {"wanted": StartupFilter(words=f"startup {startups // 3:06}")},
        "search for a provider": {"wanted": StartupFilter(words="cohere")},
    }
    for what, options in asked.items():
        seconds, found = best_of(2, lambda o=options: _page(store, o))
        assert found.total == startups
        assert found.startups, what
        print(f"  {what:<48} {1000 * seconds:9.1f} ms  {found.matching:,} match", flush=True)


def _page(store: Store, options: dict[str, Any]) -> StartupsPage:
    return startups_page(store, LOCAL_OWNER, NAME, today=TODAY, **options)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
