"""The glossary: found by its words, shown on a page."""

import re

from tests.ui.conftest import Open, texts
from ui.words.glossary import SECTIONS, TERMS, found, hint_of, like


def test_no_word_is_explained_twice_and_no_anchor_leads_to_two() -> None:
    names = [name.casefold() for one in TERMS for name in (one.word, *one.also)]
    assert len(names) == len(set(names))
    assert len({one.anchor for one in TERMS}) == len(TERMS)


def test_most_terms_are_explained_with_a_figure() -> None:
    with_figures = [one for one in TERMS if re.search(r"\d", one.means)]
    assert len(with_figures) / len(TERMS) > 0.65


def test_a_term_is_found_by_another_name_before_those_that_only_mention_it() -> None:
    assert found("fallback")[0].word == "Backup"
    assert [one.word for one in found("one-year-in-twenty")] == ["One year in twenty"]
    assert found("no such word") == ()
    assert found("  ") == TERMS


def test_a_misspelt_word_leads_to_the_nearest() -> None:
    assert like("runwya") == "Runway"
    assert like("qqqq") is None


def test_the_label_of_a_figure_is_explained_by_its_term() -> None:
    assert hint_of("Runway, months") == found("runway")[0].means
    assert hint_of("Expected loss a year") == hint_of("Loss in a typical year")
    assert hint_of("Mean gap (MTBF)") == hint_of("Mean repair (MTTR)") is not None
    assert hint_of("Records") is None


def test_the_page_shows_a_subject_and_searches_all(demo_store: None, open_page: Open) -> None:
    app = open_page("glossary.py")
    assert not app.exception
    assert [one.value for one in app.subheader] == [one.word for one in SECTIONS["Loss"]]
    app = open_page("glossary.py", search="fallback")
    assert app.subheader[0].value == "Backup"
    assert "Did you mean “Runway”?" in texts(open_page("glossary.py", search="runwya"))
