"""Workbooks are opened in a process with limits: the same tables, or a refusal, never harm."""

import os
import zipfile
from pathlib import Path

import pytest

from db.engine import Store
from db.importing.unpacking import BOUNDS, Bounds, unpack_apart
from db.services.access import LOCAL_OWNER
from db.services.imports import ImportRefused, preview_import, publish_import
from db.services.portfolios import load_portfolio
from risk.inventory.formats.unpacking import unpack
from risk.inventory.limits import LIMITS
from risk.inventory.refusals import FileRefused
from tests.inventory.formats.files import HEADER, archive, row_xml, workbook, workbook_parts

ROWS = [HEADER, ("Acme", "Azure OpenAI", 1200, None), ("Borealis \U0001f680", "Claude", "", None)]


def refusal(data: bytes, bounds: Bounds = BOUNDS) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        unpack_apart(data, LIMITS, bounds=bounds)
    return refused.value


def test_the_process_apart_answers_as_this_one_would() -> None:
    hidden = {"Vendors": ROWS, "Lone half of a letter": [("a_xD83D_b",)], "Formulas": [("=1+1",)]}
    for data in (workbook(*ROWS), workbook(**hidden)):
        assert unpack_apart(data, LIMITS) == unpack(data, LIMITS)


def test_a_refusal_comes_back_with_its_code_and_sentence() -> None:
    data = archive({"a.txt": "text"})
    with pytest.raises(FileRefused) as here:
        unpack(data, LIMITS)
    assert refusal(data).problem == here.value.problem


def many_rows(number: int) -> bytes:
    rows = "".join(row_xml(n, f"Company {n}", "OpenAI") for n in range(2, number))
    return archive(workbook_parts(row_xml(1, *HEADER) + rows), zipfile.ZIP_STORED)


def test_a_file_that_takes_too_much_memory_is_refused() -> None:
    texts = "".join(f"<si><t>{'x' * 150}{n}</t></si>" for n in range(200_000))
    parts = workbook_parts(row_xml(1, *HEADER)) | {"xl/sharedStrings.xml": f"<sst>{texts}</sst>"}
    # The file alone takes 34 MB, its texts as much again, and the interpreter more than ten.
    stopped = refusal(archive(parts, zipfile.ZIP_STORED), Bounds(memory_bytes=70 * 1024**2))
    assert stopped.problem.code == "archive_too_large"
    assert "memory" in str(stopped)


def test_a_file_that_takes_too_much_computing_is_stopped() -> None:
    stopped = refusal(many_rows(250_000), Bounds(cpu_seconds=1))
    assert stopped.problem.code == "archive_too_large"


def test_a_file_that_takes_too_long_is_stopped() -> None:
    stopped = refusal(workbook(*ROWS), Bounds(wall_seconds=0.001))
    assert stopped.problem.code == "archive_too_large"
    assert "longer than" in str(stopped)


def test_an_answer_that_grows_too_large_is_stopped() -> None:
    stopped = refusal(many_rows(2_000), Bounds(answer_bytes=10_000))
    assert stopped.problem.code == "archive_too_large"


def test_the_process_knows_no_password_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from db.importing.unpacking import _surroundings

    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", "postgresql://somebody:secret@host/db")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert "secret" not in str(_surroundings())


def test_the_folder_that_the_program_is_started_in_lends_it_no_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zipfile.py").write_text("raise SystemExit('the wrong module')\n")
    monkeypatch.chdir(tmp_path)
    assert os.getcwd() == str(tmp_path)
    assert len(unpack_apart(workbook(*ROWS), LIMITS).sheets[0].rows) == 3


def test_a_workbook_is_published_like_any_inventory(store: Store) -> None:
    published = publish_import(
        store, LOCAL_OWNER, data=workbook(*ROWS), file_name="vendors.xlsx", portfolio="Fund"
    )
    assert (published.changes.new, published.intake.rejected) == (2, 0)
    found = load_portfolio(store, LOCAL_OWNER, "Fund")
    assert [one.name for one in found.startups] == ["Acme", "Borealis \U0001f680"]
    again = publish_import(
        store, LOCAL_OWNER, data=workbook(*ROWS), file_name="vendors.xlsx", portfolio="Fund"
    )
    assert again.batch != published.batch or again.already


def test_a_hostile_workbook_is_refused_and_nothing_is_written(store: Store) -> None:
    bomb = archive(workbook_parts(row_xml(1, *HEADER)) | {"xl/media/a.bin": b"\x00" * 30_000_000})
    asked = {"data": bomb, "file_name": "bomb.xlsx", "portfolio": "Fund"}
    assert preview_import(store, LOCAL_OWNER, **asked).intake.error == "archive_too_large"
    with pytest.raises(ImportRefused, match="times its size"):
        publish_import(store, LOCAL_OWNER, **asked)
