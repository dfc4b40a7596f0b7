"""Documents that scripts write say what the program does."""

from pathlib import Path

from docs.write_reference import reference

ROOT = Path(__file__).parents[2]


def test_the_terminals_reference_is_what_the_commands_say():
    written = (ROOT / "docs" / "terminal.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python docs/write_reference.py"
