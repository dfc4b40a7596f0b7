"""The page Import on a real store in a temporary folder."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui import cached
from ui.rows import imports as rows

SAMPLE = Path(__file__).parents[2] / "fixtures" / "sample_inventory.csv"
MESSY = (
    b"Company,Vendor,Monthly cost,spend_usd\n"
    b"Ash,Azure OpenAI,1,1200\n"
    b"Birch,Anthropic,2,12k\n"
    b"Ash,Azure OpenAI,1,1200\n"
)

pytestmark = pytest.mark.usefixtures("demo_store")


@pytest.fixture
def page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    # The start page, through which a test enters, need not score the demo for this.
    monkeypatch.setattr(cached, "assessment", lambda name: sample.ASSESSMENT)
    monkeypatch.setattr(cached, "actions", lambda name: ())
    return open_page("imports.py")


def uploaded(page: AppTest, data: bytes, name: str = "inventory.csv") -> AppTest:
    page.file_uploader[0].upload(name, data).run()
    assert not page.exception
    return page


def named(page: AppTest, name: str) -> AppTest:
    next(one for one in page.text_input if one.label == "Its name").set_value(name).run()
    return page


def click(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in page.metric}


def portfolios() -> list[str]:
    return [one.name for one in cached.portfolios()]


def test_an_empty_page_names_the_next_step(page: AppTest) -> None:
    assert not page.exception
    assert "Choose a file above, or try the sample." in texts(page)


def test_the_sample_reads_without_a_rejected_record(page: AppTest) -> None:
    uploaded(page, SAMPLE.read_bytes(), SAMPLE.name)
    shown = metrics(page)
    assert (shown["Records"], shown["Can be imported"], shown["Rejected"]) == ("8", "8", "0")
    assert shown["New"] == "8"


def test_publishing_makes_the_portfolio_and_undo_takes_it_back(page: AppTest) -> None:
    named(uploaded(page, SAMPLE.read_bytes(), SAMPLE.name), "Our book")
    click(page, "Publish")
    assert "Our book" in portfolios()
    assert "is in “Our book”: 8 new, 0 changed, 0 unchanged records." in texts(page)
    assert page.file_uploader[0].value is None
    click(page, "Undo this import")
    assert "Our book" not in portfolios()
    assert "8 records removed" in texts(page)


def test_a_rejected_record_is_shown_with_its_line_and_what_to_write(page: AppTest) -> None:
    uploaded(page, MESSY)
    shown = metrics(page)
    assert (shown["Records"], shown["Can be imported"]) == ("3", "1")
    assert (shown["Rejected"], shown["Identical lines"]) == ("1", "1")
    problems = page.dataframe[0].value
    assert problems[["Line", "The file says", "Code"]].to_numpy().tolist() == [
        ["3", "12k", "bad_number"]
    ]


def test_a_changed_column_is_read_again(page: AppTest) -> None:
    uploaded(page, MESSY)
    box = next(one for one in page.selectbox if one.label == "What spend_usd means")
    assert box.value == "spend_usd"
    box.set_value("")
    click(page, "Read again with these columns")
    assert metrics(page)["Rejected"] == "0"


def test_a_file_without_startups_can_be_about_one_company(page: AppTest) -> None:
    uploaded(page, b"Vendor,Product\nOpenAI,ChatGPT\nAnthropic,Claude\n")
    assert page.error
    assert not [one for one in page.button if one.label == "Publish"]
    label = "If every record is about one company: its name"
    next(one for one in page.text_input if one.label == label).set_value("Ash")
    click(page, "Read again with these columns")
    assert metrics(page)["Can be imported"] == "2"


def test_a_question_must_be_answered_before_publishing(page: AppTest) -> None:
    rows_with_commas = b"startup;provider;spend_usd\nAsh;OpenAI;1,5\nBirch;OpenAI;12,25\n"
    uploaded(page, rows_with_commas)
    assert "Please decide" in [one.value for one in page.subheader]
    assert not [one for one in page.button if one.label == "Publish"]
    click(page, "Read it this way")
    assert [one for one in page.button if one.label == "Publish"]


def test_a_refused_file_says_why(page: AppTest) -> None:
    uploaded(page, b"<html><body>Please log in</body></html>", "inventory.csv")
    assert page.error
    assert not [one for one in page.button if one.label == "Publish"]


def test_importing_into_the_invented_portfolio_is_not_silent(page: AppTest) -> None:
    uploaded(page, MESSY)
    next(one for one in page.selectbox if one.label == "Import into").set_value("demo").run()
    assert "This portfolio is invented" in texts(page)


def test_the_same_file_twice_changes_nothing(page: AppTest) -> None:
    named(uploaded(page, MESSY), "Our book")
    click(page, "Publish")
    uploaded(page, MESSY)
    next(one for one in page.selectbox if one.label == "Import into").set_value("Our book").run()
    assert "already imported as batch 1" in texts(page)
    assert not [one for one in page.button if one.label == "Publish"]


def test_a_changed_file_shows_before_and_after(page: AppTest) -> None:
    named(uploaded(page, MESSY), "Our book")
    click(page, "Publish")
    uploaded(page, b"Company,Vendor,spend_usd\nAsh,Azure OpenAI,1500\nCole,OpenAI,10\n")
    next(one for one in page.selectbox if one.label == "Import into").set_value("Our book").run()
    shown = metrics(page)
    assert (shown["New"], shown["Changed"], shown["Not in the file"]) == ("1", "1", "0")
    changed = next(one.value for one in page.dataframe if "Before" in one.value.columns)
    said = changed[["Startup", "Before", "After"]].to_numpy().tolist()
    assert said == [["Ash", "1,200", "1,500"]]


def test_a_name_that_the_analyst_decided_is_read_that_way(page: AppTest) -> None:
    uploaded(page, b"startup,provider\nAsh,LexBrain\n")
    assert metrics(page)["Stand on a language model"] == "0 records"
    next(one for one in page.selectbox if one.label == "Models of").set_value("Anthropic")
    next(one for one in page.selectbox if one.label == "Hosted by").set_value("Anthropic")
    click(page, "Remember this")
    assert metrics(page)["Stand on a language model"] == "1 record"


def test_cells_are_shown_as_text_whatever_they_hold(page: AppTest) -> None:
    uploaded(page, b"startup,provider\n<b>Ash</b> $x$ **y**,OpenAI\n", "a`b$c.csv")
    assert not page.exception
    assert metrics(page)["Can be imported"] == "1"


def test_the_template_has_every_column_and_the_required_ones_first() -> None:
    assert list(rows.template().columns)[:2] == ["startup", "provider"]
    assert {"use_case", "model", "spend_usd", "renewal"} <= set(rows.template().columns)
