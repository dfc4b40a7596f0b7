"""Documents that scripts write say what the program does."""

import pytest

from docs.draw_house import BOXES, PICTURE, TOGETHER, house
from docs.file_format_tables import KINDS, MEANINGS
from docs.house import DIVIDED, imports, part_of, reduced
from docs.write_reference import reference
from docs.write_tables import PAGES, TEMPLATE, filled
from risk.inventory.cells import ColumnReader
from risk.inventory.columns import COLUMNS, Kind
from risk.inventory.conventions import Conventions
from risk.inventory.limits import LIMITS
from risk.inventory.template import INVENTORY_COLUMNS, inventory_template
from tests.documents.blocks import ROOT

DOCS = ROOT / "docs"


def test_the_terminals_reference_is_what_the_commands_say():
    written = (DOCS / "terminal.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python docs/write_reference.py"


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_of_a_page_are_what_the_program_has(page: str):
    written = (DOCS / page).read_text(encoding="utf-8")
    assert written == filled(page), "run: python docs/write_tables.py"
    assert set(PAGES[page]()) == {
        line.removeprefix("<!-- table: ").removesuffix(" -->")
        for line in written.splitlines()
        if line.startswith("<!-- table: ")
    }


def test_the_template_to_download_is_the_programs():
    assert inventory_template() == TEMPLATE.read_bytes(), "run: python docs/write_tables.py"


def test_every_column_is_explained_once():
    assert list(MEANINGS) == list(INVENTORY_COLUMNS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_cells_are_taken_and_refused_as_the_page_says(kind: Kind):
    _, taken, refused = KINDS[kind]
    column = next(one for one in COLUMNS.values() if one.kind is kind)
    reader = ColumnReader(column, Conventions(), LIMITS)
    assert [one for one in taken if reader.read(one).error] == []
    assert [one for one in refused if not reader.read(one).error] == []


def test_the_house_is_drawn_as_the_imports_are():
    assert house() == PICTURE.read_text(encoding="utf-8"), "run: python docs/draw_house.py"


def test_every_part_of_the_program_has_a_box():
    parts = {TOGETHER.get(part, part) for part in imports()} - set(DIVIDED)
    assert parts == set(BOXES)


def test_a_longer_way_leaves_an_arrow_out():
    # a reads b and c, b reads c: the arrow from a to c says nothing new.
    edges = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset()}
    assert reduced(edges) == {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset()}


def test_a_part_is_a_folder_and_a_module_beside_folders_belongs_to_them_all():
    assert part_of("risk.hazard.signals") == "risk.hazard"
    assert part_of("ui.tables.startup") == "ui.tables"
    assert part_of("ui.page") == "ui"
    assert part_of("db.dialects") == "db.engine"
