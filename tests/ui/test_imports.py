"""The page Import on a real store in a temporary folder."""

import threading
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.services import imports
from db.services.access import Actor, ActorRole
from risk.inventory.progress import Progress
from tests.ui.conftest import Open, texts
from ui import cached, jobs
from ui.imports import publishing as import_publishing
from ui.imports import state as importing
from ui.imports.questions import answers_in

SAMPLE = Path(__file__).parents[2] / "fixtures" / "sample_inventory.csv"
MESSY = (
    b"Company,Vendor,Monthly cost,spend_usd\n"
    b"Ash,Azure OpenAI,1,1200\n"
    b",Anthropic,2,12\n"
    b"Ash,Azure OpenAI,1,1200\n"
)

pytestmark = pytest.mark.usefixtures("demo_store")


@pytest.fixture
def page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    # Nobody draws a bar here: wait for the work instead.
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
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


def choose(page: AppTest, label: str, value: str) -> None:
    next(one for one in page.selectbox if one.label == label).set_value(value)


def bar(page: AppTest) -> str:
    return str(page.get("progress")[0].proto.text)


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
    assert (shown["Records"], shown["Can be imported"], shown["Not imported"]) == ("8", "8", "0")
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
    assert (shown["Not imported"], shown["Identical lines"]) == ("1", "1")
    (problem,) = page.table[0].value.to_dict("records")
    assert (problem["Line"], problem["Column"]) == ("3", "startup")
    assert problem["What to write instead"].startswith("Write the name of the company")


def test_a_cell_that_cannot_be_read_is_shown_with_what_to_write(page: AppTest) -> None:
    uploaded(page, b"startup,provider,spend_usd\nAsh,OpenAI,12k\n")
    assert (metrics(page)["Can be imported"], metrics(page)["Not imported"]) == ("1", "0")
    (problem,) = page.table[0].value.to_dict("records")
    assert (problem["Line"], problem["The file says"]) == ("2", "12k")


def test_a_changed_column_is_read_again(page: AppTest) -> None:
    uploaded(page, MESSY)
    box = next(one for one in page.selectbox if one.label == "What spend_usd means")
    assert box.value == "spend_usd"
    box.set_value("")
    click(page, "Read again with these columns")
    box = next(one for one in page.selectbox if one.label == "What spend_usd means")
    assert box.value == ""


def test_a_file_without_startups_can_be_about_one_company(page: AppTest) -> None:
    uploaded(page, b"Vendor,Product\nOpenAI,ChatGPT\nAnthropic,Claude\n")
    # One answer is missing: it is asked for, and nothing is refused.
    assert not page.error
    assert not [one for one in page.button if one.label == "Publish"]
    label = "All are about one company"
    next(one for one in page.text_input if one.label == label).set_value("Ash")
    click(page, "Read it this way")
    assert metrics(page)["Can be imported"] == "2"


def test_a_question_must_be_answered_before_publishing(page: AppTest) -> None:
    rows_with_commas = b"startup;provider;spend_usd\nAsh;OpenAI;1,5\nBirch;OpenAI;12,25\n"
    uploaded(page, rows_with_commas)
    assert "One answer is needed" in [one.value for one in page.subheader]
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
    said = changed[["Company", "Before", "After"]].to_numpy().tolist()
    assert said == [["Ash", "1,200", "1,500"]]


def test_a_name_that_the_analyst_decided_is_read_that_way(page: AppTest) -> None:
    uploaded(page, b"startup,provider\nAsh,LexBrain\n")
    assert metrics(page)["On a language model"] == "0 records"
    next(one for one in page.selectbox if one.label == "Models of").set_value("Anthropic")
    next(one for one in page.selectbox if one.label == "Hosted by").set_value("Anthropic")
    click(page, "Remember this")
    assert metrics(page)["On a language model"] == "1 record"


def test_open_names_are_decided_in_one_grid_the_dearest_first(page: AppTest) -> None:
    uploaded(
        page,
        b"startup,provider,spend_usd\nAsh,AWS,5\nBirch,AWS,5\nCole,Glean,900\nDora,OpenAI,1\n",
    )
    grid = next(one.value for one in page.dataframe if "Hosted by" in one.value.columns)
    columns = ["Text in the file", "Records", "Spend per month, USD", "Hosted by"]
    assert grid[columns].to_numpy().tolist() == [
        ["Glean", 1, 900.0, "unspecified"],
        ["AWS", 2, 10.0, "Amazon Web Services"],
    ]


def test_only_answered_rows_of_the_grid_are_decisions() -> None:
    row = {"Text in the file": "AWS", "Models of": "Anthropic", "Hosted by": "Amazon Web Services"}
    decided = answers_in(
        [
            {**row, "Language model?": "yes"},
            {**row, "Text in the file": "Glean", "Language model?": "leave open"},
            {**row, "Text in the file": "Slack", "Language model?": "no"},
        ]
    )
    assert [(one.text, str(one.answer), one.developer, one.host) for one in decided] == [
        ("AWS", "yes", "Anthropic", "Amazon Web Services"),
        ("Slack", "no", None, None),
    ]


def test_a_file_goes_into_a_new_portfolio_unless_most_of_its_startups_are_in_one(
    page: AppTest,
) -> None:
    named(uploaded(page, MESSY), "Our book")
    click(page, "Publish")
    del page.session_state["import_last_target"]
    uploaded(page, b"startup,provider\nAsh,OpenAI\n", "again.csv")
    assert target_of(page) == "Our book"
    click(page, "Discard the file")
    uploaded(page, b"startup,provider\nElm,OpenAI\nFir,OpenAI\nAsh,OpenAI\n", "other.csv")
    assert target_of(page) == "\x00new"


def target_of(page: AppTest) -> str:
    return str(next(one for one in page.selectbox if one.label == "Import into").value)


def test_cells_are_shown_as_text_whatever_they_hold(page: AppTest) -> None:
    uploaded(page, b"startup,provider\n<b>Ash</b> $x$ **y**,OpenAI\n", "a`b$c.csv")
    assert not page.exception
    assert metrics(page)["Can be imported"] == "1"


def test_rejected_records_are_mended_and_uploaded_alone(page: AppTest) -> None:
    named(uploaded(page, MESSY), "Our book")
    click(page, "Publish")
    # What the download holds: a record of nobody, who is Birch; the reasons stay in the file.
    rejected = page.session_state["import_published"].result.intake.reject_file
    assert b",Anthropic" in rejected
    uploaded(page, rejected.replace(b",Anthropic", b"Birch,Anthropic"), "records-to-correct.csv")
    target = next(one for one in page.selectbox if one.label == "Import into")
    assert target.value == "Our book"
    shown = metrics(page)
    assert (shown["Records"], shown["Not imported"], shown["New"]) == ("1", "0", "1")
    assert "reason" not in " ".join(one.label for one in page.selectbox)
    click(page, "Publish")
    assert "1 new, 0 changed" in texts(page)


def test_columns_are_read_as_last_time_and_can_be_read_afresh(page: AppTest) -> None:
    data = b"Alpha,Beta,Gamma\nAsh,OpenAI,5\n"
    uploaded(page, data)
    choose(page, "What Alpha means", "startup")
    choose(page, "What Beta means", "provider")
    choose(page, "What Gamma means", "spend_usd")
    click(page, "Read again with these columns")
    named(page, "Our book")
    click(page, "Publish")
    uploaded(page, data.replace(b"5", b"7"), "next.csv")
    assert "Columns read as last time" in texts(page)
    assert metrics(page)["Changed"] == "1"
    click(page, "Read them afresh")
    assert "Columns read as last time" not in texts(page)


def test_another_session_reads_the_columns_as_the_batch_did(page: AppTest, open_page: Open) -> None:
    data = b"Alpha,Beta\nAsh,OpenAI\n"
    uploaded(page, data)
    choose(page, "What Alpha means", "startup")
    choose(page, "What Beta means", "provider")
    click(page, "Read again with these columns")
    click(page, "Publish")
    another = uploaded(open_page("imports.py"), data.replace(b"Ash", b"Birch"))
    assert "as in batch 1 (inventory.csv" in texts(another)
    assert metrics(another)["New"] == "1"


def test_the_second_of_two_people_is_shown_the_first_ones_change(
    page: AppTest, open_page: Open
) -> None:
    named(uploaded(page, b"startup,provider,spend_usd\nAsh,OpenAI,1\n"), "Our book")
    click(page, "Publish")
    mine = uploaded(page, b"startup,provider,spend_usd\nAsh,OpenAI,20\nBirch,OpenAI,3\n", "m.csv")
    theirs = uploaded(
        open_page("imports.py"),
        b"startup,provider,spend_usd\nAsh,OpenAI,10\nCole,OpenAI,4\n",
        "theirs.csv",
    )
    # One of two startups is there already, which is not most of them.
    next(one for one in theirs.selectbox if one.label == "Import into").set_value("Our book").run()
    click(theirs, "Publish")
    click(mine, "Publish")
    assert len(cached.batches()) == 2
    assert "Something changed while you looked" in texts(mine)
    assert "batch 2 (theirs.csv, 2 records" in texts(mine)
    different = next(one.value for one in mine.dataframe if "When you looked" in one.value)
    said = different[["Company", "When you looked", "Now", "Your file"]].to_numpy().tolist()
    assert said == [["Ash", "1", "10", "20"], ["Cole", "not there", "there", "–"]]
    # What the other file added would have ended: it is asked whether this one is complete.
    next(one for one in mine.radio if "Earlier files" in one.label).set_value("nothing").run()
    click(mine, "Read it this way")
    click(mine, "Publish")
    assert len(cached.batches()) == 3
    assert "Batch 3 is in" in texts(mine)


def test_what_a_month_ends_is_shown_before_it_is_decided_and_told_after(page: AppTest) -> None:
    first = b"startup,provider\nAsh,OpenAI\nAsh,Cohere\nBirch,OpenAI\n"
    named(uploaded(page, first), "Our book")
    click(page, "Publish")
    uploaded(page, b"startup,provider\nAsh,OpenAI\nBirch,OpenAI\n", "november.csv")
    assert "1 question before it can be imported" in texts(page)
    assert any("Cohere" in one.value.to_string() for one in page.dataframe)
    click(page, "Read it this way")
    click(page, "Publish")
    assert "0 new, 0 changed, 2 unchanged records, 1 ended." in texts(page)


def test_who_names_a_portfolio_that_somebody_makes_meanwhile_is_asked(
    page: AppTest, open_page: Open
) -> None:
    mine = named(uploaded(page, b"startup,provider\nAsh,OpenAI\n"), "Our Book")
    theirs = named(uploaded(open_page("imports.py"), b"startup,provider\nAsh,Cohere\n"), "our book")
    click(theirs, "Publish")
    click(mine, "Publish")
    assert len(cached.batches()) == 1
    assert "Something changed while you looked" in texts(mine)


def test_undo_lists_what_was_kept_and_why(page: AppTest) -> None:
    named(uploaded(page, b"startup,provider,spend_usd\nAsh,OpenAI,1\n"), "Our book")
    click(page, "Publish")
    uploaded(page, b"startup,provider,spend_usd\nAsh,OpenAI,2\n", "second.csv")
    click(page, "Publish")
    click(page, "Yes, undo batch 1")
    assert "were touched since and stay" in texts(page)
    kept = next(one.value for one in page.dataframe if "Because" in one.value)
    assert "Ash" in set(kept["Kept"])
    assert set(kept["Because"]) == {"a later import speaks of it too"}


def test_a_long_reading_shows_its_share_and_the_page_goes_on(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, let_go = threading.Event(), threading.Event()
    preview_import = imports.preview_import

    def slow(*arguments: Any, progress: Progress, **more: Any) -> Any:
        progress(0.4)
        held.set()
        assert let_go.wait(60)
        return preview_import(*arguments, progress=progress, **more)

    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(imports, "preview_import", slow)
    uploaded(page, SAMPLE.read_bytes(), SAMPLE.name)
    assert held.wait(60)
    page.run()
    assert "Reading sample_inventory.csv… 40 %" in bar(page)
    assert not [one for one in page.button if one.label == "Publish"]
    let_go.set()
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    assert metrics(page.run())["Records"] == "8"


def test_while_a_batch_is_written_there_is_no_button_and_a_bar(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    let_go = threading.Event()
    publish_import = imports.publish_import

    def slow(*arguments: Any, **more: Any) -> Any:
        begun.append(more["portfolio"])
        assert let_go.wait(60)
        return publish_import(*arguments, **more)

    monkeypatch.setattr(imports, "publish_import", slow)
    named(uploaded(page, SAMPLE.read_bytes(), SAMPLE.name), "Our book")
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0)
    click(page, "Publish")
    assert "Publishing 8 records…" in bar(page)
    assert not [one for one in page.button if one.label == "Publish"]
    let_go.set()
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    page.run()
    page.run()
    assert begun == ["Our book"]
    assert "Batch 1 is in “Our book”" in texts(page)


def test_a_second_click_does_not_publish_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def writing(file: Any, portfolio: str, *more: Any) -> Any:
        return lambda progress: begun.append(portfolio)

    def clicks() -> None:
        from types import SimpleNamespace

        import streamlit as st

        from ui.imports import publishing as import_publishing

        seen = SimpleNamespace(intake=SimpleNamespace(accepted=1))
        # Both clicks were on their way before the page could take the button away.
        for _ in range(2):
            import_publishing.publish(None, "Our book", seen)
        _, job = st.session_state["import_publishing"]
        assert job.is_done_within(60)

    monkeypatch.setattr(import_publishing, "_writing", writing)
    monkeypatch.setattr(cached, "store", lambda: None)
    assert not AppTest.from_function(clicks, default_timeout=60).run().exception
    assert begun == ["Our book"]


def test_what_was_published_is_said_though_a_click_elsewhere_ended_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run that takes over the result ends after any line; the next one does it again."""

    class ClickedElsewhere(Exception):
        pass

    def page() -> None:
        import streamlit as st

        from ui.imports import publishing as import_publishing

        if "import_publishing" not in st.session_state and import_publishing.published() is None:
            job = import_publishing.Job("Publishing", lambda progress: "batch 1").start()
            st.session_state["import_publishing"] = ("Our book", job)
        st.text(f"still going on: {import_publishing.is_under_way()}")
        st.text(f"said: {import_publishing.published()}")

    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 60)
    kept = importing.remember_target

    def ended(portfolio: str) -> None:
        raise ClickedElsewhere

    monkeypatch.setattr(importing, "remember_target", ended)
    shown = AppTest.from_function(page, default_timeout=60).run()
    assert len(shown.exception) == 1
    assert "import_publishing" in shown.session_state
    monkeypatch.setattr(importing, "remember_target", kept)
    shown.run()
    assert "batch 1" in str(shown.session_state["import_published"])
    assert "import_publishing" not in shown.session_state


def test_after_a_reload_the_page_goes_on_with_the_file_and_its_answers(
    page: AppTest, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded(page, b"Vendor,Product\nOpenAI,ChatGPT\n", "vendors.csv")
    label = "All are about one company"
    next(one for one in page.text_input if one.label == label).set_value("Ash")
    click(page, "Read it this way")
    anew = open_page("imports.py")
    assert "“vendors.csv” was uploaded just now and not published" in texts(anew)
    click(anew, "Go on with vendors.csv")
    assert metrics(anew)["Can be imported"] == "1"
    # Another person never sees it.
    with monkeypatch.context() as patched:
        patched.setattr(cached, "actor", lambda: Actor("Ann", ActorRole.ANALYST, person=7))
        assert "vendors.csv" not in texts(open_page("imports.py"))
    click(anew, "Publish")
    after = open_page("imports.py")
    assert "Go on with vendors.csv" not in {one.label for one in after.button}
