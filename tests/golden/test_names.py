"""Documents, tables and sheets keep the names by which other programs read them.

A name is changed only on purpose, with a line in the CHANGELOG. If it was meant:

    python -m tests.golden.refresh
"""

from pathlib import Path

from tests.golden.names import all_names, kept


def test_documents_tables_and_sheets_keep_their_names(tmp_path: Path) -> None:
    found, before = all_names(tmp_path), kept()
    assert found.keys() == before.keys()
    changed = [
        f"{sort}, {place}: {sorted(set(before[sort].get(place, [])) ^ set(names))}"
        for sort, places in found.items()
        for place, names in places.items()
        if names != before[sort].get(place)
    ]
    assert not changed, "\n".join(["Meant? Then run: python -m tests.golden.refresh", *changed])
