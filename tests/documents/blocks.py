"""The fenced blocks of the documents, and what their markers promise about them.

``<!-- tested -->`` above a block says that a test runs it; ``<!-- file: NAME -->`` that it is a
file which tested commands read; ``<!-- not run: REASON -->`` why no test can run it, in which case
its commands, options and settings are held against the program all the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
#: Written from the commands themselves, and tested as a whole.
WRITTEN_FROM_COMMANDS = "terminal.md"
SHELL = frozenset({"sh", "bash", "console", "shell"})
_FENCED = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, its text, and the marker above it."""

    document: str
    number: int
    language: str
    text: str
    marker: str

    @property
    def tested(self) -> bool:
        return self.marker == "tested"

    @property
    def file(self) -> str | None:
        """The name of the file that the block is, if it is one."""
        return self.marker.removeprefix("file: ") if self.marker.startswith("file: ") else None

    @property
    def reason_not_to_run(self) -> str | None:
        return (
            self.marker.removeprefix("not run: ") if self.marker.startswith("not run: ") else None
        )

    def __str__(self) -> str:
        return f"{self.document}-{self.number}"


def blocks() -> tuple[Block, ...]:
    """Every fenced block of the README and of docs/, in the order of the documents."""
    return tuple(block for path in DOCUMENTS for block in _blocks_of(path))


def _blocks_of(path: Path) -> Iterator[Block]:
    if path.name == WRITTEN_FROM_COMMANDS:
        return
    found = _FENCED.findall(path.read_text(encoding="utf-8"))
    for number, (marker, language, text) in enumerate(found, start=1):
        yield Block(path.name, number, language, text, marker.strip())
