"""The command that explains a word."""

from tests.terminal.running import answer, refusal


def test_a_word_is_explained_under_any_of_its_names(url: str) -> None:
    told, *_ = answer("glossary", "AAL", url=url)
    assert (told["term"], told["section"]) == ("Expected loss", "Loss")


def test_a_word_that_is_not_explained_leads_to_the_nearest(url: str) -> None:
    assert "Did you mean “Runway”?" in refusal("glossary", "runwya", url=url)
