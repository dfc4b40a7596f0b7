"""The notebooks and the page of the library run, and are kept without what they answered."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.documents.blocks import ROOT, blocks

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def shown(cell: Any) -> str:
    """What a cell answered, as text or HTML."""
    return "".join(
        part
        for one in cell.get("outputs", ())
        for part in (one.get("text", ""), *one.get("data", {}).values())
        if isinstance(part, str)
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_a_range(path: Path):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    )
    client.execute()
    said = "".join(map(shown, notebook.cells))
    # A median with its range, such as $280k ($97k–920k).
    assert re.search(r"\$[\d.,]+[kMB]? \(\$[\d.,]+[kMB]?–[\d.,]+[kMB]?\)", said)


def test_there_are_three():
    assert [one.stem for one in NOTEBOOKS] == ["calibrate", "score", "stress"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_answers(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [one for one in notebook.cells if one.cell_type == "code"]
    assert len(code) <= 8
    assert [one for one in code if one.outputs or one.execution_count] == []


def test_the_python_of_the_page_runs_from_top_to_bottom(tmp_path: Path):
    own = [one for one in blocks() if one.document == "library.md" and one.language == "python"]
    assert len(own) >= 4
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(one.text for one in own)],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Acme Notes" in done.stdout


def test_the_pages_plug_ins_are_those_of_the_example():
    (page,) = (one for one in blocks() if one.document == "library.md" and one.language == "toml")
    told = tomllib.loads(page.text)["project"]["entry-points"]
    example = ROOT / "tests" / "plugins" / "example" / "downstream_example-1.0.dist-info"
    named = (example / "entry_points.txt").read_text("utf-8")
    for group, entries in told.items():
        assert f"[{group}]" in named
        for name, target in entries.items():
            assert f"{name} = {target}" in named
