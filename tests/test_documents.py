"""The documents say what the program does."""

import re
from pathlib import Path

import pytest

from docs.write_reference import reference

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))


def test_the_terminals_reference_is_what_the_commands_say():
    written = (ROOT / "docs" / "terminal.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python docs/write_reference.py"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(path: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
