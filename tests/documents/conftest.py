"""Clones in which the documents' commands run."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba.core.caching import _CacheLocator

from tests.documents import warm_program
from tests.documents.blocks import ROOT, blocks

START_SECONDS = 300


def cloned(folder: Path) -> Path:
    """A clone of what is committed, with the documents' example files."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    tidy(folder)
    return folder


def tidy(folder: Path) -> None:
    """Take out of a clone what earlier commands wrote into it, and put the example files back."""
    subprocess.run(["git", "clean", "-fdq"], cwd=folder, check=True)
    for block in blocks():
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone whose environment is the one that runs the tests."""
    folder = cloned(tmp_path_factory.mktemp("clone") / "downstream")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    bring_machine_code(folder)
    return folder


def bring_machine_code(folder: Path) -> None:
    """Bring what the loops were compiled to, which is the same in a clone: as make run leaves it.

    Numba files it under a name made from the folder of the source.
    """
    names = {}
    for package in (ROOT / "risk").rglob("*/"):
        here, there = (
            _CacheLocator.get_suitable_cache_subpath(str(one / "any.py"))
            for one in (package, folder / package.relative_to(ROOT))
        )
        names[here] = there
    for kept in (ROOT / "risk").glob("**/__pycache__/loops-*/*"):
        if name := names.get(kept.name):
            shutil.copytree(kept, (folder / kept.relative_to(ROOT)).with_name(name))


@pytest.fixture(scope="session")
def warm_clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A clone in which ``python cli.py`` is the program already loaded, from here: its loops are
    compiled, and the clone's would have to be.
    """
    folder = cloned(tmp_path_factory.mktemp("warm") / "downstream")
    place = tmp_path_factory.mktemp("w") / "socket"
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "activate").write_text(f'PATH="{bin_folder}:$PATH"\n')
    for name in ("python", "downstream"):
        caller = bin_folder / name
        caller.write_text(warm_program.CALLER.format(python=sys.executable, socket=str(place)))
        caller.chmod(0o755)
    log = (folder.parent / "log.txt").open("w+")
    server = subprocess.Popen(
        [sys.executable, str(Path(warm_program.__file__)), str(place)],
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while not place.exists():
            log.seek(0)
            assert server.poll() is None, log.read()
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        yield folder
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def demo_store(warm_clone: Path) -> Path:
    """The store that ``make run`` makes before the dashboard starts."""
    store = warm_clone.parent / "demo.sqlite3"
    run("python cli.py init --demo", folder=warm_clone, store=store)
    return store


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    """A copy of the demo's store, for one block of commands."""
    copy = tmp_path / "store.sqlite3"
    with (
        contextlib.closing(sqlite3.connect(demo_store)) as made,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        made.backup(target)  # what is still in the write-ahead log too
    return copy


def run(commands: str, *, folder: Path, store: Path) -> str:
    """Run lines of shell as a reader would paste them; return what they say, stop at a failure."""
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", f". .venv/bin/activate\n{commands}"],
        cwd=folder,
        env={**os.environ, "DOWNSTREAM_DATABASE_URL": f"sqlite:///{store}"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
