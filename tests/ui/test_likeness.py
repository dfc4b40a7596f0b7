"""How unlike replacements are, as the page Assumptions and the close look at an option say it."""

from dataclasses import replace

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.portfolios import save_portfolio
from risk.alternatives.results import Comparison, Likeness
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
        distance=replace(distance_between(ALPHA, BETA, RATED), context=None),
        usual=(0.1, 0.1, 0.0, 0.0, 0.0),
        factor=1.6672,
    )
    table = frame(replacement.PART, replacement.part_rows(likeness)).set_index("Lost by moving")
    assert list(table.loc[replacement.PART_NAMES["preference"]]) == ["28 % (25 % to 31 %)", "10 %"]
    assert list(table.loc["Of these voters: coding"]) == [
        "28 % (25 % to 31 %)",
        "told, not counted",
    ]
    assert table.loc[replacement.PART_NAMES["context"], "Here"] == replacement.AS_USUAL
    said = Comparison(models=("a", "b"), alike=0.5832, rows=(), likeness=likeness, level=0.75)
    assert "0.58 alike (1: the same): 1.7 times as unlike" in option_words.alike_sentence(said)
    unknown = replace(likeness, distance=UNKNOWN, factor=1.0)
    assert "as unlike as a typical one" in option_words.alike_sentence(
        replace(said, alike=0.75, likeness=unknown)
    )


def test_every_number_of_the_explanation_is_one_of_the_table() -> None:
    table = replacement.number_rows(DEFAULTS)
    assert len(table) == len(replacement.NUMBERS)
    assert all(one["source"] for one in table)
