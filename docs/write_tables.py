"""Fill the tables of the documents from the program: ``python docs/write_tables.py``.

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; what is around it is written
by hand. A test holds the documents against the program.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from docs import (  # noqa: E402 - found by the line above
    api_tables,
    assumption_tables,
    crisis_tables,
    file_format_tables,
    glossary_tables,
    library_tables,
    oversight_tables,
    usage_tables,
    worked_cases,
)
from risk.inventory.template import inventory_template  # noqa: E402 - same

PAGES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "api.md": api_tables.tables,
    "assumptions.md": assumption_tables.tables,
    "file-format.md": file_format_tables.tables,
    "crises.md": crisis_tables.tables,
    "cases.md": worked_cases.tables,
    "usage.md": usage_tables.tables,
    "oversight.md": oversight_tables.tables,
    "glossary.md": glossary_tables.tables,
    "library.md": library_tables.tables,
    "mcp.md": api_tables.tools,
}
TEMPLATE = HERE / "inventory-template.csv"
_PLACE = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """The text of a page with its tables as the program has them.

    Raises:
        KeyError: the page has a place for a table that there is not.
    """
    made = PAGES[page]()
    text = (HERE / page).read_text(encoding="utf-8")
    return _PLACE.sub(lambda place: f"{place[1]}\n{made[place[2]]}\n\n{place[3]}", text)


if __name__ == "__main__":
    for name in PAGES:
        (HERE / name).write_text(filled(name), encoding="utf-8")
    TEMPLATE.write_bytes(inventory_template())
