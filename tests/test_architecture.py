"""What the linters cannot check: the shape of the tree and the two doors."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("app.py", "cli.py", "risk", "db", "ui", "fixtures", "downstream")
#: Lines of app.py and cli.py each, which are doors and nothing more.
LONGEST_DOOR = 100

#: Migrations are written once, never edited, and read from top to bottom as a list of tables.
FROZEN = ROOT / "db" / "migrations" / "versions"


def product_files() -> list[Path]:
    """Every Python file that the product consists of, frozen ones left out."""
    files: list[Path] = []
    for name in PRODUCT:
        path = ROOT / name
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path for path in files if FROZEN not in path.parents]


def imported_modules(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_folder_of_pages_stands_beside_the_app():
    # Streamlit would discover it and show its files as pages of their own.
    assert not (ROOT / "pages").exists()


def test_no_package_shadows_the_app():
    assert not (ROOT / "app").exists()


@pytest.mark.parametrize("door", ["app.py", "cli.py"])
def test_the_two_doors_are_thin(door: str):
    assert len((ROOT / door).read_text().splitlines()) <= LONGEST_DOOR


@pytest.mark.parametrize("name", ["utils", "common", "helpers", "core", "misc"])
def test_no_file_is_named_after_nothing(name):
    assert not [path for path in product_files() if path.stem == name]


def test_the_doors_do_not_reach_past_the_services():
    allowed = ("db.services", "db.engine", "db.errors")
    inner = {
        f"{door}: {module}"
        for door in ("app.py", "cli.py")
        for module in imported_modules(ROOT / door)
        if module.split(".")[0] in ("db", "risk", "fixtures", "sqlalchemy", "alembic")
        and not module.startswith(allowed)
    }
    assert not inner


def test_a_command_knows_for_whom_it_runs_in_one_place_alone():
    named = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "ui" / "terminal").rglob("*.py")
        if re.search(r"LOCAL_OWNER|open_store\(", path.read_text(encoding="utf-8"))
    }
    assert named == {"ui/terminal/commands/options.py", "ui/terminal/commands/store.py"}


def test_services_reach_a_portfolio_only_where_its_team_is_asked():
    past_the_question = {"db.register.portfolios.find_portfolio"}
    offenders = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "db" / "services").glob("*.py"))
        if path.name != "visible.py" and imported_modules(path) & past_the_question
    }
    assert not offenders, "ask db.services.visible for the portfolio"


def test_nothing_imports_a_door():
    importers = {
        str(path.relative_to(ROOT))
        for path in product_files()
        if path.name not in ("app.py", "cli.py")
        and path != ROOT / "downstream" / "__main__.py"
        and any(module.split(".")[0] in ("app", "cli") for module in imported_modules(path))
    }
    assert not importers


def test_only_modules_named_so_cache_for_the_pages():
    cachers = {
        str(path.relative_to(ROOT))
        for path in product_files()
        if re.search(r"@st\.cache_", path.read_text(encoding="utf-8"))
    }
    assert all(re.fullmatch(r"ui/cached(_[a-z]+)?\.py", one) for one in cachers)


def test_pages_hold_no_formula_and_no_query():
    forbidden = re.compile(r"\.groupby\(|\.execute\(|np\.|numpy|\.fillna\(")
    offenders = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "ui" / "pages").rglob("*.py"))
        if (match := forbidden.search(path.read_text(encoding="utf-8")))
    }
    assert not offenders


def test_a_module_says_first_what_it_is():
    # Not what it answers: a reader of the list of modules looks for a noun.
    asks = re.compile(r"(what|how|whose|where|who|which|whom|on whom|if|when|from|why)\b", re.I)
    offenders = {
        f"{path.relative_to(ROOT)}: {said.splitlines()[0]}"
        for path in product_files()
        if (said := ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))
        and asks.match(said)
    }
    assert not offenders


def test_scoring_never_replaces_a_missing_fact_with_zero():
    offenders = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "risk").rglob("*.py"))
        if "fillna(0" in path.read_text(encoding="utf-8")
    ]
    assert not offenders


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_index_and_hashes_every_package(lock):
    text = (ROOT / lock).read_text()
    options = re.findall(r"(?m)^\s*--(?:index-url|extra-index-url|find-links|trusted-host)", text)
    assert not options
    assert "://" not in text
    requirements = re.findall(r"(?m)^[a-z0-9][^\n]*==[^\n]*(?:\n\s+--hash[^\n]*)+", text)
    assert len(requirements) == len(re.findall(r"(?m)^[a-z0-9][^\n]*==", text)) > 20


def test_the_development_lock_holds_every_package_of_the_lock_at_the_same_version():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"(?m)^([a-z0-9][^\s\\]*==[^\s\\]+)", (ROOT / lock).read_text()))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_every_direct_dependency_is_locked():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[>=<~]", one)[0] for one in declared}
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)", (ROOT / "requirements.lock").read_text()))
    assert names <= locked


def test_every_ignored_rule_says_why():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("ignore = [")
    ignored = lines[start + 1 : lines.index("]", start)]
    assert ignored
    assert all("# " in line for line in ignored)


def test_every_suppressed_finding_says_why():
    bare = re.compile(
        r"#\s*(?:noqa|type: ignore)(?::\s*[A-Z0-9, ]+|\[[a-z-]+(?:, [a-z-]+)*\])?\s*$"
    )
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert not offenders


def test_what_is_published_names_no_machine():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    paths = [ROOT / name for name in tracked if name and (ROOT / name).is_file()]
    machine = re.compile("/" + "work/|/" + "home/[a-z]|/" + "opt/wheels")
    offenders = [
        str(path.relative_to(ROOT))
        for path in paths
        if path.suffix in {".py", ".md", ".toml", ".lock", ".csv", ".txt", ""}
        and machine.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not offenders
