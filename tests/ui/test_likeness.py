"""How unlike replacements are, as the page Assumptions and the close look at an option say it."""

from dataclasses import replace

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.evaluations import list_evaluations
from db.services.portfolios import save_portfolio
from risk.alternatives.judgements import Topic
from risk.alternatives.results import Comparison, Likeness
from risk.alternatives.use_cases import work_of
from risk.assumptions import DEFAULTS
from risk.catalog.likeness import UNKNOWN, Relation, distance_between
from risk.catalog.records import Task
from risk.inventory.records import Portfolio
from risk.portfolio.models_in_use import models_in_use
from tests.catalog.test_likeness import ALPHA, BETA, rating, world
from tests.small_world import dependency, laid_out, portfolio, startup
from tests.ui.conftest import Open, texts
from tests.ui.sample import TODAY
from ui import cached
from ui.panels.judgement_form import TOPICS
from ui.render.page import frame
from ui.tables import replacement
from ui.words import option_words

RATED = world(
    ratings={
        (name, task): rating(name, points, half, task)
        for name, points, half in (("alpha-1", 1500.0, 6.0), ("beta-1", 1400.0, 8.0))
        for task in (Task.OVERALL, Task.CODING)
    }
)
NAMED = startup("A", dependency("a", "OpenAI", "OpenAI", model="GPT-5.5"))
OTHER = startup("B", dependency("b", "OpenAI", "OpenAI"))


@pytest.fixture
def named_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with one startup that names its model and one that does not."""
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="demo", startups=(NAMED, OTHER)))
    monkeypatch.setattr(cached, "store", lambda: store)
    monkeypatch.setattr(cached, "today", lambda: TODAY)


def test_the_page_explains_worse_answers_by_numbers_and_models(
    named_store: None, open_page: Open
) -> None:
    app = open_page("assumptions.py", section="quality")
    assert not app.exception
    shown = texts(app)
    # (1 - 0.75) · 0.3 · 90
    assert "0.75) · 0.3 · 90 = 6.75 days of margin" in shown
    assert "1 of 2 dependencies name a model" in shown
    assert "Preference of voters, not your task" in shown
    assert "Arena (CC BY 4.0), 20 Oct 2026" in shown
    assert "| Quality loss | 0.3 | 0.1 to 0.5 |" in shown
    table = app.dataframe[0].value
    assert list(table["Model"]) == ["GPT-5.5", "GPT-5.5"]
    assert table["Rated"].iloc[0] == "1,482 (1,478 to 1,485)"
    assert set(table["Which is"]) == {
        "Another developer's",
        "The same developer's",
    }


def test_the_page_follows_the_portfolios_numbers(named_store: None, open_page: Open) -> None:
    set_assumption(cached.store(), LOCAL_OWNER, "demo", "quality_days", 30, "evaluated in a month")
    shown = texts(open_page("assumptions.py", section="quality"))
    assert "0.75) · 0.3 · 30 = 2.25 days of margin" in shown


def test_models_in_use_are_told_with_their_ways_out() -> None:
    named = startup("A", *(dependency(key, "Alpha", "Alpha", model="alpha-1") for key in "ab"))
    plain = startup("B", dependency("c", "Alpha", "Alpha"))
    found = models_in_use(laid_out(portfolio(named, plain), catalog=RATED))
    assert (found.named, found.dependencies) == (2, 3)
    (one,) = found.models
    assert (one.model.name, one.host, one.dependencies) == ("alpha-1", "Alpha", 2)
    elsewhere, same = one.ways_out
    assert elsewhere.model is not None
    # 0.28013 / 0.12 is 2.3344: k = 1.6672; (1 - s) · 27 = 0.4168 · 27 days.
    assert (elsewhere.model.name, elsewhere.factor) == ("beta-1", pytest.approx(1.6672, abs=1e-4))
    assert elsewhere.days == pytest.approx(11.25, abs=0.01)
    # Alpha has no other model: the typical one counts.
    assert (same.model, same.factor, same.alike) == (None, 1.0, 0.9)
    table = frame(replacement.IN_USE, replacement.in_use_rows(found))
    assert list(table["Leads to"]) == ["beta-1", "nothing known"]
    assert list(table[replacement.PART_NAMES["preference"]]) == ["28 % (25 % to 31 %)", "–"]


def test_an_option_shows_its_parts_with_the_interval_and_what_nobody_knows() -> None:
    likeness = Likeness(
        relation=Relation.ELSEWHERE,
        distance=replace(
            distance_between(ALPHA, BETA, RATED, (Task.CODING, Task.OVERALL)), context=None
        ),
        usual=(0.1, 0.1, 0.0, 0.0, 0.0),
        factor=1.6672,
    )
    table = frame(replacement.PART, replacement.part_rows(likeness)).set_index("Lost by moving")
    name = replacement.PART_NAMES["preference"]
    assert list(table.loc[f"{name}: coding"]) == ["28 % (25 % to 31 %)", "10 %"]
    assert list(table.loc[f"{name}: overall"]) == ["28 % (25 % to 31 %)", "told, not counted"]
    assert table.loc[replacement.PART_NAMES["context"], "Here"] == replacement.AS_USUAL
    said = Comparison(models=("a", "b"), alike=0.5832, rows=(), likeness=likeness, level=0.75)
    assert "0.58 alike (1: the same): 1.7 times as unlike" in option_words.alike_sentence(said)
    coding = replace(said, work=work_of("code review"), between=(0.55, 0.62))
    assert "0.58 alike (0.55 to 0.62; 1: the same)" in option_words.alike_sentence(coding)
    assert "at coding count, as “code” in the use case's name" in option_words.alike_sentence(
        coding
    )
    stated = replace(said, work=work_of("x", task=Task.CODING))
    assert "at coding count, as was stated" in option_words.alike_sentence(stated)
    # Voters rated neither at legal work: what they say overall counts, and the page says so.
    legal = replace(
        likeness, distance=distance_between(ALPHA, BETA, RATED, (Task.LEGAL, Task.OVERALL))
    )
    contracts = replace(said, likeness=legal, work=work_of("contract review"))
    assert "did not rate both models at legal" in option_words.alike_sentence(contracts)
    overall = replace(legal, distance=distance_between(ALPHA, BETA, RATED))
    assert "Nothing says which kind of work" in option_words.alike_sentence(
        replace(said, likeness=overall, work=work_of("assistant"))
    )
    unknown = replace(likeness, distance=UNKNOWN, factor=1.0)
    assert "as unlike as a typical one" in option_words.alike_sentence(
        replace(said, alike=0.75, likeness=unknown)
    )


def test_everything_that_can_be_stated_has_a_name_on_the_page() -> None:
    assert set(TOPICS) == set(Topic)


def test_every_number_of_the_explanation_is_one_of_the_table() -> None:
    table = replacement.number_rows(DEFAULTS)
    assert len(table) == len(replacement.NUMBERS)
    assert all(one["source"] for one in table)


def test_an_evaluation_of_its_own_is_noted_and_taken_back_on_the_page(
    named_store: None, open_page: Open
) -> None:
    app = open_page("alternatives.py", startup="A", option="Claude Opus 4.7 at Anthropic")
    assert not app.exception
    assert "Nothing says which kind of work this is" in texts(app)
    app.selectbox(key="close_about").select("An evaluation of your own").run()
    fields = {one.label: one for one in app.number_input}
    fields["Score today"].set_value(0.9)
    fields["Score of the other"].set_value(0.81)
    note = next(one for one in app.button if one.label == "Note the evaluation")
    note.click().run()
    assert "Give both scores and the number of cases." in [one.value for one in app.error]
    fields = {one.label: one for one in app.number_input}
    fields["Cases"].set_value(100)
    names = {one.label: one for one in app.text_input}
    names["Set of cases"].set_value("golden")
    names["Who ran it"].set_value("Ann")
    names["Where it is written down"].set_value("wiki/17")
    next(one for one in app.button if one.label == "Note the evaluation").click().run()
    assert not app.exception
    (noted,) = list_evaluations(cached.store(), LOCAL_OWNER, "demo")
    assert (noted.model, noted.other, noted.evaluation.cases) == (
        "GPT-5.5",
        "Claude Opus 4.7",
        100,
    )
    shown = texts(app)
    assert "0.9 alike (0.79 to 1; 1: the same), by an evaluation of its own" in shown
    assert "81 % against 90 % on 100 cases of “golden”" in shown
    app.text_input(key="evaluation_reason").set_value("the set leaked").run()
    app.button(key="withdraw_evaluation").click().run()
    assert list_evaluations(cached.store(), LOCAL_OWNER, "demo") == ()
