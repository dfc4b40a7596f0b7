"""Who rests on whom over several registers, worked out by hand, and what must not change it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.dora.market import EVERY_SERVICE, markets, single_points
from risk.dora.oversight import ALL, Indicator, Level, Oversight, Population, oversee
from risk.dora.stacked import CATEGORIES, Stacked
from risk.dora.step_one import BOTH, Important, StepOne, Verdict, step_one
from risk.dora.stopping import Said, stopped
from tests.dora.drawn_registers import several
from tests.dora.registers import (
    BANK,
    INSURER,
    NO,
    NOT_ASSESSED,
    SAAS,
    Small,
    Use,
    lei,
    stack_of,
)

ALPHA = Small(
    filer="alpha",
    entities=[("alpha", BANK, "100")],
    uses=[
        Use(entity="alpha", provider="north", substitutability="eba_ZZ:x959", exit_plan=NO),
        Use(entity="alpha", provider="west", critical=NO),
    ],
    expense={"alpha-north": "900", "alpha-west": "100"},
)
#: Nobody assessed whether what Beta runs on North is critical.
BETA = Small(
    filer="beta",
    entities=[("beta", BANK, "300")],
    uses=[Use(entity="beta", provider="north", critical=NOT_ASSESSED)],
)
#: Gamma reaches North through South.
GAMMA = Small(
    filer="gamma",
    entities=[("gamma", INSURER, "600")],
    uses=[Use(entity="gamma", provider="south", service=SAAS, alternatives="eba_BT:x29")],
    chain=[
        ("gamma-south", SAAS, "south", "1"),
        ("gamma-south", SAAS, "north", "2"),
    ],
)
THREE = (ALPHA, BETA, GAMMA)


def place(stack: Stacked, name: str) -> int:
    return [*stack.providers.code].index(lei(name))


def bounds(found: Oversight, name: str, indicator: Indicator, category: str = "") -> list[float]:
    """Least and most of entities, then of assets, of a provider in a category or in all."""
    at = CATEGORIES.index(category) if category else ALL
    (cell,) = np.flatnonzero((found.provider == place(found.stack, name)) & (found.category == at))
    entities, assets = found.entities(indicator), found.assets(indicator)
    return [
        *(entities.low[cell], entities.high[cell]),
        *(assets.low[cell], assets.high[cell]),
    ]


def test_three_entities_of_two_categories():
    found = oversee(stack_of(*THREE), level=Level.PERSON)
    # Banks: Alpha surely, Beta maybe, of two; 100 to 400 of 400.
    assert bounds(found, "north", Indicator.CRITICAL_DIRECT, BANK) == [1 / 2, 1, 100 / 400, 1]
    # The insurer reaches it through South alone.
    assert bounds(found, "north", Indicator.CRITICAL_CHAIN, INSURER) == [1, 1, 1, 1]
    # Together: Alpha and Gamma of three, 700 of 1,000; with Beta all.
    assert bounds(found, "north", Indicator.CRITICAL) == [2 / 3, 1, pytest.approx(0.7), 1]
    # West is used, for nothing critical.
    assert bounds(found, "west", Indicator.CRITICAL) == [0, 0, 0, 0]
    assert bounds(found, "west", Indicator.DIRECT) == [1 / 3, 1 / 3, 0.1, 0.1]


def test_assets_that_nobody_states_may_be_next_to_nothing_or_nearly_all():
    nobody_knows = replace(GAMMA, entities=[("gamma", INSURER, "")])
    found = oversee(stack_of(ALPHA, BETA, nobody_knows), level=Level.PERSON)
    # Gamma rests on North: with no assets Alpha's 100 of 400 are left, with any amount nearly all.
    assert bounds(found, "north", Indicator.CRITICAL)[2:] == [100 / 400, 1]
    # It does not rest on West: Alpha's 100 may be next to nothing beside its own.
    assert bounds(found, "west", Indicator.DIRECT)[2:] == [0, 100 / 400]


def test_a_population_is_what_shares_are_of():
    banks = CATEGORIES.index(BANK)
    whole = Population(entities={banks: 10}, assets={banks: 1000.0})
    found = oversee(stack_of(*THREE), level=Level.PERSON, population=whole)
    # One bank of ten surely; Beta and the eight that nobody read may be. 100 of 1,000; of the 600
    # outside all may be.
    assert bounds(found, "north", Indicator.CRITICAL, BANK) == [0.1, 1, 0.1, 1]


def answers(step: StepOne, stack: Stacked, name: str) -> dict[str, Verdict]:
    (at,) = np.flatnonzero(step.provider == place(stack, name))
    return {one: Verdict(int(found.verdict[at])) for one, found in step.answers.items()}


def test_step_1_says_what_is_met_what_is_not_and_what_cannot_be_known():
    stack = stack_of(*THREE)
    found = oversee(stack, level=Level.PERSON)
    important = Important(gsii=frozenset({lei("alpha")}), osii={}, systemic=frozenset())
    met, may, no = Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET
    # Half of the banks with a quarter of their assets are above a tenth each. Alpha is a G-SII. Its
    # service has no alternative: one of two banks.
    assert answers(step_one(found, important=important), stack, "north") == {
        **{BOTH: met, "1.1": met, "1.2": met, "2.1": met, "2.2": no, "4.1": met, "4.2": met}
    }
    # Without a list nobody knows who is systemic.
    assert answers(step_one(found), stack, "north")["2.1"] is may
    west = answers(step_one(found, important=important), stack, "west")
    assert set(west.values()) == {no}
    # South serves the insurer, who says nothing about substitutability.
    south = answers(step_one(found, important=important), stack, "south")
    assert (south[BOTH], south["2.1"], south["4.1"]) == (met, no, may)


def test_three_o_siis_are_needed_or_one_with_a_high_score():
    stack = stack_of(*THREE)
    found = oversee(stack, level=Level.PERSON)

    def systemic(**osii: float | None) -> Verdict:
        listed = {lei(name): score for name, score in osii.items()}
        asked = Important(gsii=frozenset(), osii=listed, systemic=frozenset())
        return answers(step_one(found, important=asked), stack, "north")["2.1"]

    assert systemic(alpha=800.0) is Verdict.NOT_MET
    assert systemic(alpha=3000.0) is Verdict.NOT_MET
    assert systemic(alpha=3001.0) is Verdict.MET
    # A score that nobody states may be high; and Beta may use it for something critical.
    assert systemic(alpha=None) is Verdict.UNKNOWN
    assert systemic(beta=5000.0) is Verdict.UNKNOWN
    assert systemic(gamma=5000.0) is Verdict.NOT_MET


def test_what_serves_only_its_own_group_is_exempt():
    inside = Small(
        filer="bank",
        scope="CON",
        entities=[("bank", BANK, "9"), ("it", "eba_CT:x317", "")],
        uses=[Use(entity="bank", provider="it")],
        parents={"it": "bank"},
    )
    stack = stack_of(inside)
    step = step_one(oversee(stack, level=Level.PERSON))
    assert step.exempt.tolist() == [True]
    # An IT company of the group is no financial entity: the bank alone counts.
    assert oversee(stack).totals.entities[ALL] == 1
    assert markets(stack) == ()


def test_concentration_by_entities_contracts_expense_and_assets():
    (whole,) = [
        one
        for one in markets(stack_of(*THREE), level=Level.PERSON)
        if (one.category, one.service) == (ALL, EVERY_SERVICE)
    ]
    # North has two users, West and South one each: shares 1/2, 1/4, 1/4.
    assert whole.weighed["entities"].hhi == pytest.approx(1 / 4 + 2 / 16)
    assert whole.weighed["entities"].effective_number == pytest.approx(8 / 3)
    # Expense is stated for 900 on North and 100 on West; two contracts say nothing.
    assert whole.weighed["expense"].hhi == pytest.approx(0.81 + 0.01)
    assert (whole.contracts, whole.no_expense) == (4, 2)
    # Assets of users: North 400, South 600, West 100 of 1,100 in all.
    assert whole.weighed["assets"].top_share == pytest.approx(600 / 1100)


def test_functions_of_one_provider_alone():
    stack = stack_of(*THREE)
    points = single_points(stack, level=Level.PERSON)
    counted = {
        name: (int(points.sure[at]), int(points.possible[at]))
        for name in ("north", "south", "west")
        for at in (place(stack, name),)
    }
    # South: critical, alone, and no alternative identified. North: nobody says whether there is
    # one (Alpha), or whether the function is critical (Beta).
    assert counted == {"north": (0, 2), "south": (1, 1), "west": (0, 0)}


def test_what_falls_away_with_one_provider():
    stack = stack_of(*THREE)
    end = stopped(oversee(stack, level=Level.PERSON), place(stack, "north"))
    assert [(one.lei, one.rank, one.through) for one in end.entities] == [
        (lei("gamma"), 2, ("south",)),
        (lei("beta"), 1, ()),
        (lei("alpha"), 1, ()),
    ]
    assert end.by_rank == {1: 2, 2: 1}
    assert (end.functions, end.critical, end.maybe_critical) == (3, 2, 1)
    # Of Alpha's and Gamma's critical functions: Gamma has no alternative to South, Alpha no plan.
    assert end.alternative == Said(yes=0, no=1, unknown=1)
    assert end.exit_plan == Said(yes=0, no=1, unknown=1)


# --- Which rows count -----------------------------------------------------------------------------


def users(found: Oversight, name: str, indicator: Indicator = Indicator.ANY) -> int:
    cell = found.cell_of_all[place(found.stack, name)]
    return int(found.reach[indicator].sure[cell]) if cell >= 0 else 0


def test_an_entity_in_two_registers_is_counted_once_by_its_own():
    group = Small(
        filer="holding",
        scope="CON",
        entities=[("alpha", INSURER, "7"), ("holding", BANK, "50")],
        uses=[
            Use(entity="alpha", provider="west"),
            Use(entity="alpha", provider="south"),
            Use(entity="holding", provider="north"),
        ],
    )
    stack = stack_of(ALPHA, group)
    found = oversee(stack, level=Level.PERSON)
    assert found.totals.entities[ALL] == 2
    # Alpha's own register speaks: a bank with 100, on North and West, not on South.
    assert users(found, "north") == 2
    assert users(found, "south") == 0
    assert found.totals.assets[CATEGORIES.index(BANK)] == 150
    assert stack.counts.said_twice == 2


def test_the_later_date_speaks_and_a_missing_fact_comes_from_the_other():
    later = replace(ALPHA, day="2026-12-31", entities=[("alpha", BANK, "")], uses=ALPHA.uses[1:])
    found = oversee(stack_of(ALPHA, later), level=Level.PERSON)
    assert (users(found, "north"), users(found, "west")) == (0, 1)
    assert found.totals.assets[ALL] == 100


def test_an_ended_use_and_a_use_of_another_currency():
    ended = replace(BETA, uses=[replace(BETA.uses[0], end="2025-12-30")])
    assert stack_of(ended).counts.ended == 1
    open_end = replace(BETA, uses=[replace(BETA.uses[0], end="2025-12-31")])
    assert stack_of(open_end).counts.ended == 0
    # Nobody publishes a rate of this currency: the assets are unknown, not 300.
    stack = stack_of(replace(BETA, currency="XDR"))
    assert np.isnan(stack.entities.assets[0])
    assert stack.counts.no_rate == 1


def test_codes_of_one_firm_are_one_person_and_groups_follow_the_most_filers():
    by_euid = replace(
        BETA,
        uses=[replace(BETA.uses[0], provider="north")],
        second={"north": "DEK1101R.HRB1"},
    )
    stack = stack_of(by_euid)
    assert stack.providers.codes == ((lei("north"), "DEK1101R.HRB1"),)
    # Two of three filers name Top as North's parent.
    named = [replace(one, parents={"north": "top"}) for one in (ALPHA, BETA)]
    stack = stack_of(*named, GAMMA)
    assert stack.providers.code[stack.providers.group[place(stack, "north")]] == lei("top")
    # Parents that name each other are one group.
    stack = stack_of(replace(BETA, parents={"north": "west", "west": "north"}))
    assert len(set(stack.providers.group[[place(stack, one) for one in ("north", "west")]])) == 1


def test_two_leis_are_not_made_one_firm_by_a_shared_code():
    shared = {"north": "DEK1101R.HRB1", "west": "DEK1101R.HRB1"}
    stack = stack_of(replace(ALPHA, second=shared))
    assert len(set(stack.uses.provider.tolist())) == 2
    assert stack.counts.several_leis == 3


# --- What must not change an answer ---------------------------------------------------------------


def everything(registers: list[Small], level: Level) -> dict[tuple[str, int, str], list[float]]:
    """Bounds of every cell and indicator, and step 1, by code."""
    found = oversee(stack_of(*registers), level=level)
    code = found.stack.providers.code
    told = {}
    for indicator in Indicator:
        entities, assets = found.entities(indicator), found.assets(indicator)
        for at, (who, category) in enumerate(zip(found.provider, found.category, strict=True)):
            told[str(code[who]), int(category), indicator.value] = [
                *(entities.low[at], entities.high[at], assets.low[at], assets.high[at]),
            ]
    step = step_one(found)
    for at, who in enumerate(step.provider):
        told[str(code[who]), -1, "step 1"] = [float(step.overall[at])]
    return told


@settings(max_examples=40, deadline=None)
@given(several(), st.randoms(use_true_random=False), st.sampled_from(list(Level)))
def test_order_and_repetition_change_nothing(found: list[Small], order, level: Level):
    shuffled = [*found, found[0]]
    order.shuffle(shuffled)
    assert everything(shuffled, level) == everything(found, level)


@settings(max_examples=40, deadline=None)
@given(several(), st.integers(min_value=0, max_value=3))
def test_assets_that_become_unknown_never_narrow_a_bound(found: list[Small], number: int):
    name = ("alpha", "beta", "gamma", "delta")[number]
    blank = [
        replace(
            one,
            entities=[
                (who, category, "" if who == name else assets)
                for who, category, assets in one.entities
            ],
        )
        for one in found
    ]
    before, after = everything(found, Level.PERSON), everything(blank, Level.PERSON)
    assert before.keys() == after.keys()
    for cell, bound in before.items():
        if cell[1] >= 0:
            low, high = bound[2:]
            assert after[cell][2] <= low + 1e-12
            assert after[cell][3] >= high - 1e-12


@settings(max_examples=40, deadline=None)
@given(several())
def test_a_provider_under_two_codes_of_one_parent_is_the_same_group(found: list[Small]):
    def of_group(registers: list[Small]) -> list[Small]:
        return [
            replace(
                one,
                parents={"north": "head", "twin": "head", "south": "south"},
                chain=[link for link in one.chain if link[2] != "top"],
                uses=[replace(use, provider=_not_top(use.provider)) for use in one.uses],
            )
            for one in registers
        ]

    plain = of_group(found)
    split = [
        replace(
            one,
            uses=[
                replace(use, provider="twin") if use.provider == "north" and at % 2 else use
                for at, use in enumerate(one.uses)
            ],
        )
        for one in plain
    ]
    # What is assessed of a contract is so by code: left out, so that the codes alone differ.
    bare = [
        [
            replace(
                one,
                uses=[
                    replace(use, substitutability="", contract=f"C{at}")
                    for at, use in enumerate(one.uses)
                ],
            )
            for one in registers
        ]
        for registers in (plain, split)
    ]
    assert everything(bare[0], Level.GROUP) == everything(bare[1], Level.GROUP)


def _not_top(provider: str) -> str:
    return "south" if provider == "top" else provider
