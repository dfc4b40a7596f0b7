"""The page Plan on a portfolio of five: its words, its budget, its pins, its charts."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from risk.alternatives.planning.answer import (
    PlanAnswer,
    PlanCheck,
    PreparedPlan,
    plan_for,
    worth_spending,
)
from risk.alternatives.planning.plan import Plan
from risk.alternatives.planning.table import PlanLimits, PlanTable
from risk.alternatives.planning.wishes import Decided, Wishes
from risk.assumptions import DEFAULTS
from risk.inventory.records import Startup
from tests.alternatives.planning.tables import dependency, option, table
from tests.ui import sample
from tests.ui.conftest import Open
from tests.ui.test_copied_links import HOSTILE
from ui import cached, links
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


def prepared(made: PlanTable, *, whole: bool = True) -> PreparedPlan:
    """A table ready to plan; of ``whole`` ones the full model could value the startups again."""
    return PreparedPlan(
        startups=(Startup(name="Ash", use_cases=()),) if whole else (),
        setting=SimpleNamespace(assumptions=DEFAULTS),  # type: ignore[arg-type] # no more is read
        today=(0.0, 0.0),
        table=made,
    )


def planned_for(budget: float) -> PlanAnswer:
    return plan_for(prepared(TABLE), PlanLimits(budget_usd=budget))


FULL = planned_for(15_000.0)
CURVE = FULL.frontier
CHECK = PlanCheck(
    aal_before_usd=200_000.0,
    aal_after_usd=121_000.0,
    tvar95_before_usd=200_000.0,
    tvar95_after_usd=130_000.0,
    aal_gap_usd=1_000.0,
    tvar95_gap_usd=10_000.0,
)


#: Wishes and limits that a page asked a plan for.
Asked = list[tuple[PlanLimits, Wishes]]


@pytest.fixture
def asked(answers: None, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return use(monkeypatch, prepared(TABLE))


def use(monkeypatch: pytest.MonkeyPatch, ground: PreparedPlan) -> Asked:
    """Let the page plan a table in place of a stored portfolio's; what it asks is noted."""
    found: Asked = []

    def plan(name: str, limits: PlanLimits, wishes: Wishes) -> Plan:
        found.append((limits, wishes))
        return ground.under(wishes).plan(limits)

    monkeypatch.setattr(cached, "prepared_plan", lambda *asked: ground)
    monkeypatch.setattr(
        cached,
        "worth_spending",
        lambda name, share, wishes: worth_spending(
            ground.under(wishes), PlanLimits(max_share=share)
        ),
    )
    monkeypatch.setattr(cached, "plan", plan)
    monkeypatch.setattr(
        cached,
        "plans_by_budget",
        lambda name, share, wishes: (
            plan_for(ground.under(wishes), PlanLimits(max_share=share)).frontier
        ),
    )
    monkeypatch.setattr(
        cached,
        "price_of_herding",
        lambda name, plan, wishes: plan_for(ground.under(wishes), plan.limits).herding,
    )
    monkeypatch.setattr(cached, "plan_check", lambda *asked: CHECK)
    return found


def texts(app: AppTest) -> str:
    return "\n".join([*(one.value for one in app.markdown), *(one.value for one in app.caption)])


def test_the_plan_of_a_budget_is_said_in_money(asked: Asked, open_page: Open) -> None:
    app = open_page("plan.py", usd="15000")
    assert not app.exception
    # Of the two that want to go there one fits: Ash, who saves more. 80,000 + 50,000 of 300,000.
    assert r"For \$15k, 2 changes remove \$130k a year" in app.title[0].value
    assert {one.label: one.value for one in app.metric} == {
        "Cost in the first year": "$15k",
        "Loss removed a year": "$130k",
        "Loss that stays": "$170k",
    }
    assert not app.get("plotly_chart")
    assert any("startup=Ash" in one.proto.body for one in app.get("html"))


def test_each_section_of_a_plan_shows_its_part(asked: Asked, open_page: Open) -> None:
    money = texts(open_page("plan.py", usd="15000", section="money"))
    assert "Nothing more pays" in money
    alone = texts(open_page("plan.py", usd="15000", section="alone"))
    assert "is the extra cost if everyone picks alone" in alone
    # 200,000 → 130,000; the sums are 1,000 and 10,000 of 200,000 off.
    check = texts(open_page("plan.py", usd="15000", section="check"))
    assert "5 % of years by −35 %" in check
    assert "differ from it by 0.5 % and 5 %" in check


def test_a_budget_is_typed_as_people_write_it(asked: Asked, open_page: Open) -> None:
    app = open_page("plan.py")
    app.text_input(key="in_address_usd").set_value("$15k").run()
    assert app.query_params["usd"] == "15000"
    assert asked[-1][0].budget_usd == 15_000.0
    app.text_input(key="in_address_usd").set_value("a lot").run()
    assert not app.exception
    # What cannot be read changes nothing, and is said.
    assert asked[-1][0].budget_usd == 15_000.0
    assert "“a lot” is no amount" in texts(app)


def test_where_amounts_are_placeholders_shares_come_first(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    unstated = sample.answered(profit_known=np.array([False, False, True]))
    monkeypatch.setattr(cached, "assessment", lambda name: unstated)
    app = open_page("plan.py", usd="15000")
    assert not app.exception
    assert "2 changes remove 43 % of the expected loss" in app.title[0].value
    assert {one.label: one.value for one in app.metric}["Loss removed a year"] == "43 %"
    assert "The amounts are placeholders" in "".join(one.value for one in app.warning)


def test_half_of_what_is_worth_spending_is_the_default_and_the_next_step_is_told(
    asked: Asked, open_page: Open
) -> None:
    app = open_page("plan.py")
    assert not app.exception
    # 15,000 is worth spending; half of it, to two digits.
    assert asked[-1][0].budget_usd == 7_500.0
    assert app.text_input(key="in_address_usd").value == "7,500"
    assert r"For \$5.0k, 1 change removes \$80k" in app.title[0].value
    assert r"the next \$10k would remove \$50k" in app.title[0].value
    shown = texts(open_page("plan.py", section="money"))
    assert r"The last \$5.0k in the plan remove \$80k a year of expected loss" in shown
    assert r"The next \$10k would remove \$50k a year of expected loss" in shown
    assert "Cole (assistant), own" in shown


@pytest.mark.parametrize(
    ("link", "budget"), [("0", 0.0), ("50", 7_500.0), ("100", 15_000.0), ("half", 7_500.0)]
)
def test_links_of_before_have_the_budget_as_a_share_of_all(
    asked: Asked, open_page: Open, link: str, budget: float
) -> None:
    app = open_page("plan.py", budget=link)
    assert not app.exception
    assert asked[-1][0].budget_usd == budget
    assert ("half" in "".join(one.value for one in app.warning)) == (link == "half")


def test_what_is_asked_for_in_the_address_is_planned(asked: Asked, open_page: Open) -> None:
    pin = "Cole / assistant / Alpha API / own"
    app = open_page("plan.py", usd="12345678", share="60", exclude="OpenAI~Anthropic", pin=pin)
    assert not app.exception
    limits = PlanLimits(budget_usd=12_345_678.0, max_share=0.6)
    # Everybody stands on Alpha: no plan.
    assert asked == []
    assert "There is no such plan" in texts(app)
    app = open_page("plan.py", usd="12345678", exclude="OpenAI~Anthropic", pin=pin)
    wishes = Wishes(pins=(pin,), excluded=("Anthropic", "OpenAI"))
    assert asked == [(replace(limits, max_share=None), wishes)]


def test_a_limit_on_one_developer_may_be_an_amount_of_margin(
    answers: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 500 a year of margin, all on Alpha; Cole's 100 can move to Beta for 1,000.
    cole = dependency("Cole", option("there", -10.0, cost=1_000.0, developer="Beta"), aal=100.0)
    others = [dependency(name, aal=100.0) for name in ("Ash", "Birch", "Dee", "Eve")]
    asked = use(monkeypatch, prepared(table(*others, cole)))
    app = open_page("plan.py", usd="2000", share="usd", margin="400")
    assert not app.exception
    assert asked[-1][0].max_share == pytest.approx(0.8)
    assert "1 change removes" in app.title[0].value
    # To begin with it is half of all, which nobody can keep to here.
    assert "There is no such plan" in texts(open_page("plan.py", usd="2000", share="usd"))


def test_a_pin_is_chosen_kept_in_the_link_and_removed(asked: Asked, open_page: Open) -> None:
    app = open_page("plan.py", usd="15000")
    app.selectbox(key="pin_startup").set_value("Birch $ [x]").run()
    app.selectbox(key="pin_option_Birch $ [x]_assistant / Alpha API").set_value("there").run()
    app.button(key="pin_add").click().run()
    assert not app.exception
    pin = "Birch $ [x] / assistant / Alpha API / there"
    assert app.query_params["pin"] == pin
    assert asked[-1][1].pins == (pin,)
    # Room for one: Birch is there now, so that Ash cannot be. 70,000 + 50,000 of 300,000.
    assert r"remove \$120k a year" in app.title[0].value
    app.button(key="unpin_0").click().run()
    assert "pin" not in app.query_params
    assert asked[-1][1] == Wishes()


@pytest.mark.parametrize("value", HOSTILE)
def test_a_forged_link_is_answered_in_words(asked: Asked, open_page: Open, value: str) -> None:
    every = dict.fromkeys(("usd", "budget", "share", "margin", "exclude", "pin"), value)
    assert not open_page("plan.py", **every).exception


def test_names_with_the_mark_between_pins_come_back_from_a_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address: dict[str, str] = {}
    monkeypatch.setattr(links.st, "query_params", address)
    pins = ["A~B / stay", "100%25 / stay", "%7E / stay"]
    links.write_list("pin", [*pins, pins[0]])
    assert links.read_list("pin") == pins
    links.write_list("pin", [])
    assert address == {}


def test_decisions_that_stand_become_pins_with_one_click(
    asked: Asked, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = (
        Decided(startup="Birch $ [x]", use_case=None, key="Birch $ [x]", option="There"),
        Decided(startup="Cole", use_case="assistant", key=None, option="Pray"),
    )
    asked_before = cached.asked

    def answers(service: Callable[..., object], *what: object) -> object:
        return decided if service.__name__ == "decisions_to_keep" else asked_before(service, *what)

    monkeypatch.setattr(cached, "asked", answers)
    app = open_page("plan.py", usd="15000")
    app.button(key="keep_decisions").click().run()
    assert not app.exception
    assert asked[-1][1].pins == ("Birch $ [x] / assistant / Alpha API / there",)
    said = "".join(one.value for one in app.info)
    assert "1 decision kept." in said
    assert "Cole / assistant / Pray" in said


def test_of_fewer_than_five_neither_frontier_nor_herding_is_told(
    answers: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = table(*(dependency(name, option("own", -50_000.0), aal=100_000.0) for name in "ABCD"))
    use(monkeypatch, prepared(few))
    app = open_page("plan.py")
    assert not app.exception
    assert "Loss removed a year" in {one.label for one in app.metric}
    (sections,) = (one for one in app.get("button_group") if one.key == "in_address_section")
    assert sections.options == ["Who does what", "Worst years and check"]


def test_a_plan_by_prices_has_the_same_controls_and_figures_and_says_whom_it_looked_at(
    answers: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plan, "is_by_prices", True)
    use(monkeypatch, prepared(TABLE, whole=False))
    app = open_page("plan.py", usd="15000")
    assert not app.exception
    assert r"For \$15k, 2 changes remove" in app.title[0].value
    # What is not better by a tenth of a per cent is said to be so, and so is who was looked at.
    assert "No plan is better by more than 0.1 %. The 5 companies with" in texts(app)
    (sections,) = (one for one in app.get("button_group") if one.key == "in_address_section")
    assert "Worst years and check" not in sections.options


def test_words_for_every_kind_of_crowd() -> None:
    price = FULL.herding
    assert price.price_usd > 0
    assert "is the extra cost if everyone picks alone" in plan_words.herding_words(price)
    assert "costs nothing extra" in plan_words.herding_words(replace(price, turned_away=0))
    assert "nobody is in the way" in plan_words.herding_words(replace(price, wanted=0))
    dearer = replace(price, planned_usd=price.alone_usd + 1_000)
    assert "$1.0k a year more" in plan_words.herding_words(dearer)


def test_the_frontier_marks_the_plan_and_says_what_money_buys() -> None:
    figure = frontier_figure(CURVE, FULL.plan, palette=LIGHT)
    assert list(figure.data[1].y) == [one.aal_usd for one in CURVE.plans]
    assert list(figure.data[2].y) == [FULL.plan.aal_usd, FULL.plan.tvar95_usd]
    assert frontier_alt(CURVE).startswith("All that is worth spending, $15k, takes the expected")


def test_crowds_show_what_is_asked_for_and_the_room() -> None:
    (crowd,) = plan_words.overcrowded(FULL.herding.crowds)
    assert (crowd.asked, crowd.headroom, crowd.planned) == (20.0, 10.0, 10.0)
    figure = crowd_figure([crowd], palette=LIGHT)
    assert [list(one.x) for one in figure.data] == [[10.0], [10.0], [20.0]]
    assert crowd_alt([crowd]).startswith("Beta API if Alpha ends: $20 a month would come")


def test_a_choice_is_told_with_what_it_is_of_the_loss_and_its_range() -> None:
    plan = FULL.plan
    ash, cole = plan_table.rows_of(plan.changed, of=300_000.0)
    # 80,000 of 300,000
    assert ash["aal_removed_share"] == pytest.approx(0.2667, abs=1e-4)
    assert cole["startup"] == "Cole"
    assert "Loss removed a year" in {one.label for one in plan_table.PAGE}
