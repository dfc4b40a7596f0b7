"""The store's side of the benchmark of scoring: what a child process runs, and checks after it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, update

from benchmarks.contestants import ROOT, Works
from benchmarks.large_store import NAME, fill
from db.engine import Store, open_store
from db.records import PortfolioRecord
from db.register.portfolios import mark_written
from db.register.rows import STARTUPS
from db.services import scoring
from db.services.access import LOCAL_OWNER
from db.services.deadlines import portfolio_deadlines
from db.services.kept_answers import COLUMNS, KEPT, KeptAnswer, keep_answer, latest_answer
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from db.services.startup_pages import (
    StartupFilter,
    StartupOrder,
    startup_sectors,
    startups_page,
)
from db.services.valuations import valuation
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.portfolio.providers import dependents_of
from risk.scenarios.results import Scenario

TODAY = date(2026, 11, 16)
DEMO = "demo"
#: The provider whose end is asked about: the one that most startups depend on.
PROVIDER = "OpenAI"
END = Scenario(id="end", title="The end", root=PROVIDER, kind=FailureKind.WIND_DOWN)
#: Stores of so many startups stay, since writing them takes longer than anything that is measured.
STAYS, KEPT_IN = 100_000, ROOT / "build" / "stores"
#: One startup of so many is changed.
ONE_OF = 100
WIDE, DEPENDENCIES = "wide", 28


class Stored:
    """A portfolio in a store of its own; :meth:`anew` opens it with nothing at hand."""

    def __init__(self, startups: int) -> None:
        self.name, self.startups = (NAME if startups else DEMO), startups
        self.folder = TemporaryDirectory()
        folder = Path(self.folder.name)
        if startups >= STAYS:
            folder = KEPT_IN
            folder.mkdir(parents=True, exist_ok=True)
        self.address = f"sqlite:///{folder}/{self.name}-{startups}.sqlite3"
        self.store: Store = open_store(self.address)
        initialise(self.store, demo=not startups)
        if startups:
            fill(self.store, startups)

    def anew(self) -> None:
        """As a new process finds it."""
        self.store.close()
        self.store = open_store(self.address)

    def forget(self) -> None:
        """The same with no answer kept."""
        self.anew()
        with self.store.write() as session:
            session.execute(delete(COLUMNS))
            session.execute(delete(KEPT))

    def change(self) -> None:
        """One startup of a hundred states another revenue than before."""
        with self.store.write() as session:
            found = session.query(PortfolioRecord).filter_by(name=self.name).one()
            own = STARTUPS.c.portfolio_id == found.id, STARTUPS.c.id % ONE_OF == 0
            revenue = STARTUPS.c.annual_revenue_cents
            session.execute(update(STARTUPS).where(*own).values({revenue: revenue + 1_000_000}))
            mark_written(found, at=datetime.now(UTC))

    def change_elsewhere(self) -> None:
        """The same, before a process that has nothing at hand."""
        self.change()
        self.anew()


def stored(*, startups: int) -> Works:
    """A stored portfolio and what people ask of it; no startups stand for the demo."""
    held = Stored(startups)
    sectors = startup_sectors(held.store, LOCAL_OWNER, held.name)

    def keep() -> Callable[[], dict[str, Any]]:
        return checked(keep_answer(held.store, LOCAL_OWNER, held.name, today=TODAY))

    def read() -> None:
        valuation(held.store, LOCAL_OWNER, held.name, today=TODAY)

    def shown() -> Callable[[], dict[str, Any]]:
        kept = latest_answer(held.store, LOCAL_OWNER, held.name, today=TODAY)
        assert kept is not None
        assert kept.current
        return checked(kept)

    def stress() -> Callable[[], None]:
        found = scoring.stress(held.store, LOCAL_OWNER, held.name, END, today=TODAY)

        def check() -> None:
            assert found.total_low_usd <= found.total_median_usd <= found.total_high_usd
            assert found.total_usd > 0

        return check

    def calendar() -> None:
        portfolio_deadlines(held.store, LOCAL_OWNER, held.name, today=TODAY)

    def provider() -> None:
        laid_out = valuation(held.store, LOCAL_OWNER, held.name, today=TODAY)
        assert dependents_of(laid_out)

    def page(wanted: StartupFilter = StartupFilter()) -> None:  # noqa: B008 - frozen
        found = startups_page(
            held.store,
            LOCAL_OWNER,
            held.name,
            wanted,
            today=TODAY,
            order=StartupOrder.LOSS,
            descending=True,
            limit=100,
        )
        assert found.startups
        assert found.kept is not None

    def drivers() -> Callable[[], dict[str, int]]:
        found = scoring.sensitivity(held.store, LOCAL_OWNER, held.name, today=TODAY)
        return lambda: {"drivers": len(found.swings)}

    return {
        "anew": held.anew,
        "forget": held.forget,
        "change": held.change,
        "change_elsewhere": held.change_elsewhere,
        "read": read,
        "keep": keep,
        "shown": shown,
        "stress": stress,
        "calendar": calendar,
        "provider": provider,
        "page": page,
        "sector": lambda: page(StartupFilter(sectors=sectors[:1])),
        "drivers": drivers,
    }


def wide() -> Works:
    """A startup that depends on very much, and its page."""
    held = Stored(0)
    cases = tuple(
        UseCase(
            name=f"use case {place}",
            dependencies=(
                Dependency(
                    key=f"w.{place}",
                    provider_text="OpenAI" if place % 2 else "Anthropic",
                    answer=Answer.YES,
                    developer="OpenAI" if place % 2 else "Anthropic",
                    host="OpenAI" if place % 2 else "Anthropic",
                ),
            ),
        )
        for place in range(DEPENDENCIES)
    )
    one = Startup(name=WIDE, use_cases=cases)
    save_portfolio(held.store, LOCAL_OWNER, Portfolio(name=WIDE, startups=(one,)))

    def page() -> Callable[[], None]:
        held.anew()
        scoring.score_startup(held.store, LOCAL_OWNER, WIDE, WIDE, today=TODAY)
        why = scoring.why_high(held.store, LOCAL_OWNER, WIDE, WIDE, today=TODAY)

        def check() -> None:
            shares = sum(share.points for share in why.shares)
            assert abs(shares - (why.score - why.best_score)) < 1e-6

        return check

    return {"page": page}


def checked(kept: KeptAnswer) -> Callable[[], dict[str, Any]]:
    """Startups add up to the portfolio: fast and wrong is an error."""

    def check() -> dict[str, Any]:
        total = float(kept.table.answers.mean.sum())
        # Figures of large portfolios are kept in single precision.
        assert abs(total / kept.whole.aal_usd - 1) < 1e-5, "startups add up to something else"
        return {"startups": kept.startups, "mean": kept.whole.aal_usd}

    return check
