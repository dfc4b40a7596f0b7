"""The page Oversight: the answer, its parts, one provider's end, files that are no registers."""

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from risk.dora.packages import zip_of
from tests.dora.registers import lei
from tests.dora.samples import NAME, sample_files
from tests.dora.test_oversight import THREE
from tests.ui.conftest import Open, texts
from ui.charts.oversight import Cell, matrix_html
from ui.theme import LIGHT


def opened(open_page: Open, **state: str) -> AppTest:
    app = open_page("oversight.py", portfolio="demo", **state)
    packages = zip_of(dict(one.package() for one in THREE))
    app.file_uploader[0].upload("registers.zip", packages).run()
    assert not app.exception
    return app


def test_without_files_the_page_says_what_to_choose(part_store: None, open_page: Open) -> None:
    app = open_page("oversight.py", portfolio="demo")
    assert not app.exception
    assert "called register" in app.info[0].value


def test_the_answer_stands_first(part_store: None, open_page: Open) -> None:
    app = opened(open_page, by="person")
    assert "north serves critical or important functions of 2 (up to 3) of 3" in texts(app)
    assert [one.value for one in app.metric] == ["3", "0", "3"]
    providers = app.dataframe[0].value
    assert list(providers["Provider"]) == ["north", "south", "west"]
    assert list(providers["Of assets"]) == ["70–100 %", "60 %", "0 %"]


@pytest.mark.parametrize("part", ["step", "markets", "read"])
def test_every_part_opens(part_store: None, open_page: Open, part: str) -> None:
    app = opened(open_page, part=part)
    assert "3 registers" in texts(app) or len(app.dataframe) == 1


def test_one_providers_end_says_who_and_through_whom(part_store: None, open_page: Open) -> None:
    app = opened(open_page, by="person", provider=lei("north"))
    hit = app.dataframe[0].value
    assert list(hit["Entity"]) == ["gamma", "beta", "alpha"]
    assert list(hit["Through"]) == ["south", "–", "–"]
    assert "If north stopped, 3 financial entities with €1.0k of assets" in texts(app)


def test_files_that_are_no_registers_are_refused_in_a_sentence(
    part_store: None, open_page: Open
) -> None:
    app = open_page("oversight.py", portfolio="demo")
    app.file_uploader[0].upload("a.zip", b"PK no archive").run()
    assert not app.exception
    assert "damaged" in app.error[0].value


def test_names_in_the_matrix_are_text_and_bounds_are_drawn() -> None:
    cell = Cell(provider="<b>North</b>", category="Banks", low=0.25, high=0.5, entities="1–2 of 4")
    drawn = matrix_html([cell], palette=LIGHT)
    assert "<b>" not in drawn
    assert "25–50 %" in drawn
    # Full to a quarter, hatched over the next.
    assert "left:0.0%;width:25.0%" in drawn
    assert "left:25.0%;width:25.0%" in drawn


def test_registers_that_are_kept_count_with_those_that_are_sent(
    part_store: None, open_page: Open
) -> None:
    store = open_store()
    package = zip_of(sample_files())
    publish_import(store, LOCAL_OWNER, data=package, file_name=f"{NAME}.zip", portfolio="Bank")
    app = open_page("oversight.py", portfolio="demo", by="person")
    assert not app.exception
    assert "Count the 1 register kept here" in [one.label for one in app.toggle]
    alone = set(app.dataframe[0].value["Provider"])
    assert "Nimbus Example Cloud Ireland Limited" in alone
    both = set(opened(open_page, by="person").dataframe[0].value["Provider"])
    assert alone < both
    assert "north" in both
