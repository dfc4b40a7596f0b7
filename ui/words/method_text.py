"""Parts of docs/method.md as the product shows them: paragraphs, points and tables of a section."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

METHOD = Path(__file__).resolve().parents[2] / "docs" / "method.md"
LEFT_OUT = "What it leaves out"
IN_ONE_PARAGRAPH = "In one paragraph"
PAST = "8. What the model would have known"
CHANGES = "10. What changed from model 4"
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_STRESSED = re.compile(r"(\*{1,2}|`)(\S(?:.*?\S)?)\1")


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """A table of a section: its head, and its rows as text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def section(heading: str) -> str:
    """Return a section's Markdown without its heading; nothing where the page is not installed."""
    try:
        text = METHOD.read_text(encoding="utf-8")
    except OSError:
        return ""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip()


def sentences(heading: str) -> list[str]:
    """Return a section sentence by sentence."""
    parts = " ".join(section(heading).split()).split(". ")
    return [one.rstrip(".") + "." for one in parts if one.strip()]


def blocks(heading: str) -> Iterator[str | TextTable]:
    """Yield what a section consists of in its order, without marks of Markdown."""
    for block in section(heading).split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and all(line.startswith("|") for line in lines):
            cells = [tuple(map(_plain, line.strip("|").split("|"))) for line in lines]
            yield TextTable(headings=cells[0], rows=tuple(cells[2:]))
        elif lines and all(line.startswith("- ") for line in lines):
            yield from (_plain(line.removeprefix("- ")) for line in lines)
        elif lines and not lines[0].startswith("!["):
            yield _plain(" ".join(lines))


def _plain(text: str) -> str:
    return _STRESSED.sub(r"\2", _LINK.sub(r"\1", text)).strip()
