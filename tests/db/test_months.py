"""A file of every month: what it no longer names has ended, what it respells is the same."""

import secrets
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.import_results import Status
from db.services.imports import preview_import, publish_import, undo_batch
from db.services.portfolios import list_portfolios, load_portfolio, state_hash
from tests.db.inventories import ACME, Row, fund_hash, inventory, publish, startup

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 15)
SEARCH: Row = ACME | {"use_case": "search", "provider": "Cohere", "model": ""}
ZETA: Row = ACME | {"startup": "Zeta"}


def names(store: Store) -> list[tuple[str, str, str]]:
    return [
        (one.name, case.name, dependency.provider_text)
        for one in load_portfolio(store, LOCAL_OWNER, "Fund").startups
        for case in one.use_cases
        for dependency in case.dependencies
    ]


def unsaid(store: Store, *rows: Row, **more: Any):
    """Preview a file about which nobody says what it is complete for."""
    return preview_import(
        store, LOCAL_OWNER, data=inventory(*rows), file_name="a.csv", portfolio="Fund", **more
    )


def test_what_a_complete_file_does_not_name_has_ended_until_that_is_undone(store: Store):
    publish(store, ACME, SEARCH, ZETA)
    before = fund_hash(store)
    second = publish(store, ACME, complete_for="portfolio", day=NOVEMBER)
    assert second.changes.ended == 2
    ended = [one for one in second.changes.rows if one.status is Status.ENDED]
    assert [(one.startup, one.use_case, one.provider) for one in ended] == [
        ("Acme", "search", "Cohere"),
        ("Zeta", "chat", "OpenAI"),
    ]
    assert names(store) == [("Acme", "chat", "OpenAI")]
    assert list_portfolios(store, LOCAL_OWNER)[0].startups == 1
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert fund_hash(store) == before
    assert len(names(store)) == 3


def test_what_comes_back_counts_again(store: Store):
    publish(store, ACME, SEARCH)
    publish(store, ACME, complete_for="portfolio")
    third = publish(store, ACME, SEARCH | {"spend_usd": "5"}, complete_for="portfolio")
    assert third.changes.new == 1
    assert len(names(store)) == 2
    undo_batch(store, LOCAL_OWNER, third.batch)
    assert names(store) == [("Acme", "chat", "OpenAI")]


def test_a_file_can_be_complete_for_each_startup_that_it_names(store: Store):
    publish(store, ACME, SEARCH, ZETA)
    second = publish(store, ACME, complete_for="startup")
    assert (second.changes.ended, second.changes.missing) == (1, 1)
    assert [one[0] for one in names(store)] == ["Acme", "Zeta"]


def test_a_file_can_be_complete_for_what_earlier_ones_of_its_kind_said(store: Store):
    publish(store, ACME, SEARCH)
    publish(store, {"startup": "Zeta", "provider": "Mistral", "notes": "another list"})
    second = publish(store, ACME, complete_for="source")
    assert second.changes.ended == 1
    assert [one[0] for one in names(store)] == ["Acme", "Zeta"]


def test_what_a_file_is_complete_for_is_asked_once_and_remembered(store: Store):
    publish(store, ACME, SEARCH, ZETA, complete_for=None)
    seen = unsaid(store, ACME, ZETA)
    (asked,) = seen.intake.confirm
    assert (asked.code, asked.choices[0]) == ("complete_for", "source")
    assert "1 record that this one leaves out" in asked.question
    assert seen.changes.ended == 1  # the preview shows what is suggested
    publish(store, ACME, ZETA, complete_for="source")
    third = unsaid(store, ACME)
    assert (third.intake.confirm, third.changes.ended) == ((), 1)


def test_a_file_that_leaves_nothing_out_is_not_asked_about(store: Store):
    publish(store, ACME)
    assert unsaid(store, ACME, SEARCH).intake.confirm == ()


def test_a_fact_that_a_complete_file_leaves_blank_is_unknown_again(store: Store):
    spends = ACME | {"spend_usd": "100", "cash_usd": "5", "criticality": "3"}
    first = publish(store, spends, complete_for=None)
    seen = unsaid(store, spends | {"spend_usd": "", "cash_usd": "", "criticality": ""})
    assert "3 facts that this one leaves out" in seen.intake.confirm[0].question
    blank = {"spend_usd": "", "cash_usd": "", "criticality": ""}
    second = publish(store, spends | blank, complete_for="source")
    acme = startup(store)
    (case,) = acme.use_cases
    assert (acme.cash_usd, case.criticality) == (None, None)
    assert case.dependencies[0].spend_usd_per_month is None
    assert acme.sources == {}
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert startup(store).cash_usd == 5
    assert first.batch != second.batch


def test_a_fact_from_elsewhere_stays_however_blank_the_month_leaves_it(store: Store):
    publish(store, ACME | {"cash_usd": ""})
    publish(
        store,
        {
            "startup": "Acme",
            "use_case": "chat",
            "provider": "OpenAI",
            "model": "gpt-4o",
            "cash_usd": "7",
            "source": "the board",
        },
    )
    publish(store, ACME | {"cash_usd": ""}, complete_for="portfolio")
    assert startup(store).cash_usd == 7


def test_the_same_provider_under_another_spelling_is_the_same_dependency(store: Store):
    first = {"startup": "Acme", "use_case": "chat", "provider": "Anthropic", "spend_usd": "100"}
    publish(store, first)
    (before,) = startup(store).use_cases[0].dependencies
    second = publish(store, first | {"provider": "Anthropic Ireland Ltd"}, complete_for="portfolio")
    (after,) = startup(store).use_cases[0].dependencies
    assert (second.changes.changed, second.changes.merged, second.changes.ended) == (1, 1, 0)
    assert after.provider_text == "Anthropic Ireland Ltd"
    assert (before.developer, before.spend_usd_per_month) == (after.developer, 100)
    third = publish(store, first | {"spend_usd": "120"}, complete_for="portfolio")
    assert (third.changes.new, third.changes.changed) == (0, 1)
    undo_batch(store, LOCAL_OWNER, third.batch)
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert startup(store).use_cases[0].dependencies == (before,)


def test_two_spellings_in_one_file_are_two_dependencies(store: Store):
    one = {"startup": "Acme", "use_case": "chat", "provider": "Anthropic"}
    publish(store, one, one | {"provider": "Anthropic Ireland Ltd"})
    assert len(names(store)) == 2
    assert publish(store, one, one | {"provider": "Anthropic, PBC"}).changes.merged == 1


def test_what_stands_in_a_line_that_could_not_be_read_does_not_end(store: Store):
    publish(store, ACME | {"spend_usd": "1"}, ZETA | {"spend_usd": "1"}, SEARCH | {"spend_usd": ""})
    second = publish(
        store,
        ACME | {"spend_usd": "2"},
        *(ZETA | {"spend_usd": spend} for spend in "56"),
        complete_for="portfolio",
    )
    assert (second.intake.rejected, second.changes.ended) == (2, 1)
    assert [one[0] for one in names(store)] == ["Acme", "Zeta"]


def test_records_that_were_corrected_come_alone_and_end_nothing(store: Store):
    publish(store, ACME | {"spend_usd": "1"}, ZETA | {"spend_usd": "1"})
    twice = [ACME | {"spend_usd": spend} for spend in ("41", "42")]
    first = publish(store, *twice, ZETA | {"spend_usd": "1"}, complete_for="source")
    corrected = first.intake.reject_file.replace(b",41", b",42")
    seen = preview_import(
        store, LOCAL_OWNER, data=corrected, file_name="corrected.csv", portfolio="Fund"
    )
    assert (seen.intake.accepted, seen.changes.ended, seen.intake.confirm) == (1, 0, ())


def test_the_same_file_means_something_again_after_another_month(store: Store):
    october, november = (ACME, SEARCH), (ACME,)
    publish(store, *october, complete_for="portfolio")
    before = fund_hash(store)
    publish(store, *november, complete_for="portfolio")
    again = publish(store, *october, complete_for="portfolio")
    assert (again.already, again.changes.new) == (False, 1)
    assert fund_hash(store) == before


def test_a_file_cannot_be_of_a_day_to_come(store: Store):
    with pytest.raises(Refused, match="that day is still to come"):
        publish(store, ACME, day=date(2999, 1, 1))


CELLS = st.fixed_dictionaries(
    {
        "startup": st.sampled_from(["Acme", "Zeta", "Beta"]),
        "use_case": st.sampled_from(["chat", "search"]),
        "provider": st.sampled_from(["OpenAI", "Anthropic", "Slack", "Azure OpenAI"]),
        "model": st.sampled_from(["", "gpt-4o"]),
        "spend_usd": st.sampled_from(["", "1", "2"]),
        "sector": st.sampled_from(["", "health"]),
        "as_of": st.sampled_from(["", "2026-01-31"]),
    }
)
MONTHS = st.lists(
    st.lists(
        CELLS,
        min_size=1,
        max_size=5,
        unique_by=lambda row: (row["startup"], row["use_case"], row["provider"], row["model"]),
    ),
    min_size=1,
    max_size=4,
)


def agreeing(rows: list[Row]) -> list[Row]:
    """The rows with one sector a startup: what disagrees is left as it was, and told."""
    sector: dict[str, str] = {}
    return [row | {"sector": sector.setdefault(row["startup"], row["sector"])} for row in rows]


@given(MONTHS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_register_is_what_the_last_complete_file_says(store: Store, months: list[list[Row]]):
    kept, fresh = (f"Fund {secrets.token_hex(8)}" for _ in range(2))
    hashes = [state_hash(store, LOCAL_OWNER, kept)]
    batches = []
    for month in months:
        published = publish(store, *agreeing(month), portfolio=kept, complete_for="portfolio")
        if not published.already:
            batches.append(published.batch)
            hashes.append(state_hash(store, LOCAL_OWNER, kept))
    publish(store, *agreeing(months[-1]), portfolio=fresh)
    assert said(store, kept) == said(store, fresh)
    for batch in reversed(batches):
        assert state_hash(store, LOCAL_OWNER, kept) == hashes.pop()
        undo_batch(store, LOCAL_OWNER, batch)
    assert state_hash(store, LOCAL_OWNER, kept) == hashes.pop()


def said(store: Store, portfolio: str) -> Any:
    """Everything that a portfolio holds, in the order of names, without spelling and sources."""
    return sorted(
        (
            (one.name, one.sector, one.as_of),
            sorted(
                (
                    case.name,
                    sorted(
                        (
                            each.provider_text,
                            each.model or "",
                            each.key,
                            each.developer or "",
                            each.host or "",
                            each.product or "",
                            each.spend_usd_per_month or -1.0,
                            str(each.as_of),
                        )
                        for each in case.dependencies
                    ),
                )
                for case in one.use_cases
            ),
        )
        for one in load_portfolio(store, LOCAL_OWNER, portfolio).startups
    )


def test_what_a_month_confirms_was_recorded_on_its_day(store: Store):
    publish(store, ACME, SEARCH, day=OCTOBER)
    publish(store, ACME | {"spend_usd": "1"}, SEARCH, day=NOVEMBER)
    days = [case.dependencies[0].recorded_on for case in startup(store).use_cases]
    assert days == [NOVEMBER, NOVEMBER]


def test_what_undone_months_confirmed_counts_for_nothing(store: Store):
    publish(store, ACME, SEARCH, day=OCTOBER)
    second = publish(store, ACME | {"spend_usd": "1"}, SEARCH, day=NOVEMBER)
    undo_batch(store, LOCAL_OWNER, second.batch)
    days = [case.dependencies[0].recorded_on for case in startup(store).use_cases]
    assert days == [OCTOBER, OCTOBER]


def test_a_fact_is_not_taken_away_unasked_by_a_file_that_names_nothing_else_known(store: Store):
    publish(store, ACME | {"cash_usd": "5"}, complete_for=None)
    seen = unsaid(store, SEARCH | {"cash_usd": "", "provider": "OpenAI"})
    assert "1 record and 1 fact" in seen.intake.confirm[0].question
    publish(store, SEARCH | {"cash_usd": ""}, complete_for="nothing")
    assert startup(store).cash_usd == 5


def test_the_month_after_a_correction_is_complete_for_what_was_said_before(store: Store):
    both = [ACME | {"spend_usd": "1"}, ZETA | {"spend_usd": "1"}]
    publish(store, *both, complete_for="source")
    twice = [ACME | {"spend_usd": spend} for spend in ("41", "42")]
    spoiled = publish(store, *twice, ZETA | {"spend_usd": "1"}, complete_for=None)
    corrected = spoiled.intake.reject_file.replace(b",41", b",42")
    named = {"file_name": "corrected.csv", "portfolio": "Fund"}
    publish_import(store, LOCAL_OWNER, data=corrected, **named)
    assert [one[0] for one in names(store)] == ["Acme", "Zeta"]
    third = publish(store, ACME | {"spend_usd": "2"}, complete_for=None)
    assert third.changes.ended == 1


def test_lines_about_nobody_known_keep_everything_and_that_is_said(store: Store):
    publish(store, ACME, ZETA)
    nobody = ACME | {"startup": ""}
    second = publish(store, ACME | {"spend_usd": "1"}, nobody, complete_for="portfolio")
    assert (second.changes.ended, second.intake.warnings) == (0, ("ends_nothing",))
    assert "nothing ends" in second.intake.problems[-1].message
    assert len(names(store)) == 2
