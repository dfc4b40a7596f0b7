"""Which part of the program reads which, from the imports in its files."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Modules that are no part of their own, by the part to which they belong.
_BELONGS = {
    "db.dialects": "db.engine",
    "db.failures": "db.engine",
    "db.migration": "db.engine",
    "db.migrations": "db.engine",
    "db.errors": "db.records",
    "db.metrics": "db.records",
    "db.plugins": "db.records",
    "db.auditing": "db.records",
    # It stands above all others and nothing reads it.
    "risk.compiling": "risk.scenarios",
}
#: Folders whose own folders are parts; another package, and whatever else stands in them, is one.
DIVIDED = ("ui", "db", "risk")


def part_of(module: str) -> str:
    """The part of a module: ``ui.tables`` of ``ui.tables.startup``, ``ui`` of ``ui.page``."""
    names = module.split(".")
    if module == "downstream.__main__":
        return "cli"
    if names[0] not in DIVIDED or len(names) == 1:
        return names[0]
    part = ".".join(names[:2])
    part = _BELONGS.get(part, part)
    if (ROOT / part.replace(".", "/")).is_dir() or names[0] == "db":
        return part
    return "risk.assumptions" if names[0] == "risk" else names[0]


def imports() -> dict[str, frozenset[str]]:
    """Every part with the other parts that it imports directly."""
    files = [ROOT / "app.py", ROOT / "cli.py"]
    for folder in (*DIVIDED, "fixtures", "downstream"):
        files += sorted((ROOT / folder).rglob("*.py"))
    found: dict[str, set[str]] = {}
    for path in files:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        own = part_of(module.removesuffix(".__init__"))
        read = {part_of(name) for name in _imported(path)} - {own}
        found.setdefault(own, set()).update(read)
    return {part: frozenset(read) for part, read in found.items()}


def reduced(edges: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The imports that no longer way implies: what has to be drawn of a graph without cycles."""
    reach: dict[str, set[str]] = {}

    def below(part: str) -> set[str]:
        if part not in reach:
            reach[part] = set()
            for read in edges.get(part, ()):
                reach[part] |= {read} | below(read)
        return reach[part]

    return {
        part: frozenset(
            one for one in read if not any(one in below(other) for other in read if other != one)
        )
        for part, read in edges.items()
    }


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.split(".")[0] in (*DIVIDED, "fixtures"))
