"""The wheel: everything that runs, moved under the one top-level name ``downstream``.

The checkout has ``risk``, ``db``, ``ui`` and others beside each other, as its readers find them.
Where packages are installed such names belong to nobody, so there they are ``downstream.risk`` and
so on. Imports are rewritten where the syntax has them; a line keeps its number.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: The name that the wheel owns, and the folder of the checkout whose content is at its top.
NAME = "downstream"
PACKAGES = ("risk", "db", "ui", "fixtures")
DOORS = ("app.py", "cli.py")
#: Files that the program reads beside its packages, at the same places.
READ = (".streamlit/config.toml", "docs/method.md", "requirements.lock")
#: What is moved: names that are first-party in the checkout.
MOVED = frozenset({*PACKAGES, *(Path(door).stem for door in DOORS)})
#: Functions whose first argument names a module.
_NAMING = frozenset({"files", "import_module"})
_FROM = re.compile(rb"from\s+")


class CannotMove(ValueError):
    """An import that would mean something else under another name; the sentence says how."""


def moved(source: str, *, path: str = "") -> str:
    """Return a module's source with every first-party import under :data:`NAME`.

    Raises:
        CannotMove: an import binds the top-level name of a dotted one, or a relative one is used.
    """
    lines = source.encode().splitlines(keepends=True)
    edits = sorted(_edits(ast.parse(source), lines, path), reverse=True)
    for line, start, end, new in edits:
        text = lines[line]
        lines[line] = text[:start] + new + text[end:]
    return b"".join(lines).decode()


#: A line from 0, the first and last byte of it that are replaced, and what by.
Edit = tuple[int, int, int, bytes]


def _edits(tree: ast.Module, lines: list[bytes], path: str) -> Iterator[Edit]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _is_ours(node.module or ""):
            line, column = node.lineno - 1, node.col_offset
            said = _FROM.match(lines[line], column)
            if said is None:
                raise CannotMove(f"{path}:{node.lineno}: write from and the module on one line.")
            yield line, said.end(), said.end(), f"{NAME}.".encode()
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _is_ours(alias.name):
                    yield from _moved_import(node, alias, path)
        elif isinstance(node, ast.Call) and _names_module(node):
            said_name = node.args[0]
            line, column = said_name.lineno - 1, said_name.col_offset + 1
            yield line, column, column, f"{NAME}.".encode()


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in MOVED


def _moved_import(node: ast.Import, alias: ast.alias, path: str) -> Iterator[Edit]:
    """``import fixtures`` binds the last name; ``import risk.catalog`` would bind the first."""
    line, column = alias.lineno - 1, alias.col_offset
    if alias.asname is not None:
        yield line, column, column, f"{NAME}.".encode()
    elif "." not in alias.name and len(node.names) == 1:
        start, end = node.col_offset, column + len(alias.name)
        yield line, start, end, f"from {NAME} import {alias.name}".encode()
    else:
        raise CannotMove(f"{path}:{node.lineno}: write “from … import …” for {alias.name}.")


def _names_module(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    return (
        name in _NAMING
        and isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and _is_ours(first.value)
    )


def move_tree(root: Path, target: Path) -> None:
    """Write what belongs into the wheel from the checkout at ``root`` into an empty ``target``.

    Raises:
        CannotMove: as :func:`moved`.
    """
    for name in (*PACKAGES, NAME):
        for path in sorted((root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                _put(path, target / ("" if name == NAME else name) / path.relative_to(root / name))
    for name in (*DOORS, *READ):
        _put(root / name, target / name)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".py":
        target.write_text(moved(source.read_text("utf-8"), path=str(source)), "utf-8")
    else:
        target.write_bytes(source.read_bytes())


class MovedTree(BuildHookInterface[Any]):
    """Hatchling's hook that puts the moved tree into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Move the tree into a folder of its own, from which the wheel is made.

        Raises:
            CannotMove: as :func:`moved`, or the wheel is to be an editable one.
        """
        if version == "editable":
            raise CannotMove(
                "There is nothing to install of a checkout: use it as it is (make run)."
            )
        self._folder = TemporaryDirectory()
        target = Path(self._folder.name) / NAME
        move_tree(Path(self.root), target)
        build_data["force_include"][str(target)] = NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clear the folder away."""
        self._folder.cleanup()
