"""Every command in the README that is marked as tested works in a fresh clone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TESTED = re.findall(r"<!-- tested -->\n```sh\n(.*?)```", README, flags=re.DOTALL)
FILES = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of what is committed, with this environment and the README's example files."""
    folder = tmp_path_factory.mktemp("clone") / "downstream"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    for name, text in FILES:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_readme_has_tested_commands_and_example_files():
    assert len(TESTED) >= 4
    assert [name for name, _ in FILES] == ["vendors.csv", "tools.csv", "map.json"]


@pytest.mark.parametrize("block", TESTED, ids=lambda block: block.splitlines()[1][:40])
def test_commands_of_the_readme_work_in_a_fresh_clone(block: str, clone: Path, tmp_path: Path):
    environment = {**os.environ, "DOWNSTREAM_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"}
    if "cli.py init" not in block:
        # A reader comes here from the block above, which made the store.
        block = block.replace("activate\n", "activate\npython cli.py init\n", 1)
    done = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail", "-c", block],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", README))
    assert {"run", "test", "check"} <= named
    assert named <= targets


def test_every_link_of_the_readme_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    missing = [link for link in links if not (ROOT / link).exists()]
    assert not missing


def test_the_tree_of_the_readme_is_the_tree():
    drawn = README.split("## The house")[1].split("```")[1]
    inside = ""
    for line in drawn.strip().splitlines():
        name = line.split()[0]
        path = ROOT / (inside + name if line.startswith("  ") else name)
        assert path.exists(), line
        inside = name if not line.startswith(" ") else inside
