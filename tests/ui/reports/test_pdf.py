"""Pages as PDF files: by whatever prints here, and in words where nothing does."""

from pathlib import Path

import pytest

from db.errors import StoreError
from ui.reports.pdf import NO_PRINTER, NoPdf, pdf_of, printer

PAGE = b"<!doctype html><title>A page</title><p>Hello</p>"
here = pytest.mark.skipif(printer() is None, reason="no browser here prints")


def program(folder: Path, script: str) -> str:
    """A folder in which the one browser is a shell script."""
    made = folder / "chromium"
    made.write_text(f"#!/bin/sh\n{script}\n")
    made.chmod(0o755)
    return str(folder)


@here
def test_a_browser_prints_the_page_and_says_how_far_it_is() -> None:
    heard: list[float] = []
    printed = pdf_of(lambda: PAGE, progress=heard.append)
    assert printed.startswith(b"%PDF-")
    assert printed.rstrip().endswith(b"%%EOF")
    assert heard == sorted(heard)
    assert 0 < heard[0] < 1


def test_where_nothing_prints_it_is_said_before_the_page_is_made(tmp_path: Path) -> None:
    def make() -> bytes:
        raise AssertionError("nobody needs the page")

    with pytest.raises(StoreError) as refused:
        pdf_of(make, path=str(tmp_path))
    assert str(refused.value) == NO_PRINTER


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "echo no >page.pdf"])
def test_a_browser_that_prints_nothing_is_no_pdf(tmp_path: Path, script: str) -> None:
    with pytest.raises(NoPdf, match="Take the HTML"):
        pdf_of(lambda: PAGE, path=program(tmp_path, script))


def test_a_browser_that_never_ends_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"sleep 60 &\necho $! >{note}\nwait"
    with pytest.raises(NoPdf, match="within 0 seconds"):
        pdf_of(lambda: PAGE, path=program(tmp_path, script), seconds=0.5)
    state = Path(f"/proc/{note.read_text().strip()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_who_prints_is_told_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNSTREAM_DATABASE_URL", "postgresql://me:secret@db/x")
    said = tmp_path / "said"
    with pytest.raises(NoPdf):
        pdf_of(lambda: PAGE, path=program(tmp_path, f"env >{said}; echo $@ >>{said}"))
    told = said.read_text()
    assert "secret" not in told
    assert "NOTFOUND" in told
