"""The same question has the same number on every page, in every command and in every file."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import cli
from db.engine import Store, open_store
from db.services import dependence, replays, scoring
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.share_contents import Wanted
from db.services.share_visits import open_share, visit_of
from db.services.shares import create_share
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import Interval
from risk.scenarios import hits
from risk.scenarios.results import Scenario
from tests.terminal.running import answer
from tests.ui.conftest import DEMO_DAY, Open, texts
from ui import wording
from ui.reports.making import workbook_report
from ui.routes.shares import page_of
from ui.share_page.page import link_page
from ui.terminal.commands import dependence as dependence_commands
from ui.terminal.commands import incident as incident_commands
from ui.terminal.commands import overview as overview_commands
from ui.terminal.commands import reports as report_commands
from ui.terminal.commands import risk as risk_commands

PROVIDERS = ("OpenAI", "Anthropic", "Google")
#: On the day of the pages.
MOMENT = f"{DEMO_DAY}T00:00"
#: Ash names OpenAI, Birch a copy of its models at Azure, Cole a vendor that runs on others, and
#: nobody can tell what Dove wrote.
DRAWN = (
    "Company,Vendor,Use case\n"
    "Ash,OpenAI,drafting\n"
    "Birch,Azure OpenAI Service,search\n"
    "Cole,Perplexity,research\n"
    "Dove,Microsoft Azure,hosting\n"
)


@pytest.fixture
def same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands assess on the day of the pages."""
    others = (incident_commands, overview_commands, report_commands)
    for commands in (dependence_commands, risk_commands, *others):
        monkeypatch.setattr(commands, "today", lambda: DEMO_DAY)


@pytest.fixture
def store(demo_store: None, same_day: None) -> Iterator[Store]:
    """A store with the demo, which pages and commands share."""
    opened = open_store()
    yield opened
    opened.close()


@pytest.fixture
def drawn(store: Store) -> None:
    """A portfolio drawn by hand, which pages then show first."""
    data = DRAWN.encode()
    publish_import(store, LOCAL_OWNER, data=data, file_name="drawn.csv", portfolio="Drawn")


def asked(store: Store, *words: str) -> Any:
    return answer(*words, url=store.url)


def wind_down(provider: str) -> Scenario:
    kind = FailureKind.WIND_DOWN
    return Scenario(id="own", title=wording.disruption_of(provider, kind), root=provider, kind=kind)


@pytest.mark.parametrize("name", PROVIDERS)
def test_who_depends_on_a_provider(
    store: Store, open_page: Open, tmp_path: Path, name: str
) -> None:
    assert counted_everywhere(store, open_page, tmp_path / "rows.csv", "demo", name)[0] > 0


def test_who_depends_in_a_portfolio_drawn_by_hand(
    drawn: None, store: Store, open_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    # Ash named OpenAI, Birch its models at Azure.
    assert counted_everywhere(store, open_page, file, "Drawn", "OpenAI")[0] == 2
    # Birch is at Azure; what Dove has there nobody said.
    direct, _, asked = counted_everywhere(store, open_page, file, "Drawn", "Microsoft Azure")
    assert (direct, asked) == (1, 1)


def counted_everywhere(
    store: Store, open_page: Open, file: Path, portfolio: str, name: str
) -> tuple[int, int, int]:
    """Directly, through someone else, to ask: the same in service, commands, file and pages."""
    matrix = asked(store, "matrix", "--portfolio", portfolio)
    total = len(matrix["startups"])
    found = dependence.dependents(store, LOCAL_OWNER, portfolio, name, today=DEMO_DAY)
    counts = found.direct, found.through_others, found.asked
    said = asked(store, "depends", "--portfolio", portfolio, "--on", name)
    assert (said["direct"], said["through_others"], said["ask"]) == counts
    ways = [one["how"] for one in said["startups"]]
    assert tuple(ways.count(how) for how in ("direct", "through", "ask")) == counts
    words = ("depends", "--portfolio", portfolio, "--on", name, "--csv", str(file))
    assert CliRunner().invoke(cli.app, [*words, "--database", store.url]).exit_code == 0
    rows = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert [one["how"] for one in rows] == ways
    column = asked(store, "matrix", "--portfolio", portfolio, "--provider", name)
    marks = [one["marks"].get(name) for one in column["startups"]]
    assert tuple(marks.count(how) for how in ("direct", "through", "ask")) == counts
    shown = metrics(open_page("matrix.py", on=name))
    assert shown[f"Depend on {name}"] == f"{len(found)} of {total}"
    assert shown["To ask"] == f"{found.asked}"
    title = open_page("provider.py", provider=name).title[0].value
    assert f"{len(found)} of your {total} companies" in title
    (row,) = (
        one
        for one in open_page("providers.py").dataframe[0].value.to_dict("records")
        if one["Provider"] == name
    )
    assert (row["Directly"], row["Through others"], row["To ask"]) == counts
    return counts


def metrics(app: AppTest) -> dict[str, str]:
    assert not app.exception
    return {one.label: str(one.value) for one in app.metric}


@pytest.mark.parametrize("name", PROVIDERS)
def test_who_loses_if_it_winds_down_and_who_depends_without_loss(
    store: Store, open_page: Open, name: str
) -> None:
    found = dependence.dependents(store, LOCAL_OWNER, "demo", name, today=DEMO_DAY)
    result = scoring.stress(store, LOCAL_OWNER, "demo", wind_down(name), today=DEMO_DAY)
    hit, spared = hits.hit(result), hits.unharmed(result, found)
    # Nobody is hit who does not depend; who depends is hit or told why not.
    assert len(hit) + len(spared) == len(found)
    app = open_page("stress.py", scenario="own", root=name, kind="wind_down")
    shown = metrics(app)
    assert shown["Companies hit"] == f"{len(hit)} of 61"
    more = re.search(r"(\d+) more depends? on it without loss", texts(app))
    assert (int(more.group(1)) if more else 0) == len(spared)


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_it_costs_if_it_winds_down(store: Store, open_page: Open, name: str) -> None:
    result = scoring.stress(store, LOCAL_OWNER, "demo", wind_down(name), today=DEMO_DAY)
    document = asked(store, "stress", "--portfolio", "demo", "--root", name, "--kind", "wind_down")
    for figure in ("total_usd", "total_low_usd", "total_median_usd", "total_high_usd"):
        assert document[figure] == pytest.approx(getattr(result, figure))
    median = wording.money(result.total_median_usd)
    stress = open_page("stress.py", scenario="own", root=name, kind="wind_down")
    matrix = open_page("matrix.py", on=name)
    assert metrics(stress)["Loss if it happens"] == median
    assert metrics(matrix)["Loss if it winds down"] == median
    setting = replays.replay_setting(store, LOCAL_OWNER, "demo", name, today=DEMO_DAY)
    assert setting.stake.result.total_usd == pytest.approx(result.total_usd)


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_an_incident_says_of_an_end(store: Store, open_page: Open, name: str) -> None:
    result = scoring.stress(store, LOCAL_OWNER, "demo", wind_down(name), today=DEMO_DAY)
    said = asked(store, "incident", "--portfolio", "demo", "--provider", name, "--at", MOMENT)
    for end in ("low_", "median_", "high_"):
        told = said[f"loss_if_wind_down_{end}usd"]
        assert told == pytest.approx(getattr(result, f"total_{end}usd"))
    # Whom to call are those who lose something.
    assert len(said["startups"]) == len(hits.hit(result))
    shown = metrics(open_page("incident.py", provider=name, at=MOMENT))
    assert shown["If it does"] == wording.money(result.total_median_usd)


def test_the_first_thing_that_page_command_report_workbook_and_link_say(
    store: Store, open_page: Open, tmp_path: Path
) -> None:
    said = asked(store, "overview", "--portfolio", "demo")
    ended = said["if_it_ended"]
    result = scoring.stress(
        store, LOCAL_OWNER, "demo", wind_down(ended["provider"]), today=DEMO_DAY
    )
    assert ended["median_usd"] == pytest.approx(result.total_median_usd)
    assert open_page().title[0].value.replace("\\", "") == said["answer"]
    amounts = [one["amount_usd"] for one in said["week"] if one["amount_usd"] is not None]
    assert len(amounts) > 1
    to_others = said["answer"].replace(" your ", " ")  # who reads a file has no companies here
    figures = [
        *(wording.money(said[name]) for name in ("median_usd", "var95_usd")),
        wording.money_range(Interval(**ended["interval"])),
        *(wording.money(abs(one)) for one in amounts),
        *(one["said"] for one in said["week"]),
    ]
    file = tmp_path / "report.html"
    words = ("report", "--portfolio", "demo", "--html", str(file), "--database", store.url)
    assert CliRunner().invoke(cli.app, [*words]).exit_code == 0
    made = create_share(store, LOCAL_OWNER, Wanted(portfolio="demo", today=DEMO_DAY))
    token = made.link.partition("#")[2]
    begun = open_share(store, token=token, passcode=None, client="here")
    visit = visit_of(store, secret=begun.secret, share=made.share)
    live = link_page(page_of(store, visit, today=DEMO_DAY))
    for page in (unescape(file.read_text("utf-8")), unescape(live)):
        assert f"<h1>{to_others}</h1>" in page
        assert not [one for one in figures if one not in page]
    cells = workbook_cells(store)
    assert said["answer"] in " ".join(one for one in cells if isinstance(one, str))
    numbers = [one for one in cells if isinstance(one, float)]
    assert pytest.approx(ended["median_usd"]) in numbers
    assert all(pytest.approx(one) in numbers for one in amounts)


def test_a_bad_year(store: Store, open_page: Open) -> None:
    whole = scoring.score_portfolio(store, LOCAL_OWNER, "demo", today=DEMO_DAY)
    document = asked(store, "score", "--portfolio", "demo")["portfolio"]
    assert document["var95_usd"] == pytest.approx(whole.var95_usd)
    assert document["tvar95_usd"] == pytest.approx(whole.tvar95_usd)
    bad = wording.money(whole.var95_usd)
    assert any(bad in value for value in metrics(open_page()).values())
    numbers = [one for one in workbook_cells(store) if isinstance(one, float)]
    assert pytest.approx(whole.var95_usd) in numbers


def workbook_cells(store: Store) -> list[Any]:
    report = workbook_report(store, LOCAL_OWNER, "demo", today=DEMO_DAY)
    sheets = openpyxl.load_workbook(io.BytesIO(report), read_only=True)
    return [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
