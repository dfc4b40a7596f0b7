"""The page Plan on a portfolio of five: its words, its slider, its charts."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from risk.alternatives.planning.answer import BudgetPlans, PlanAnswer, PlanCheck
from risk.alternatives.planning.exact import Cuts
from risk.alternatives.planning.herding import price_of_herding
from risk.alternatives.planning.plan import Plan, frontier
from risk.alternatives.planning.table import NoPlan, PlanLimits
from risk.alternatives.planning.wishes import Wishes
from risk.assumptions import DEFAULTS
from tests.alternatives.planning.tables import dependency, option, table
from tests.ui import sample
from tests.ui.conftest import Open
from ui import cached
from ui.charts.plan import crowd_alt, crowd_figure, frontier_alt, frontier_figure
from ui.tables import plan as plan_table
from ui.theme import LIGHT
from ui.words import plan_words

TABLE = table(
    dependency(
        "Ash",
        option("there", -80_000.0, cost=5_000.0, pool="Beta API if Alpha ends"),
        volume=10.0,
        aal=100_000.0,
    ),
    dependency(
        "Birch $ [x]",
        option("there", -70_000.0, cost=5_000.0, pool="Beta API if Alpha ends"),
        volume=10.0,
        aal=100_000.0,
    ),
    dependency("Cole", option("own", -50_000.0, cost=10_000.0), aal=100_000.0),
    # Two more who lose nothing: a plan of five has a frontier.
    dependency("Dee", aal=0.0),
    dependency("Eve", aal=0.0),
    headroom={"Beta API if Alpha ends": 10.0},
)
CURVE = frontier(TABLE, PlanLimits(), DEFAULTS)
ANSWERS = tuple(
    PlanAnswer(plan=one, frontier=CURVE, herding=price_of_herding(TABLE, one, DEFAULTS))
    for one in CURVE.plans
)
PLANS = BudgetPlans(frontier=CURVE, cuts=Cuts())
CHECK = PlanCheck(
    aal_before_usd=200_000.0,
    aal_after_usd=121_000.0,
    tvar95_before_usd=200_000.0,
    tvar95_after_usd=130_000.0,
    aal_gap_usd=1_000.0,
    tvar95_gap_usd=10_000.0,
)


@pytest.fixture
def planned(answers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "plans", lambda *asked: PLANS)
    monkeypatch.setattr(
        cached, "plan_answer", lambda _, plans, plan, wishes: ANSWERS[CURVE.plans.index(plan)]
    )
    monkeypatch.setattr(cached, "plan_check", lambda *asked: CHECK)


def texts(app: AppTest) -> str:
    return "\n".join([*(one.value for one in app.markdown), *(one.value for one in app.caption)])


def test_the_plan_of_the_whole_budget_is_said_in_money(planned: None, open_page: Open) -> None:
    app = open_page("plan.py", budget="100")
    assert not app.exception
    shown = texts(app)
    # Of the two that want to go there one fits: Ash, who saves more. 80,000 + 50,000 of 300,000.
    assert r"For \$15k in the first year, 2 use cases of 2 startups change" in shown
    assert r"falls by \$130k a year, 43 % (43 %) of it" in shown
    assert "the price of herding" in shown
    assert "Price of herding" in {one.label for one in app.metric}
    # 200,000 → 130,000; the sums are 1,000 and 10,000 of 200,000 off.
    assert "Checked by the full model with all changes at once" in shown
    assert "5 % of years by −35 %" in shown
    assert "differ from it by 0.5 % and 5 %" in shown


def test_where_amounts_are_placeholders_shares_come_first(
    planned: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    unstated = sample.answered(profit_known=np.array([False, False, True]))
    monkeypatch.setattr(cached, "assessment", lambda name: unstated)
    app = open_page("plan.py", budget="100")
    assert not app.exception
    shown = texts(app)
    assert (
        "If 2 use cases of 2 startups change, the expected loss of the portfolio falls by" in shown
    )
    assert {one.label: one.value for one in app.metric}["Expected loss a year"] == "−43 %"
    assert "The amounts are placeholders" in "".join(one.value for one in app.warning)


def test_half_of_the_money_is_the_default_and_none_of_it_changes_nothing(
    planned: None, open_page: Open
) -> None:
    app = open_page("plan.py")
    assert not app.exception
    assert r"For \$5.0k in the first year, 1 use case of 1 startup changes" in texts(app)
    nothing = open_page("plan.py", budget="0")
    assert "everybody stays as they are" in texts(nothing)


def test_who_is_excluded_in_the_address_is_excluded_from_the_plan(
    planned: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Wishes] = []

    def plans(portfolio: str, share: float | None, wishes: Wishes, tell: object) -> BudgetPlans:
        asked.append(wishes)
        return PLANS

    monkeypatch.setattr(cached, "plans", plans)
    app = open_page("plan.py", exclude="OpenAI~Anthropic")
    assert not app.exception
    assert asked == [Wishes(excluded=("Anthropic", "OpenAI"))]


def test_of_fewer_than_five_neither_frontier_nor_herding_is_told(
    planned: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = table(*(dependency(name, option("own", -50_000.0), aal=100_000.0) for name in "ABCD"))
    curve = frontier(few, PlanLimits(), DEFAULTS)
    whole = curve.plans[-1]
    found = PlanAnswer(plan=whole, frontier=curve, herding=price_of_herding(few, whole, DEFAULTS))
    monkeypatch.setattr(cached, "plans", lambda *asked: BudgetPlans(frontier=curve, cuts=Cuts()))
    monkeypatch.setattr(cached, "plan_answer", lambda *asked: found)
    app = open_page("plan.py", budget="100")
    assert not app.exception
    assert {one.label for one in app.metric} >= {"First year", "Expected loss a year"}
    assert "Price of herding" not in {one.label for one in app.metric}
    assert not app.get("plotly_chart")


def test_a_limit_that_cannot_be_kept_is_a_sentence(
    planned: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*asked: object) -> None:
        raise NoPlan("No plan keeps every developer at 33 %.")

    monkeypatch.setattr(cached, "plans", refuse)
    app = open_page("plan.py", share="33")
    assert not app.exception
    assert "No plan keeps every developer at 33 %" in texts(app)


LARGE = replace(ANSWERS[-1].plan, limits=PlanLimits(budget_usd=50_000.0), gap=0.0004)


def test_a_large_portfolio_is_planned_by_prices_for_a_budget_in_dollars(
    planned: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[PlanLimits, Wishes]] = []

    def by_prices(portfolio: str, limits: PlanLimits, wishes: Wishes) -> Plan:
        asked.append((limits, wishes))
        return LARGE

    (few,) = cached.portfolios()
    monkeypatch.setattr(cached, "portfolios", lambda: (replace(few, startups=1_000_000),))
    monkeypatch.setattr(cached, "plan_by_prices", by_prices)
    monkeypatch.setattr(
        cached, "plan_answer_by_prices", lambda *asked: replace(ANSWERS[-1], plan=LARGE)
    )
    app = open_page("plan.py", usd="50000", share="40", exclude="OpenAI")
    assert not app.exception
    limits = PlanLimits(budget_usd=50_000.0, max_share=0.4)
    assert asked == [(limits, Wishes(excluded=("OpenAI",)))]
    assert "What more money buys" in texts(app) + "".join(one.value for one in app.subheader)
    assert "is the price of herding" in texts(app)
    # What is not better by a tenth of a per cent is said to be so, and so is who was looked at.
    assert "No plan is better by more than 0.1 %. The 5 startups with" in texts(app)


def test_words_for_every_kind_of_crowd() -> None:
    price = ANSWERS[-1].herding
    assert price.price_usd > 0
    assert "is the price of herding" in plan_words.herding_words(price)
    assert "costs nothing" in plan_words.herding_words(replace(price, turned_away=0))
    assert "nobody is in the way" in plan_words.herding_words(replace(price, wanted=0))
    dearer = replace(price, planned_usd=price.alone_usd + 1_000)
    assert "$1.0k a year more" in plan_words.herding_words(dearer)


def test_the_frontier_marks_the_plan_and_says_what_money_buys() -> None:
    figure = frontier_figure(CURVE, ANSWERS[-1].plan, palette=LIGHT)
    assert list(figure.data[1].y) == [one.aal_usd for one in CURVE.plans]
    assert list(figure.data[2].y) == [ANSWERS[-1].plan.aal_usd, ANSWERS[-1].plan.tvar95_usd]
    assert frontier_alt(CURVE).startswith("All that is worth spending, $15k, takes the expected")


def test_crowds_show_what_is_asked_for_and_the_room() -> None:
    (crowd,) = plan_words.overcrowded(ANSWERS[-1].herding.crowds)
    assert (crowd.asked, crowd.headroom, crowd.planned) == (20.0, 10.0, 10.0)
    figure = crowd_figure([crowd], palette=LIGHT)
    assert [list(one.x) for one in figure.data] == [[10.0], [10.0], [20.0]]
    assert crowd_alt([crowd]).startswith("Beta API if Alpha ends: $20 a month would come")


def test_a_choice_is_told_with_what_it_is_of_the_loss_and_its_range() -> None:
    plan = ANSWERS[-1].plan
    ash, cole = plan_table.rows_of(plan.changed, of=300_000.0)
    # 80,000 of 300,000
    assert ash["aal_removed_share"] == pytest.approx(0.2667, abs=1e-4)
    assert cole["startup"] == "Cole"
    assert "Loss removed a year" in {one.label for one in plan_table.PAGE}
