"""The matrix of companies and providers: on a real store, and drawn by hand."""

import csv
import io
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from risk.catalog.records import Answer
from risk.portfolio.matrix import vendors_of
from risk.portfolio.providers import How
from tests.small_world import PLAIN, dependency, small_catalog, startup
from tests.ui.conftest import Downloads, Open, texts
from ui.charts.matrix import Matrix, matrix_html
from ui.tables import dependence as tables
from ui.theme import LIGHT
from ui.words.provider_words import who_depends

#: The vendors of one organisation: OpenAI by name, a copy of its models at Azure, no model at all.
INVENTORY = (
    "Company,Vendor,Use case\n"
    "City Council,OpenAI,drafting\n"
    "City Council,Azure OpenAI Service,search\n"
    "City Council,Stripe,card payments\n"
)


def drawn(app: AppTest) -> str:
    return "\n".join(one.proto.body for one in app.get("html"))


@pytest.fixture
def council(part_store: None) -> str:
    """A portfolio that is the inventory of one organisation."""
    publish_import(
        open_store(),
        LOCAL_OWNER,
        data=INVENTORY.encode(),
        file_name="council.csv",
        portfolio="Council",
    )
    return "Council"


def test_a_filter_by_provider_is_said_counted_and_dropped_by_a_click(
    part_store: None, open_page: Open
) -> None:
    app = open_page("matrix.py", on="Anthropic")
    assert not app.exception
    assert app.title[0].value.endswith("of 13 companies depend on Anthropic")
    chip = next(one for one in app.button if one.key == "drop_filter")
    rows = drawn(app).count('<th scope="row">')
    chip.click().run()
    assert "on" not in app.query_params
    assert drawn(app).count('<th scope="row">') == 13 > rows


def test_a_mark_shows_path_source_and_date(part_store: None, open_page: Open) -> None:
    app = open_page("matrix.py", row="Quillhaven Briefs", provider="OpenAI")
    assert not app.exception
    said = texts(app)
    assert "Quillhaven Briefs depends directly on OpenAI" in said
    assert "OpenAI → OpenAI API" in said
    assert "invented for demonstration" in said
    next(one for one in app.button if one.key == "close_evidence").click().run()
    assert "OpenAI → OpenAI API" not in texts(app)


def test_links_that_ask_for_what_is_not_there_are_answered(
    part_store: None, open_page: Open
) -> None:
    app = open_page("matrix.py", on="Nobody", row="No such company", provider="X")
    assert not app.exception
    assert len(app.warning) == 2


def test_the_file_has_every_row_that_matches(
    part_store: None, open_page: Open, downloads: Downloads
) -> None:
    open_page("matrix.py", on="OpenAI")
    rows = list(csv.DictReader(io.StringIO(downloads["demo-matrix.csv"]().decode("utf-8-sig"))))
    assert {row["OpenAI"] for row in rows} == {"direct"}
    assert "Quillhaven Briefs" in {row["startup"] for row in rows}


def test_one_inventory_is_shown_as_its_vendors(council: str, open_page: Open) -> None:
    app = open_page("matrix.py", portfolio=council)
    assert not app.exception
    assert app.title[0].value == "3 vendors of one inventory"
    assert drawn(app).count('<th scope="row">') == 3
    app = open_page("matrix.py", portfolio=council, on="OpenAI")
    assert app.title[0].value == "2 of 3 vendors depend on OpenAI"


def test_one_company_is_not_compared_with_others(council: str, open_page: Open) -> None:
    # "1 of 1 company, more than on any other" would be said of each of its providers.
    title = open_page("providers.py", portfolio=council).title[0].value
    assert title.startswith("The company depends directly on ")
    title = open_page("provider.py", portfolio=council, provider="OpenAI").title[0].value
    assert title == "Your company depends on OpenAI, directly"
    assert who_depends("OpenAI", None, 1) == "Your company is not known to depend on OpenAI"
    assert who_depends("OpenAI", None, 0).startswith("No company is listed yet")


def test_vendors_are_told_apart_by_product_and_the_surest_way_counts() -> None:
    # Beta is named twice; Nimbus carries it. "Stripe" is no language model.
    no = replace(dependency("pay", None, None), provider_text="Stripe", answer=Answer.NO)
    council = startup("Council", dependency("a", "Beta", "Beta"), dependency("b", "Beta", None), no)
    beta, stripe = vendors_of(council, small_catalog(), PLAIN)
    assert (len(beta.lines), beta.reached) == (2, {"Beta": How.DIRECT, "Nimbus": How.THROUGH})
    assert (stripe.answer, stripe.reached) == (Answer.NO, {})


def test_names_from_outside_are_escaped_and_every_mark_has_words() -> None:
    name = "<b>Ash</b>"
    row = {"startup": name, "marks": {"A&B": "direct", "C": "through", "D": "ask"}}
    html = matrix_html(
        Matrix(
            caption="Companies",
            noun=tables.COMPANY,
            rows=[row],
            providers=["A&B", "C", "D"],
            counts=[1, 1, 0],
            figures=(),
            chosen="A&B",
            mark_link=lambda row, provider: f"?row={row}&provider={provider}",
            head_link=lambda provider: f"?on={provider}",
        ),
        palette=LIGHT,
    )
    assert name not in html
    assert html.count("&lt;b&gt;Ash&lt;/b&gt; depends directly on A&amp;B") == 2
    assert "may depend (to ask) on D" in html
    assert '<th scope="row">' in html
