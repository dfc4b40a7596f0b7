"""The wheel owns one name, holds all that runs, and runs from a folder of foreign names."""

import ast
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tests.browser.serving import free_port, messages, page_of_a_program, wait_until_healthy
from tests.installed.building import ROOT, Installed, build_wheel, install
from tests.ui.running import run_apart

sys.path.insert(0, str(ROOT))  # hatch_build.py stands at the top, as hatchling wants it.
from hatch_build import DOORS, MOVED, NAME, PACKAGES, READ, CannotMove, moved

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
#: Files that run where they stand instead of being imported.
SCRIPTS = ("ui/pages/", "ui/navigation.py", "db/migrations/", "app.py", "__main__.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def held(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed, and the demo's store made, in a folder of foreign names."""
    found = install(wheel, tmp_path_factory.mktemp("elsewhere"))
    found.run(found.program, "init", "--demo")
    return found


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("from risk.loss import tails\n", "from downstream.risk.loss import tails\n"),
        ("from  db import engine\n", "from  downstream.db import engine\n"),
        ("    é = 1; from ui import money\n", "    é = 1; from downstream.ui import money\n"),
        ("import fixtures\n", "from downstream import fixtures\n"),
        ("import risk.catalog as c\n", "import downstream.risk.catalog as c\n"),
        ("import os, risk as r\n", "import os, downstream.risk as r\n"),
        ('files("fixtures").joinpath("x")\n', 'files("downstream.fixtures").joinpath("x")\n'),
        ("from downstream.answers import score\n", "from downstream.answers import score\n"),
        ("import riskier, dbm, uiautomation\n", "import riskier, dbm, uiautomation\n"),
        ('said = "from risk import x"\n', 'said = "from risk import x"\n'),
        ("from . import risk\n", "from . import risk\n"),
    ],
)
def test_imports_are_moved_by_their_syntax(written: str, becomes: str):
    indent = "if True:\n" if written.startswith(" ") else ""
    assert moved(indent + written) == indent + becomes


@pytest.mark.parametrize("written", ["import risk.catalog\n", "import os, fixtures\n"])
def test_an_import_that_would_bind_another_name_is_refused(written: str):
    with pytest.raises(CannotMove, match="from … import"):
        moved(written)


def test_the_wheel_owns_one_name(held: dict[str, bytes]):
    tops = {PurePosixPath(name).parts[0] for name in held}
    assert {one for one in tops if not one.endswith(".dist-info")} == {NAME}


def test_the_wheel_holds_every_file_that_runs_and_no_other(held: dict[str, bytes]):
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES, *DOORS, *READ, NAME],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    wanted = {one if one.startswith(f"{NAME}/") else f"{NAME}/{one}" for one in tracked if one}
    assert wanted == {name for name in held if name.startswith(f"{NAME}/")}


def _of_ours(name: str) -> bool:
    return name.partition(".")[0] in MOVED


def test_no_import_by_the_checkouts_names_is_left(held: dict[str, bytes]):
    modules = {name.removesuffix(".py").replace("/", ".") for name in held if name.endswith(".py")}
    modules |= {one.removesuffix(".__init__") for one in modules}
    left = []
    for path, data in held.items():
        if not path.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(data)):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                # A text that is the name of one of our modules will be used to import it.
                is_one = "." in node.value and f"{NAME}.{node.value}" in modules
                names = [node.value] if is_one else []
            left += [f"{path}:{node.lineno}: {one}" for one in names if _of_ours(one)]
    assert left == []


def test_every_module_imports_where_nothing_else_is(held: dict[str, bytes], installed: Installed):
    names = sorted(
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in held
        if path.endswith(".py") and not path.removeprefix(f"{NAME}/").startswith(SCRIPTS)
    )
    assert len(names) > 600
    script = (
        "import importlib, json, sys\n"
        "for name in json.load(sys.stdin): importlib.import_module(name)\n"
        "ours = {'risk', 'db', 'ui', 'fixtures', 'app', 'cli'} & set(sys.modules)\n"
        "assert not ours, ours\n"
    )
    done = subprocess.run(
        [installed.python, "-c", script],
        input=json.dumps(names),
        cwd=installed.elsewhere / "..",
        env=installed.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def score_told(installed: Installed) -> dict[str, Any]:
    """What the installed terminal says of the demo portfolio."""
    words = ("score", "--portfolio", "demo", "--json")
    told: dict[str, Any] = json.loads(installed.run(installed.program, *words))
    return told


def test_the_terminal_answers(installed: Installed, score_told: dict[str, Any]):
    (demo,) = json.loads(installed.run(installed.program, "portfolios", "--json"))
    assert (demo["portfolio"], demo["startups"]) == ("demo", 61)
    interval = score_told["portfolio"]["aal_interval_usd"]
    assert 0 < interval["low"] < score_told["portfolio"]["median_usd"] < interval["high"]


def test_it_answers_as_a_module_too(installed: Installed):
    # -P as whoever stands in a folder of foreign names needs it with any module.
    said = installed.run(installed.python, "-P", "-m", NAME, "--help")
    assert "doctor" in said


def test_without_a_command_it_says_which_there_are(installed: Installed):
    done = subprocess.run(
        [installed.program],
        cwd=installed.elsewhere,
        env=installed.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "demo" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_workbook_is_opened_in_a_process_of_its_own(installed: Installed):
    installed.run(installed.program, "export", "demo", "--table", "inventory", "--output", "i.xlsx")
    said = json.loads(
        installed.run(installed.program, "import", "i.xlsx", "--portfolio", "copy", "--json")
    )
    assert said


def test_the_library_answers_the_same(installed: Installed, score_told: dict[str, Any]):
    installed.run(installed.program, "export", "demo", "--table", "inventory", "--output", "i.csv")
    script = (
        "import downstream as ds; found = ds.score(ds.read('i.csv', name='demo'));"
        "print(found.assessment.aal_usd)"
    )
    own = float(installed.run(installed.python, "-P", "-c", script))
    # Contracts and drills that the store knows beside an inventory move it a little.
    assert own == pytest.approx(score_told["portfolio"]["aal_usd"], rel=0.2)


@pytest.fixture(scope="module")
def served(installed: Installed) -> Iterator[str]:
    """The address of the installed dashboard, started as ``downstream demo`` does."""
    port, log = free_port(), installed.elsewhere / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            [installed.program, "demo", "--port", str(port)],
            cwd=installed.elsewhere,
            env=installed.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_healthy(address, server, log, seconds=600)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def page_shown(address: str) -> str:
    """Everything that the first page sends in one run."""
    with page_of_a_program(address, "portfolio") as (opened, _):
        return "".join(text for _, text in messages(opened, seconds=300))


def test_the_demo_serves_a_page(served: str):
    give_up_at = time.monotonic() + 300
    shown = page_shown(served)
    # On a busy machine the page ends its run before the first answer is there, and says so.
    while "for the first time" in shown and time.monotonic() < give_up_at:
        shown = page_shown(served)
    assert "If OpenAI ended tomorrow" in shown or "Disruptions of AI providers" in shown
    assert "could not be shown" not in shown


def test_the_doctor_finds_nothing_that_must_be_done(installed: Installed, served: str):
    port = served.rpartition(":")[2]
    rows = json.loads(installed.run(installed.program, "doctor", "--port", port, "--json"))
    assert {one["state"] for one in rows} <= {"ok", "note"}
    (engine,) = (one for one in rows if one["check"] == "Compiled engine")
    assert engine["state"] == "ok"


# --- Other programs -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def token(installed: Installed) -> dict[str, Any]:
    """A token that reads the demo portfolio, as the installed program makes it."""
    words = ("tokens", "create", "smoke", "--scope", "read", "--portfolio", "demo", "--json")
    made: dict[str, Any] = json.loads(installed.run(installed.program, *words))
    return made


def figures(told: dict[str, Any]) -> list[float]:
    """The expected loss of a document with its range, to the cent: sums may end otherwise."""
    interval = told["aal_interval_usd"]
    return [round(one, 2) for one in (interval["low"], told["aal_usd"], interval["high"])]


#: What assistants ask, as a tool and as a command.
STRESS = {"portfolio": "demo", "root": "OpenAI", "kind": "wind_down"}


@pytest.fixture(scope="module")
def stress_told(installed: Installed) -> dict[str, Any]:
    """What the installed terminal says of a stress test of the demo portfolio."""
    words = [word for name, value in STRESS.items() for word in (f"--{name}", value)]
    told: dict[str, Any] = json.loads(installed.run(installed.program, "stress", *words, "--json"))
    return told


def bearer(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['token']}"}


def test_a_program_with_a_token_is_answered_as_the_terminal_is(
    served: str, token: dict[str, Any], score_told: dict[str, Any]
):
    with httpx.Client(base_url=f"{served}/api/v1", timeout=300) as web:
        described = web.get("/openapi.json").json()
        assert described["openapi"].startswith("3.1")
        assert "get" in described["paths"]["/score"]
        found = web.get("/score", params={"portfolio": "demo"}, headers=bearer(token))
        assert found.status_code == 200, found.text
        assert figures(found.json()["data"]["portfolio"]) == figures(score_told["portfolio"])
        refused = web.get("/score", params={"portfolio": "demo"})
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["status"] == 401


def spoken_with(client: Client) -> Any:
    """Which tools the kit's own client is offered, and what one of them answers."""

    async def speak() -> Any:
        async with client:
            offered = {one.name for one in (await client.list_tools()).tools}
            return offered, await client.call_tool("stress", STRESS)

    return speak()


def check_an_assistant(offered: set[str], found: Any, stress_told: dict[str, Any]) -> None:
    assert {"portfolios", "portfolio_summary", "stress"} <= offered
    assert "decide" not in offered
    assert not found.is_error, found.content
    answer = found.structured_content["answer"]
    for name in ("total_low_usd", "total_median_usd", "total_high_usd"):
        assert answer[name] == pytest.approx(stress_told[name], rel=1e-9)


def test_an_assistant_that_starts_it_is_answered(
    installed: Installed, token: dict[str, Any], stress_told: dict[str, Any]
):
    program = StdioServerParameters(
        command=installed.program,
        args=["mcp"],
        cwd=installed.elsewhere,
        env=installed.environment(DOWNSTREAM_TOKEN=token["token"]),
    )
    offered, found = run_apart(spoken_with(Client(program, read_timeout_seconds=300)))
    check_an_assistant(offered, found, stress_told)


def test_an_assistant_elsewhere_is_answered_by_the_server(
    served: str, token: dict[str, Any], stress_told: dict[str, Any]
):
    async def over_http() -> Any:
        async with httpx2.AsyncClient(headers=bearer(token), timeout=300) as web:
            way = streamable_http_client(f"{served}/mcp", http_client=web)
            return await spoken_with(Client(way))

    check_an_assistant(*run_apart(over_http()), stress_told)


def test_a_revoked_token_lets_nobody_in_soon(
    served: str, installed: Installed, token: dict[str, Any]
):
    asked = {"url": f"{served}/api/v1/portfolios", "headers": bearer(token), "timeout": 60}
    assert httpx.get(**asked).status_code == 200
    installed.run(installed.program, "tokens", "revoke", str(token["id"]), "--json")
    # The document on routes promises two seconds; a busy machine is given five.
    give_up_at = time.monotonic() + 5
    while (status := httpx.get(**asked).status_code) != 401 and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert status == 401
