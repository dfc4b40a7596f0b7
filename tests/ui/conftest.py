"""Pages on hand-made answers (fast), and pages on a real store in a temporary folder."""

import functools
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.contracts import ContractsOverview
from db.services.kept_answers import keep_answer
from db.services.portfolios import save_portfolio
from db.services.provider_history import ProviderPast
from db.services.questions import StartupQuestions
from db.services.startup_pages import StartupFilter, StartupOrder, StartupsPage
from db.services.stresses import StressChoices
from db.services.usage import ObservedFailures
from db.services.weighting import WeightedConcentration
from risk.alternatives.options import StartupNotFound
from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.hazard.provider_history import provider_history
from risk.inventory.records import Portfolio, Startup
from risk.loss.valuation import valuation_of
from risk.portfolio.asked import Question, Reason
from risk.portfolio.deadlines import DeadlineCalendar, deadline_calendar, renewals_of, told_by
from risk.portfolio.providers import Dependence, dependents_of
from risk.portfolio.weighting import Weighted
from tests.conftest import Make
from tests.part_of_demo import part_of_demo
from tests.ui import sample
from ui import answering, cached
from ui.cached import OneStartup
from ui.page import default_portfolio
from ui.server.downloads import Handed, tickets
from ui.tables.register import open_questions

#: The day of the pages on the demo's store.
DEMO_DAY = date(2026, 11, 23)
NAVIGATION = Path(__file__).parents[2] / "ui" / "navigation.py"
#: Where the list of pages leaves the portfolio for the page.
CHOSEN = "chosen_portfolio"

Open = Callable[..., AppTest]
Downloads = dict[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Summary:
    name: str
    startups: int
    updated: datetime
    invented: bool
    revision: int
    currency: str = "USD"


@pytest.fixture(autouse=True)
def the_main_module() -> Iterator[None]:
    """A page that is run takes the place of the main module, which new processes begin with."""
    known = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = known


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    for making in answering._under_way.values():
        making.job.is_done_within(60)
    answering._under_way.clear()
    st.cache_data.clear()
    st.cache_resource.clear()


def no_past(provider: str) -> ProviderPast:
    """What a store without any history knows of a provider."""
    history = provider_history(provider, [], [], seed=1)
    return ProviderPast(history=history, feeds=(), documented=(), published=())


def one_of_the_sample(portfolio: str, startup: str) -> OneStartup:
    """One startup of the answer that the pages read."""
    whole = cached.assessment(portfolio)
    answer = next((one for one in whole.startups if one.startup == startup), None)
    record = next((one for one in sample.PORTFOLIO.startups if one.name == startup), None)
    if answer is None or record is None:
        raise StartupNotFound(startup)
    shares = [0.12, *[None] * len(answer.unknown)]
    unknown = tuple(zip(answer.unknown, shares, strict=False))
    return OneStartup(record=record, answer=answer, unknown=unknown, whole=whole)


def record_of_the_sample(portfolio: str, startup: str) -> Startup:
    """The record of one startup."""
    for one in sample.register(portfolio).startups:
        if one.name == startup:
            return one
    raise StartupNotFound(startup)


def register_of_the_sample(
    name: str, wanted: StartupFilter, *, order: StartupOrder, number: int
) -> StartupsPage:
    """The register that the pages read; of the filters only words and open questions count."""
    startups = sample.register(name).startups
    kept = tuple(
        one
        for one in startups
        if (not wanted.asks or open_questions(one))
        and wanted.words.casefold() in one.name.casefold()
    )
    return StartupsPage(startups=kept, matching=len(kept), total=len(startups))


def stress_choices_of(name: str) -> StressChoices:
    """Whom a stress test of the register can hit, and where it can begin."""
    register = sample.register(name)
    links = [
        link
        for startup in register.startups
        for case in startup.use_cases
        for link in case.dependencies
    ]
    return StressChoices(
        startups=tuple(sorted(one.name for one in register.startups)),
        models=tuple(sorted({link.model for link in links if link.model})),
        lead=next((link.developer for link in links if link.developer), None),
    )


def questions_of_the_sample(portfolio: str, startup: str, *, answered: int) -> StartupQuestions:
    """What can be asked of one startup of the register: its revenue, where nobody stated it."""
    record = record_of_the_sample(portfolio, startup)
    asked = (
        ()
        if record.annual_revenue_usd
        else (Question(field="annual_revenue_usd", reason=Reason.UNKNOWN, removes_usd=30_000.0),)
    )
    return StartupQuestions(
        startup=startup,
        contact_email=None,
        has_uses=bool(record.use_cases),
        questions=asked,
        proposed=asked,
        not_known=(),
    )


def no_deadlines(portfolio: str, days: int) -> DeadlineCalendar:
    """A calendar in which nothing ends."""
    empty = Portfolio(name=portfolio, startups=())
    laid_out = valuation_of(empty, catalog=sample.CATALOG, assumptions=DEFAULTS, today=sample.TODAY)
    return deadline_calendar(laid_out, renewals_of(empty), told_by(empty), days=days)


def no_contracts(portfolio: str) -> ContractsOverview:
    """A portfolio of which no contract is recorded."""
    return ContractsOverview(portfolio=portfolio, as_of=sample.TODAY, contracts=(), unrecorded=())


#: What services answer of which the hand-made register knows more than nothing.
ASKED: dict[str, Any] = {
    "longest_share_days": 90,
    "startup_sectors": ("Health", "Industry"),
    "observed_failures": ObservedFailures(provider="", as_host=(), as_developer=()),
}


def asked_of_the_sample(service: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What a service answers about the hand-made register."""
    if service.__name__ == "named_startups":
        portfolio, names = args
        known = {one.name: one for one in sample.register(portfolio).startups}
        return tuple(known[name] for name in names if name in known)
    return ASKED.get(service.__name__, ())


@functools.cache
def nobody_depends() -> Dependence:
    """Who depends on whom in a portfolio without companies."""
    nobody = Portfolio(name="demo", startups=())
    return dependents_of(
        valuation_of(nobody, catalog=sample.CATALOG, assumptions=DEFAULTS, today=sample.TODAY)
    )


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages read the hand-made register and answers of tests/ui/sample.py."""
    summary = Summary("demo", 3, datetime(2026, 11, 20), True, 3)
    monkeypatch.setattr(cached, "portfolios", lambda: (summary,))
    monkeypatch.setattr(cached, "catalog", lambda: sample.CATALOG)
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "answer_in_memory", lambda name: cached.assessment(name))
    monkeypatch.setattr(cached, "state_of", lambda name: (name, sample.TODAY))
    monkeypatch.setattr(cached, "one_startup", one_of_the_sample)
    monkeypatch.setattr(cached, "record_of", record_of_the_sample)
    monkeypatch.setattr(cached, "not_in_an_inventory", lambda name: ())
    monkeypatch.setattr(cached, "register_page", register_of_the_sample)
    monkeypatch.setattr(cached, "matching", lambda name, wanted: 1)
    monkeypatch.setattr(cached, "dependents", lambda name: nobody_depends())
    monkeypatch.setattr(cached, "ending", lambda name: sample.ENDING)
    monkeypatch.setattr(cached, "margin_ranges", lambda name: sample.RANGES)
    monkeypatch.setattr(cached, "week", lambda name: sample.WEEK)
    monkeypatch.setattr(cached, "alternatives_of", lambda *args, **options: ())
    monkeypatch.setattr(cached, "model_ends", lambda *args: ())
    monkeypatch.setattr(cached, "startup_questions", questions_of_the_sample)
    monkeypatch.setattr(cached, "why_high", lambda *args: sample.WHY_ACME)
    monkeypatch.setattr(cached, "course", lambda *key: sample.COURSE)
    monkeypatch.setattr(cached, "stress_choices", stress_choices_of)
    for name, none in (("scenarios", {}), ("replays", {}), ("own_files", ())):
        monkeypatch.setattr(cached, name, lambda none=none: none)
    monkeypatch.setattr(cached, "today", lambda: sample.TODAY)
    monkeypatch.setattr(cached, "assumptions", lambda name: DEFAULTS)
    monkeypatch.setattr(cached, "readiness", lambda *args: ())
    monkeypatch.setattr(cached, "asked", asked_of_the_sample)
    monkeypatch.setattr(cached, "limits", lambda name: {})
    monkeypatch.setattr(cached, "slice_choices", lambda name: {})
    levels = Weighted(levels=sample.ASSESSMENT.concentration, without=0)
    weighted = WeightedConcentration(count=levels, value=levels, basis="invested amount")
    monkeypatch.setattr(cached, "weighted_concentration", lambda answer: weighted)
    monkeypatch.setattr(cached, "provider_past", no_past)
    monkeypatch.setattr(cached, "provider_signals", lambda *args: None)
    monkeypatch.setattr(cached, "deadline_calendar", no_deadlines)
    monkeypatch.setattr(cached, "contracts_overview", no_contracts)
    # Nothing here may open the store of whoever runs the tests.
    monkeypatch.setattr(cached, "store", lambda: None)


@pytest.fixture(scope="session")
def answered_file(demo_file: Path, shared_file: Callable[[str, Make], Path]) -> Path:
    """A store that holds the demo portfolio and the answer about it, to be copied."""

    def answer(path: Path) -> None:
        store = open_store(f"sqlite:///{shutil.copy(demo_file, path)}")
        keep_answer(store, LOCAL_OWNER, "demo", today=DEMO_DAY)
        store.close()

    return shared_file("answered.sqlite3", answer)


@pytest.fixture(scope="session")
def part_answered_file(
    prepared_file: Path, catalog: Catalog, shared_file: Callable[[str, Make], Path]
) -> Path:
    """A store that holds a part of the demo portfolio and the answer about it, to be copied."""

    def answer(path: Path) -> None:
        store = open_store(f"sqlite:///{shutil.copy(prepared_file, path)}")
        save_portfolio(store, LOCAL_OWNER, part_of_demo(catalog))
        keep_answer(store, LOCAL_OWNER, "demo", today=DEMO_DAY)
        store.close()

    return shared_file("part_answered.sqlite3", answer)


@pytest.fixture
def unanswered_store(demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages open a real store in a temporary folder, which holds the demo."""
    copy = shutil.copy(demo_file, tmp_path / "store.sqlite3")
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", f"sqlite:///{copy}")
    monkeypatch.setattr(cached, "today", lambda: DEMO_DAY)


@pytest.fixture
def demo_store(unanswered_store: None, answered_file: Path, tmp_path: Path) -> None:
    """The same with the answer about the demo."""
    shutil.copy(answered_file, tmp_path / "store.sqlite3")


@pytest.fixture
def part_store(unanswered_store: None, part_answered_file: Path, tmp_path: Path) -> None:
    """The same of fewer startups, where the sentence of a test does not depend on their number."""
    shutil.copy(part_answered_file, tmp_path / "store.sqlite3")


@pytest.fixture(scope="session")
def components() -> BidiComponentManager:
    """What is installed of Streamlit's components, for which AppTest would look every time."""
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


@pytest.fixture
def open_page(components: BidiComponentManager) -> Open:
    """Return a function that opens a page of ui/pages with parameters in its address.

    Only the start page runs through ui/navigation.py: AppTest runs another by itself, here with
    the portfolio that the list of pages would have chosen.
    """

    def open_with(page: str = "portfolio.py", /, **parameters: str) -> AppTest:
        app = AppTest.from_file(NAVIGATION, default_timeout=240)
        app._bidi_component_manager = components
        if page != "portfolio.py":
            app.session_state[CHOSEN] = default_portfolio()
            app.switch_page(f"pages/{page}")
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return open_with


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """What the pages offered to download, made when called, by the name of its file."""
    offered: Downloads = {}
    give = tickets.give

    def kept(handed: Handed, **where: Any) -> str:
        offered[handed.file_name] = handed.make
        return give(handed, **where)

    monkeypatch.setattr(tickets, "give", kept)
    return offered


def texts(app: AppTest) -> str:
    """Everything that a reader can read on the page, outside tables and charts."""
    elements = [
        *app.title,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.success,
        *app.warning,
        *app.error,
    ]
    return "\n".join(str(one.value).replace("\\", "") for one in elements)
