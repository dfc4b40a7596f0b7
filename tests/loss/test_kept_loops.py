"""Compiled loops are kept where one may write, and those compiled ahead are used from there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk.loss import compiling

ROOT = Path(__file__).parents[2]
#: Runs a small loop; says where loops are kept, and how often the compiler was spared.
RUN = """
import sys
from pathlib import Path
import numpy as np
from risk.loss import compiling
from risk.loss.runway import MONTHS_AHEAD, fast_before
beside = Path(compiling.__file__).parent / "__pycache__"
if "readonly" in sys.argv:
    compiling._is_writable = lambda folder: folder != beside
loop = fast_before()
loop(np.array([1e6]), np.array([1e5]), 0.3, MONTHS_AHEAD, np.zeros((1, 2)))
print(compiling._kept_in(), sum(loop.stats.cache_hits.values()))
"""


def run(*words: str, home: Path) -> tuple[Path, int]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(home), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    folder, hits = done.stdout.split()
    return Path(folder), int(hits)


def test_where_nobody_may_write_the_loops_compiled_ahead_are_used_from_a_copy(tmp_path: Path):
    beside, _ = run(home=tmp_path)
    assert beside == Path(compiling.__file__).parent / "__pycache__"
    own, hits = run("readonly", home=tmp_path)
    assert own == tmp_path / "downstream" / "loops"
    assert hits == 1


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_is_writable", lambda folder: False)


def test_where_not_even_the_cache_may_be_written_a_folder_of_its_own_serves(nowhere: None):
    found = compiling._kept_in.__wrapped__()
    assert found.is_dir()
    assert found not in (Path(compiling.__file__).parent / "__pycache__",)


def test_a_copy_is_made_once_and_keeps_what_is_there(tmp_path: Path):
    kept, own = tmp_path / "kept", tmp_path / "own"
    for name in ("loops-a", "loops-b", "other"):
        (kept / name).mkdir(parents=True)
        (kept / name / "code").write_text("ahead")
    (own / "loops-b").mkdir(parents=True)
    (own / "loops-b" / "code").write_text("later")
    for _ in range(2):
        assert compiling._copied(kept, own) == own
        found = {str(one.relative_to(own)): one.read_text() for one in own.rglob("code")}
        assert found == {"loops-a/code": "ahead", "loops-b/code": "later"}


def test_a_folder_is_writable_only_if_a_file_can_be_made_in_it(tmp_path: Path):
    assert compiling._is_writable(tmp_path / "new")
    (tmp_path / "file").write_text("")
    assert not compiling._is_writable(tmp_path / "file")


def test_loops_count_as_compiled_once_all_of_them_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(compiling, "_kept_in", lambda: tmp_path)
    monkeypatch.setattr(compiling, "_mark", lambda: "compiled-new")
    assert not compiling.is_compiled()
    (tmp_path / "compiled-old").touch()
    (tmp_path / "loops-unused").mkdir()
    os.utime(tmp_path / "loops-unused", (0, 0))
    with compiling.clearing_away():
        assert not compiling.is_compiled()
    assert compiling.is_compiled()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["compiled-new"]
