"""The files in docs/deployment.md are ones that the programs they are for can read."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db import metrics
from db.dialects import postgresql_engine
from tests.documents.blocks import ROOT, Block, blocks
from tests.documents.test_commands import calls, complaint

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
OURS = [block for block in blocks() if block.document == "deployment.md"]
#: Units of systemd: those that are copied as they are, and parts of units on the page.
UNITS = {
    **{path.name: path.read_text("utf-8") for path in sorted((ROOT / "deploy").glob("*.*er*"))},
    **{
        name: block.text
        for block in OURS
        if block.language == "ini"
        for name in re.findall(r"# /etc/systemd/system/([\w@-]+\.\w+)", block.text)
    },
}


def of(language: str) -> list[Block]:
    found = [block for block in OURS if block.language == language]
    assert found
    return found


def unit(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_one_and_starts_a_command_that_there_is(name: str):
    parsed = unit(UNITS[name])
    assert set(parsed.sections()) <= {"Unit", "Service", "Timer", "Install"}
    if parsed.has_section("Service"):
        asked = list(calls(parsed["Service"]["ExecStart"].replace(".venv/bin/", "")))
        assert len(asked) == 1
        assert complaint(asked[0]) is None
    else:
        assert parsed["Timer"]["OnCalendar"]


def test_there_is_a_unit_for_the_dashboard_and_a_timer_for_backups():
    assert set(UNITS) == {
        "downstream.service",
        "downstream@.service",
        "downstream-backup.service",
        "downstream-backup.timer",
    }
    assert all(f"../deploy/{name}" in PAGE for name in UNITS if "@" not in name)


def test_systemd_has_nothing_against_the_units(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here")
    files = []
    for name, text in UNITS.items():
        if "@" not in name:  # a part of a unit, which stands beside it as a whole
            files.append(tmp_path / name)
            files[-1].write_text(re.sub(r"/opt/downstream/\S*python", "/bin/true", text))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in said.stderr.splitlines() if "downstream" in line] == []


@pytest.mark.parametrize("block", of("nginx"), ids=str)
def test_an_nginx_file_closes_its_braces_and_ends_its_lines(block: Block):
    depth = 0
    for line in filter(None, map(str.strip, block.text.splitlines())):
        assert line[-1] in "{};", line
        depth += (line[-1] == "{") - (line == "}")
        assert depth >= 0
    assert depth == 0
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", block.text)) <= {"8501", "8502"}


@pytest.mark.parametrize("block", of("yaml"), ids=str)
def test_a_yaml_file_is_one(block: Block):
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load(block.text)


def test_the_page_counts_the_connections_of_a_process():
    most = 0
    for writes in (False, True):
        pool = postgresql_engine(make_url("postgresql+psycopg://host/one"), writes=writes).pool
        assert "of 5 connections each" in PAGE
        assert pool.size() == 5  # type: ignore[attr-defined]
        most += pool.size() + pool._max_overflow  # type: ignore[attr-defined]
    assert f"**{most} a process**" in PAGE


def test_every_metric_stands_in_the_table():
    counted = {one.name for one in metrics.REGISTRY.collect()}
    assert counted == set(re.findall(r"\| `(downstream_\w+)` \|", PAGE))
