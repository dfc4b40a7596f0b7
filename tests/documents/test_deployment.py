"""The files in docs/deployment.md are ones that the programs they are for can read."""

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db import metrics
from db.dialects import postgresql_engine
from tests.documents.blocks import ROOT, Block, blocks
from tests.documents.test_commands import calls, complaint

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
OURS = [block for block in blocks() if block.document == "deployment.md"]
INSTRUCTIONS = {
    *("FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "CMD"),
}


def of(language: str) -> list[Block]:
    found = [block for block in OURS if block.language == language]
    assert found
    return found


def unit(block: Block) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read_string(block.text)
    return parser


@pytest.mark.parametrize("block", of("ini"), ids=str)
def test_a_unit_is_one_and_starts_a_command_that_there_is(block: Block):
    parsed = unit(block)
    assert set(parsed.sections()) <= {"Unit", "Service", "Timer", "Install"}
    if parsed.has_section("Service"):
        asked = list(calls(parsed["Service"]["ExecStart"].replace(".venv/bin/", "")))
        assert len(asked) == 1
        assert complaint(asked[0]) is None
    else:
        assert parsed["Timer"]["OnCalendar"]


def test_systemd_has_nothing_against_the_units(tmp_path: Path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here")
    files = []
    for block in of("ini"):
        name = re.match(r"# /etc/systemd/system/([\w@-]+\.\w+)", block.text)
        assert name is not None
        if "@" not in name[1]:  # a part of a unit, which stands above as a whole
            files.append(tmp_path / name[1])
            files[-1].write_text(re.sub(r"/opt/downstream/\S*python", "/bin/true", block.text))
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


def test_the_container_holds_all_that_the_program_reads(tmp_path: Path):
    lines = of("dockerfile")[0].text.splitlines()
    assert {line.split()[0] for line in lines} == INSTRUCTIONS
    for line in lines:
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                copied = tmp_path / target / ("" if (ROOT / source).is_dir() else source)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, copied)
                else:
                    copied = tmp_path / target / Path(source).name
                    copied.parent.mkdir(exist_ok=True)
                    shutil.copy(ROOT / source, copied)
    _, _, *words = json.loads(lines[-1].removeprefix("CMD "))
    assert complaint(" ".join(words)) is None
    trial = (
        "import app; from ui.words import method_text as m; assert len(m.sentences(m.LEFT_OUT)) > 3"
    )
    store = {"DOWNSTREAM_DATABASE_URL": f"sqlite:///{tmp_path}/store.sqlite3"}
    for words in (["cli.py", "init", "--demo"], ["-c", trial]):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **store},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


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
