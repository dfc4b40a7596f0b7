"""Plug-ins of other packages are found and used; one that fails is named, and left out."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import downstream as ds
from db import plugins
from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import preview_import
from db.services.incidents import import_incidents, load_incidents
from db.services.reference import FIXTURES
from db.services.scenario_files import scenarios
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.loading import load_catalog
from risk.scenarios.files import known_names
from risk.scenarios.results import Scenario

EXAMPLE = Path(__file__).parent / "example"
LIST = b"WHO USES WHAT\nAcme Notes uses OpenAI for summaries\nBorealis uses Mistral for maps\n"
PLAIN = b"startup,provider\nAcme Notes,OpenAI\n"
PAGE = json.dumps(
    {
        "outages": [
            {
                "id": "7",
                "who": "openai",
                "what": "No answers",
                "from": "2026-03-01T10:00:00+00:00",
                "until": "2026-03-01T12:30:00+00:00",
            }
        ]
    }
).encode()


@pytest.fixture
def looked_for_anew() -> Iterator[None]:
    plugins.found.cache_clear()
    yield
    plugins.found.cache_clear()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, looked_for_anew: None) -> None:
    """The example package, as if it were installed."""
    monkeypatch.syspath_prepend(EXAMPLE)


@pytest.fixture
def hostile(
    monkeypatch: pytest.MonkeyPatch, looked_for_anew: None, tmp_path: Path
) -> Callable[[str, str, str], None]:
    """Install a package of one module with one entry point."""

    def install(group: str, entry: str, source: str) -> None:
        (tmp_path / "hostile_plugin.py").write_text(source, encoding="utf-8")
        info = tmp_path / "hostile-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\nbad = hostile_plugin:{entry}\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(__import__("sys").modules, "hostile_plugin", raising=False)

    return install


def test_a_reader_makes_an_inventory_of_another_format(example: None):
    found = ds.read(LIST)
    assert found.companies == ("Acme Notes", "Borealis")
    assert list(found.dependencies["developer"]) == ["OpenAI", "Mistral AI"]
    assert list(found.dependencies["use_case"]) == ["summaries", "maps"]


def test_an_import_reads_it_the_same_way(example: None, store: Store):
    preview = preview_import(store, LOCAL_OWNER, data=LIST, file_name="list.txt", portfolio="mine")
    assert preview.reading.intake.accepted == 2


def test_files_of_others_are_read_as_ever(example: None):
    assert ds.read(PLAIN).companies == ("Acme Notes",)


def test_a_feed_tells_incidents(example: None, store: Store):
    done = import_incidents(store, LOCAL_OWNER, data=PAGE, file_name="page.json")
    assert done.accepted
    (one,) = load_incidents(store, LOCAL_OWNER)
    # 10:00 to 12:30 are two and a half hours; the name is the catalogue's.
    assert (one.provider, one.hours) == ("OpenAI", 2.5)
    (same,) = ds.history(PAGE, today=date(2026, 6, 1)).incidents
    assert (same.provider, same.hours) == ("OpenAI", 2.5)


def test_a_scenario_is_listed_and_tested(example: None, store: Store):
    assert scenarios(store, LOCAL_OWNER)["committee-week"].days == 7
    found = ds.stress(PLAIN, "committee-week")
    plain = ds.stress(PLAIN, root="OpenAI", kind="outage", days=7, severity=1.0)
    assert found.loss == plain.loss


#: What goes wrong: an entry point, its module, and what the sentence says.
BROKEN = [
    ("missing", "", "AttributeError"),
    ("given", "raise SystemExit(3)", "SystemExit"),
    ("given", "import no_such_package_at_all", "ModuleNotFoundError"),
    ("given", "given = 7", "is no function"),
    ("given", "def given(: pass", "SyntaxError"),
]
FAILING = [
    ("def given(data): raise KeyError('secret')", "KeyError"),
    ("def given(data): return 'text'", "not bytes"),
    ("def given(): return b''", "TypeError"),
    ("import sys\ndef given(data): sys.exit('bye')", "SystemExit"),
]


@pytest.mark.parametrize(("entry", "source", "told"), BROKEN)
@pytest.mark.parametrize("group", [plugins.READERS, plugins.FEEDS, plugins.SCENARIOS])
def test_one_that_cannot_be_loaded_is_named_and_left_out(
    hostile: Callable[[str, str, str], None], group: str, entry: str, source: str, told: str
):
    hostile(group, entry, source)
    found = plugins.found(group)
    assert found.plugins == {}
    (sentence,) = found.left_out
    assert "“bad” of hostile" in sentence
    assert told in sentence
    assert ds.read(PLAIN).companies == ("Acme Notes",)


@pytest.mark.parametrize(("source", "told"), FAILING)
def test_a_reader_that_fails_is_a_problem_of_the_file_which_is_read_all_the_same(
    hostile: Callable[[str, str, str], None], source: str, told: str
):
    hostile(plugins.READERS, "given", source)
    found = ds.read(PLAIN)
    assert found.companies == ("Acme Notes",)
    (problem,) = (one for one in found.problems if one.code == "plugin_left_out")
    assert "“bad”" in problem.message
    assert told in problem.message


@pytest.mark.parametrize(("source", "told"), FAILING)
def test_a_feed_that_fails_is_a_note_of_the_file(
    hostile: Callable[[str, str, str], None], store: Store, source: str, told: str
):
    hostile(plugins.FEEDS, "given", source)
    table = (
        "provider,services,reference,level,title,started_at,resolved_at,source\n"
        "OpenAI,API,1,major,,2026-03-01T10:00:00+00:00,2026-03-01T12:30:00+00:00,own\n"
    )
    done = import_incidents(store, LOCAL_OWNER, data=table.encode(), file_name="own.csv")
    assert done.incidents.new == 1
    assert told in done.file.notes[0]


#: A file that could be used, and what is wrong with others.
FILE = (
    "title = 'T'\\nprovider = 'OpenAI'\\nkind = 'outage'\\n"
    "days = 1\\nseverity = 1\\nsources = ['us']"
)


@pytest.mark.parametrize(
    "source",
    [
        "def given(): raise RuntimeError('no')",
        "def given(): return [1]",
        "def given(): return None",
        "def given(data): return {}",
        f'def given(): return {{"taken": "{FILE}"}}',
        'def given(): return {"x": ""}',
        'def given(): return {"x": "not a file"}',
        'def given(): return {"x": 7}',
        f'def given(): return {{"x": "{FILE}".replace("outage", "meltdown")}}',
        f'def given(): return {{"x": "{FILE}".replace("days = 1", "days = -1")}}',
        f'def given(): return {{"x": "{FILE}" + chr(10) + "colour = 1"}}',
        f'def given(): return {{"x": "{FILE}", "X": "{FILE}"}}',
    ],
)
def test_scenarios_that_cannot_be_used_change_nothing(
    hostile: Callable[[str, str, str], None], source: str, caplog: pytest.LogCaptureFixture
):
    hostile(plugins.SCENARIOS, "given", source)
    known = known_names(load_catalog(FIXTURES), ())
    shipped = {"taken": Scenario(id="taken", title="Ours", root="OpenAI", kind=FailureKind.OUTAGE)}
    assert plugins.with_files(shipped, Scenario, known) == shipped
    assert "“bad”" in caplog.text
