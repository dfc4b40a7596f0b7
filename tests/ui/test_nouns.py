"""Tables of nouns: one row of each is called and written alike wherever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from rich.table import Table

from db.services.oversight import answer_of
from risk.assumptions import DEFAULTS
from risk.hazard.neighbours import catalogue_chain
from risk.loss.valuation import valuation_of
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.providers import users_of
from risk.portfolio.results import Interval
from risk.portfolio.startups import assessed_of
from risk.scenarios.calls import hour_of
from tests.dora.registers import stack_of
from tests.dora.test_oversight import THREE
from tests.ui.sample import ASSESSMENT, TODAY
from tests.ui.small_pages import BOOK, CATALOG, HIT, OPTIONS, STRESS
from tests.ui.test_herd import HERD
from tests.ui.test_plan import planned_for
from tests.ui.test_replay import CRISIS, SETTING
from tests.ui.test_replay import frame as at_hour
from ui.render.json import document
from ui.render.page import file_of, frame
from ui.render.terminal import printed
from ui.tables import (
    call,
    concentration,
    deadline,
    herd,
    model,
    option,
    oversight,
    plan,
    provider,
    replay,
    scenario,
    startup,
    stressed,
)
from ui.tables.column import Column, Record, Unit

ENDS = Deadline(
    kind=DeadlineKind.RETIREMENT,
    day=date(2027, 1, 14),
    ends_on=date(2027, 1, 14),
    startup="Ash",
    use_case="Notes",
    dependency_key="ash",
    provider="OpenAI",
    model="GPT-4.1",
    developer="OpenAI",
    host=None,
    days_left=40,
    days_to_switch=42.4,
    switch_range=Interval(low=20.0, high=80.0),
    slack_days=-2.4,
    replacement=None,
    source="invented",
    begun=False,
    notice_days=92,
)
HOUR = hour_of(SETTING, at_hour(20))
OVERSEEN = answer_of(stack_of(*THREE))
USERS = users_of(valuation_of(BOOK, catalog=CATALOG, assumptions=DEFAULTS, today=TODAY))


@dataclass(frozen=True, kw_only=True)
class Noun:
    """One row of a noun, and the columns that each place shows of it."""

    row: Record
    page: Sequence[Column]
    terminal: Sequence[Column] = ()
    values: Sequence[Column] = ()
    file: Sequence[Column] = ()


NOUNS = {
    "provider under oversight": Noun(
        row=oversight.provider_rows(OVERSEEN, oversight.cells_in_order(OVERSEEN.oversight))[0],
        page=oversight.PAGE,
        terminal=oversight.TERMINAL,
        values=oversight.PROVIDER_FILE,
    ),
    "provider in step 1": Noun(
        row=oversight.step_rows(OVERSEEN)[0],
        page=oversight.STEP_PAGE,
        terminal=oversight.STEP_PAGE,
        values=oversight.STEP_FILE,
    ),
    "market of services": Noun(
        row=oversight.market_rows(OVERSEEN)[0],
        page=oversight.MARKETS_PAGE,
        values=oversight.MARKETS_FILE,
    ),
    "startup": Noun(
        row=startup.rows_of(assessed_of(ASSESSMENT), [0])[0],
        page=startup.PAGE,
        terminal=startup.TERMINAL,
        values=startup.VALUES,
    ),
    "option": Noun(
        row=option.rows_of(OPTIONS)[-1],
        page=option.PAGE,
        terminal=option.TERMINAL,
        values=option.JSON,
        file=option.FILE,
    ),
    "choice of a plan": Noun(
        row=plan.rows_of(planned_for(1e6).plan.changed, of=300_000.0)[0],
        page=plan.PAGE,
        terminal=plan.TERMINAL,
        values=plan.VALUES,
        file=plan.FILE,
    ),
    "deadline": Noun(
        row=deadline.rows_of([ENDS])[0],
        page=deadline.PAGE,
        terminal=deadline.TERMINAL,
        values=deadline.VALUES,
    ),
    "scenario": Noun(
        row=scenario.rows_of([STRESS.scenario])[0], page=scenario.LISTED, values=scenario.COLUMNS
    ),
    "company hit": Noun(
        row=stressed.rows_of(HIT)[0],
        page=stressed.PAGE,
        terminal=stressed.TERMINAL,
        values=stressed.VALUES,
    ),
    "displaced dependency": Noun(row=herd.rows_of(HERD, STRESS)[0], page=herd.PAGE, file=herd.FILE),
    "replay": Noun(
        row=replay.replay_rows([CRISIS])[0], page=replay.LISTED, values=replay.REPLAY_VALUES
    ),
    "company at an hour": Noun(
        row=call.rows_of(HOUR, HOUR.calls[:1])[0],
        page=call.PAGE,
        terminal=call.TERMINAL,
        values=call.VALUES,
        file=call.FILE,
    ),
    "single point": Noun(
        row=concentration.point_rows(ASSESSMENT.single_points)[0],
        page=concentration.POINT,
        values=concentration.POINT_VALUES,
    ),
    "pair": Noun(
        row=concentration.point_rows(ASSESSMENT.pairs)[0],
        page=concentration.PAIR,
        values=concentration.PAIR_VALUES,
    ),
    "provider": Noun(
        row=provider.rows_of(CATALOG, catalogue_chain(CATALOG, DEFAULTS), {})[0],
        page=provider.PAGE,
        file=provider.COLUMNS,
    ),
    "model": Noun(
        row=model.rows_of(CATALOG.models.values(), CATALOG, "Alpha", USERS)[0],
        page=model.COLUMNS,
        file=model.COLUMNS,
    ),
    "last day of a model": Noun(
        row=model.retirement_rows(CATALOG, "Alpha", USERS, today=TODAY)[0], page=model.RETIREMENT
    ),
    "spelling": Noun(row=model.alias_rows(CATALOG.aliases, "Alpha")[0], page=model.ALIAS),
}


def in_the_terminal(columns: Sequence[Column], row: Record) -> dict[str, str]:
    """A row as the terminal prints it, by heading."""
    shown = printed("", columns, [row])
    assert isinstance(shown, Table)
    return {str(one.header): next(iter(one.cells)).plain for one in shown.columns}  # type: ignore[union-attr]


@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
def test_page_and_terminal_call_and_write_a_row_alike(noun: Noun) -> None:
    shown = frame(noun.page, [noun.row])
    page = {str(label): shown[label].iloc[0] for label in shown.columns}
    # Two columns of one label would be one.
    assert len(page) == len(noun.page)
    terminal = in_the_terminal(noun.terminal or noun.page, noun.row)
    labels = {one.key: one.label for one in (*noun.page, *noun.values)}
    for one in noun.terminal:
        assert labels.get(one.key, one.label) == one.label
    both = set(page) & set(terminal)
    assert both
    assert {label: page[label] for label in both} == {label: terminal[label] for label in both}


@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
def test_documents_and_files_hold_every_value_once(noun: Noun) -> None:
    made = document(noun.values, noun.row)
    assert set(made) == {(one.path or (one.key,))[0] for one in noun.values}
    for columns in (noun.values, noun.file):
        assert list(file_of(columns, [noun.row])) == [one.key for one in columns]


def fits(value: Any, unit: Unit) -> bool:
    """Whether a value is of the sort that its unit says."""
    if unit.is_number:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if unit is Unit.DATE:
        return isinstance(value, date)
    if unit is Unit.LIST:
        return isinstance(value, list | tuple)
    return True


@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
def test_a_value_is_of_the_unit_of_its_column(noun: Noun) -> None:
    for one in (*noun.page, *noun.values, *noun.file):
        if one.cell is None and noun.row.get(one.key) is not None:
            assert fits(noun.row[one.key], one.unit), one.key
