"""Logs and bills in the store: months, days told anew, undoing, and what an inventory states."""

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db.engine import Store
from db.importing.usage import known_of
from db.records import Base, ObservationRecord, PortfolioRecord, UsageFileRecord, table_of
from db.services.access import LOCAL_OWNER
from db.services.endings import rename
from db.services.imports import (
    ImportNeedsAnswers,
    ImportPreview,
    ImportRefused,
    PublishedBatch,
    preview_import,
    publish_import,
    undo_batch,
)
from db.services.portfolios import load_portfolio, save_portfolio
from risk.inventory.intake_results import Outcome
from risk.inventory.records import Dependency, Portfolio
from tests.db.inventories import fund_hash, publish, startup
from tests.inventory.usage.samples import SAMPLES, sample
from tests.terminal.running import answer

Row = dict[str, Any]
LOG = (
    "request_id call_type spend startTime custom_llm_provider model team_id prompt_tokens"
    " completion_tokens metadata"
).split()
BILL = "usage_date_utc model workspace token_type cost_usd".split()


def table(rows: Sequence[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def log(day: str, spend: str, **more: Any) -> Row:
    """A call of Claude at Anthropic for the use case “chat”, unless ``more`` says otherwise."""
    row = {
        "request_id": f"{day} {spend} {sorted(more.items())}",
        "call_type": "acompletion",
        "spend": spend,
        "startTime": f"{day} 10:00:00",
        "custom_llm_provider": "anthropic",
        "model": "claude-sonnet-4-6",
        "team_id": "chat",
        "prompt_tokens": 10,
        "completion_tokens": 1,
        "metadata": "{}",
    }
    return row | more


def bill(day: str, cost: str, **more: Any) -> Row:
    row = {
        "usage_date_utc": day,
        "model": "Claude Sonnet 4.6",
        "workspace": "chat",
        "token_type": "input",
        "cost_usd": cost,
    }
    return row | more


def month(name: str, first: str, last: str, **more: Any) -> list[Row]:
    """A month with use on its first and its last day."""
    start = date.fromisoformat(f"{name}-01")
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return [log(start.isoformat(), first, **more), log(end.isoformat(), last, **more)]


def asked(given: dict[str, str] | None, startup: str) -> dict[str, str]:
    return {"usage_startup": startup, "all": "suggested"} | (given or {})


def put(
    store: Store, data: bytes | Sequence[Row], startup: str = "Acme", **given: str
) -> PublishedBatch:
    return publish_import(
        store,
        LOCAL_OWNER,
        data=data if isinstance(data, bytes) else table(data),
        file_name="usage.csv",
        portfolio="Fund",
        assume=asked(given, startup),
    )


def look(store: Store, data: bytes | Sequence[Row], **given: str) -> ImportPreview:
    """A preview with nothing answered but what is given, and whose usage it is."""
    return preview_import(
        store,
        LOCAL_OWNER,
        data=data if isinstance(data, bytes) else table(data),
        file_name="usage.csv",
        portfolio="Fund",
        assume={"usage_startup": "Acme"} | given,
    )


def questions(preview: ImportPreview) -> list[str]:
    return [one.code for one in preview.intake.confirm]


def dependencies(store: Store, name: str = "Acme") -> dict[tuple[str, str], Dependency]:
    """Use case and provider → the dependency."""
    return {
        (case.name, one.provider_text): one
        for case in startup(store, name).use_cases
        for one in case.dependencies
    }


def spends(store: Store, name: str = "Acme") -> dict[tuple[str, str], float | None]:
    return {place: one.spend_usd_per_month for place, one in dependencies(store, name).items()}


def observed(store: Store, name: str = "Acme") -> list[Any]:
    """What is known of a startup's days, in order."""
    with store.read() as session:
        number = session.scalar(select(PortfolioRecord.id).where(PortfolioRecord.name == "Fund"))
        return sorted(
            (str(one.first_day), one.use_case, str(one.spend_usd))
            for seen in known_of(session, number, name)
            for one in seen.observations
        )


CLAUDE = ("chat", "Anthropic")


# Months


def test_spend_is_the_mean_of_the_last_three_complete_months(store: Store):
    rows = [
        *month("2026-07", "1000", "1"),
        *month("2026-08", "10", "20"),
        *month("2026-09", "30", "30"),
        *month("2026-10", "50", "100"),
        log("2026-11-03", "7000"),
    ]
    put(store, rows)
    # July is the fourth from the end and November is not over: (30 + 60 + 150) / 3.
    assert spends(store) == {CLAUDE: 80}
    assert dependencies(store)[CLAUDE].source.endswith("Aug 2026 to Oct 2026")


def test_a_month_of_which_the_beginning_is_missing_does_not_count(store: Store):
    put(store, [log("2026-09-02", "500"), log("2026-09-30", "1"), *month("2026-10", "3", "4")])
    assert spends(store) == {CLAUDE: 7}


def test_without_a_complete_month_spend_is_asked_and_nothing_is_scaled_up(store: Store):
    part = [log("2026-10-01", "10"), log("2026-10-15", "5")]
    assert questions(look(store, part)) == ["partial_month"]
    put(store, part)
    assert spends(store) == {CLAUDE: None}
    put(store, part, partial_month="as it stands")
    assert spends(store) == {CLAUDE: 15}


def test_days_of_one_month_from_several_files_make_it_complete(store: Store):
    put(store, [log("2026-10-01", "10"), log("2026-10-15", "5")])
    assert spends(store) == {CLAUDE: None}
    put(store, [log("2026-10-16", "1"), log("2026-10-31", "2")])
    assert spends(store) == {CLAUDE: 18}


def test_days_between_two_files_that_nobody_saw_leave_the_month_incomplete(store: Store):
    put(store, [log("2026-10-01", "10"), log("2026-10-15", "5")])
    preview = look(store, [log("2026-10-20", "1"), log("2026-10-31", "2")])
    assert questions(preview) == ["partial_month"]


def test_a_model_that_was_not_used_in_one_of_three_months_counts_with_nothing_there(store: Store):
    gpt = {"custom_llm_provider": "openai", "model": "gpt-5.4"}
    put(
        store,
        [
            *month("2026-08", "10", "20"),
            *month("2026-09", "30", "30"),
            *month("2026-10", "50", "100"),
            log("2026-09-10", "90", **gpt),
        ],
    )
    # (30 + 60 + 150) / 3, and 90 / 3.
    assert spends(store) == {CLAUDE: 80, ("chat", "OpenAI"): 30}
    shares = {place: one.share for place, one in dependencies(store).items()}
    assert shares == {CLAUDE: pytest.approx(240 / 330), ("chat", "OpenAI"): pytest.approx(90 / 330)}


# Files of the same days


def test_a_repeated_file_changes_nothing(store: Store):
    october = month("2026-10", "10", "20")
    first = put(store, october)
    before, seen = fund_hash(store), observed(store)
    again = put(store, october)
    assert (again.already, again.batch) == (True, first.batch)
    assert (fund_hash(store), observed(store)) == (before, seen)
    assert look(store, october, all="suggested").already_batch == first.batch


def test_a_revised_file_replaces_its_days(store: Store):
    put(store, [*month("2026-09", "5", "5"), *month("2026-10", "10", "20")])
    put(store, month("2026-10", "10", "26"))
    # (10 + 36) / 2; the days of September stay as they were.
    assert spends(store) == {CLAUDE: 23}
    assert observed(store) == [
        ("2026-09-01", "chat", "5"),
        ("2026-09-30", "chat", "5"),
        ("2026-10-01", "chat", "10"),
        ("2026-10-31", "chat", "26"),
    ]


def test_undoing_a_revision_restores_what_was_there(store: Store):
    put(store, month("2026-10", "10", "20"))
    before, seen = fund_hash(store), observed(store)
    revised = put(store, [*month("2026-10", "10", "26"), log("2026-10-10", "1", team_id="search")])
    assert (fund_hash(store), observed(store)) != (before, seen)
    undo_batch(store, LOCAL_OWNER, revised.batch)
    assert (fund_hash(store), observed(store)) == (before, seen)


def test_undoing_in_the_middle_leaves_the_days_that_a_later_file_tells_of(store: Store):
    first = put(store, month("2026-10", "10", "20"))
    seen_first = observed(store)
    second = put(store, month("2026-10", "11", "21"))
    put(store, month("2026-10", "12", "22"))
    seen = observed(store)
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert observed(store) == seen
    assert spends(store) == {CLAUDE: 34}
    undo_batch(store, LOCAL_OWNER, first.batch)
    assert observed(store) == seen
    assert seen != seen_first


def test_what_only_the_first_file_saw_is_back_once_those_after_it_are_undone(store: Store):
    put(store, month("2026-10", "10", "20"))
    seen = observed(store)
    second = put(store, month("2026-10", "11", "21"))
    third = put(store, [log("2026-10-31", "22")])
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert observed(store) == [("2026-10-01", "chat", "10"), ("2026-10-31", "chat", "22")]
    undo_batch(store, LOCAL_OWNER, third.batch)
    assert observed(store) == seen


def test_the_same_file_again_after_another_one_holds_again(store: Store):
    october = month("2026-10", "10", "20")
    put(store, october)
    put(store, month("2026-10", "11", "21"))
    assert not put(store, october).already
    assert spends(store) == {CLAUDE: 30}


def test_undoing_every_file_leaves_nothing(store: Store):
    batches = [put(store, month("2026-10", "10", str(n))).batch for n in (1, 2, 3)]
    for batch in (batches[1], batches[0], batches[2]):
        undo_batch(store, LOCAL_OWNER, batch)
    with store.read() as session:
        assert session.scalar(select(table_of(ObservationRecord).c.id)) is None


def test_undoing_a_month_counts_those_that_are_left_again(store: Store):
    september = put(store, month("2026-09", "5", "5"))
    put(store, month("2026-10", "10", "20"))
    assert spends(store) == {CLAUDE: 20}
    undo_batch(store, LOCAL_OWNER, september.batch)
    assert spends(store) == {CLAUDE: 30}


def test_it_is_asked_before_days_or_much_money_would_go(store: Store):
    put(store, month("2026-10", "10", "20"))
    # 27 of 30 dollars are nine tenths, which are not asked about; 26.99 are less.
    assert questions(look(store, month("2026-10", "10", "17"))) == []
    assert questions(look(store, month("2026-10", "10", "16.99"))) == ["month_would_shrink"]
    with pytest.raises(ImportRefused):
        put(store, month("2026-10", "10", "1"), month_would_shrink="no")
    assert spends(store) == {CLAUDE: 30}


def test_a_part_of_a_month_that_was_billed_as_a_whole_would_shrink_it(store: Store):
    costs = {
        "data": [
            {
                "start_time": 1790812800,  # 1 October 2026
                "end_time": 1793491200,  # 1 November 2026
                "results": [{"amount": {"value": 31.0, "currency": "usd"}, "line_item": "gpt-5.4"}],
            }
        ]
    }
    put(store, json.dumps(costs).encode())
    assert spends(store) == {("all usage", "OpenAI"): 31}
    costs["data"][0] |= {"start_time": 1792022400, "end_time": 1792108800}  # 15 October 2026
    costs["data"][0]["results"][0]["amount"]["value"] = 40.0
    assert questions(look(store, json.dumps(costs).encode()))[0] == "month_would_shrink"


@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_whole_days_in_files_one_after_the_other_give_the_same_register(
    store: Store, data: st.DataObject
):
    rows = [
        log(
            f"2026-10-{day:02d}",
            # Up to six decimals: beyond, each file is rounded to a millionth on its own.
            str(data.draw(st.integers(1, 10**8)) / Decimal(10**6)),
            **data.draw(
                st.sampled_from(
                    [
                        {},
                        {"custom_llm_provider": "openai", "model": "gpt-5.4"},
                        {"team_id": "search"},
                        {"custom_llm_provider": "bedrock"},
                    ]
                )
            ),
        )
        for day in range(1, 32)
    ]
    cuts = sorted({0, 31, *data.draw(st.lists(st.integers(1, 30), max_size=3))})
    parts = [rows[a:b] for a, b in pairwise(cuts)]
    whole = put(store, rows, startup="Whole")
    for part in data.draw(st.permutations(parts)):
        put(store, part, startup="Parts")
    assert observed(store, "Parts") == observed(store, "Whole")
    one, other = (
        {
            place: (one.model, one.host, one.share, one.spend_usd_per_month, one.fallback)
            for place, one in dependencies(store, name).items()
        }
        for name in ("Whole", "Parts")
    )
    assert one == other
    for batch in range(whole.batch, whole.batch + len(parts) + 1):
        undo_batch(store, LOCAL_OWNER, batch)


# A log and a bill


def test_of_one_traffic_money_is_the_bills_and_shares_are_the_logs(store: Store):
    put(store, month("2026-10", "10", "20") + month("2026-10", "5", "5", team_id="search"))
    bills = [bill("2026-10-01", "50", workspace="Default"), bill("2026-10-31", "30")]
    assert "same_traffic_twice" in questions(look(store, bills))
    put(store, bills, same_traffic_twice="yes")
    # The log saw 30 of 40 in the chat and 10 in the search; the bill is of 80 dollars.
    assert spends(store) == {CLAUDE: 60, ("search", "Anthropic"): 20}


def test_the_order_of_log_and_bill_does_not_matter(store: Store):
    bills = [bill("2026-10-01", "50", workspace="Default"), bill("2026-10-31", "30")]
    put(store, bills)
    put(
        store,
        month("2026-10", "10", "20") + month("2026-10", "5", "5", team_id="search"),
        same_traffic_twice="yes",
    )
    assert spends(store) == {CLAUDE: 60, ("search", "Anthropic"): 20}


def test_two_traffics_are_both_paid(store: Store):
    put(store, month("2026-10", "10", "20"))
    put(
        store,
        [bill("2026-10-01", "50", workspace="batch"), bill("2026-10-31", "30", workspace="batch")],
        same_traffic_twice="no",
    )
    assert spends(store) == {CLAUDE: 30, ("batch", "Anthropic"): 80}


# Startups, and what an inventory states


def test_two_startups_never_touch_each_other(store: Store):
    put(store, month("2026-10", "10", "20"))
    before = observed(store), spends(store)
    second = put(store, month("2026-10", "1", "2", team_id="other"), startup="Beta")
    assert (observed(store), spends(store)) == before
    assert spends(store, "Beta") == {("other", "Anthropic"): 3}
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert (observed(store), spends(store)) == before


STATED = {
    "startup": "Acme",
    "use_case": "chat",
    "provider": "Anthropic",
    "model": "claude-sonnet-4-6",
    "spend_usd": "100",
    "evidence": "confirmed",
}


def test_what_differs_from_the_register_is_asked_with_what_differs(store: Store):
    publish(store, STATED, STATED | {"provider": "Cohere", "model": "", "spend_usd": "5"})
    gpt = {"custom_llm_provider": "openai", "model": "gpt-5.4"}
    preview = look(store, month("2026-10", "10", "20") + month("2026-10", "1", "1", **gpt))
    (question,) = preview.intake.confirm
    assert question.code == "differs_from_register"
    cohere, anthropic, openai = question.examples
    assert "Cohere" in cohere
    # The register's hundred and the file's thirty dollars.
    assert all(word in anthropic for word in ("Anthropic", "$100.00", "$30.00"))
    assert all(word in openai for word in ("OpenAI", "$2.00"))
    with pytest.raises(ImportNeedsAnswers):
        publish_import(
            store,
            LOCAL_OWNER,
            data=table(month("2026-10", "10", "20")),
            file_name="usage.csv",
            portfolio="Fund",
            assume={"usage_startup": "Acme"},
        )


def test_a_quarter_more_or_less_is_no_difference(store: Store):
    publish(store, STATED)
    assert questions(look(store, month("2026-10", "50", "25"))) == []
    assert questions(look(store, month("2026-10", "50", "24.99"))) == ["differs_from_register"]


def test_the_answer_stated_keeps_the_registers_spend_also_with_the_next_file(store: Store):
    publish(store, STATED)
    put(store, month("2026-10", "10", "20"), differs_from_register="stated")
    assert spends(store) == {CLAUDE: 100}
    assert dependencies(store)[CLAUDE].evidence == "confirmed"
    november = month("2026-11", "10", "20")
    assert questions(look(store, november)) == ["differs_from_register"]
    put(store, november, differs_from_register="stated")
    assert spends(store) == {CLAUDE: 100}


def test_the_answer_observed_takes_what_was_paid(store: Store):
    publish(store, STATED)
    put(store, month("2026-10", "10", "20"), differs_from_register="observed")
    assert spends(store) == {CLAUDE: 30}
    assert dependencies(store)[CLAUDE].evidence == "observed"


def test_what_only_logs_showed_ends_once_they_no_longer_show_it(store: Store):
    put(store, [*month("2026-10", "10", "20"), log("2026-10-05", "1", team_id="search")])
    assert set(spends(store)) == {CLAUDE, ("search", "Anthropic")}
    third = put(store, month("2026-10", "10", "20"))
    assert third.changes.ended == 1
    assert set(spends(store)) == {CLAUDE}


@pytest.mark.parametrize("inventory_first", [True, False])
def test_what_an_inventory_states_does_not_end_with_a_log(store: Store, inventory_first: bool):
    stated = STATED | {"use_case": "search"}
    october = month("2026-10", "10", "20") + month("2026-10", "50", "50", team_id="search")
    if inventory_first:
        publish(store, stated)
        put(store, october)
    else:
        put(store, october)
        publish(store, stated)
    # The second file of the same days no longer shows the search.
    second = put(store, month("2026-10", "10", "20"))
    assert second.changes.ended == 0
    assert ("search", "Anthropic") in spends(store)


def test_what_an_inventory_states_does_not_end_when_a_log_is_undone(store: Store):
    publish(store, STATED | {"use_case": "search"})
    first = put(store, [*month("2026-10", "10", "20"), log("2026-10-05", "90", team_id="search")])
    put(store, month("2026-10", "10", "20"))
    undo_batch(store, LOCAL_OWNER, first.batch)
    assert set(spends(store)) == {CLAUDE, ("search", "Anthropic")}


def test_the_registers_spend_stays_when_a_log_is_undone(store: Store):
    publish(store, STATED)
    put(store, month("2026-09", "5", "5"), differs_from_register="stated")
    october = put(store, month("2026-10", "10", "20"), differs_from_register="stated")
    undo_batch(store, LOCAL_OWNER, october.batch)
    assert spends(store) == {CLAUDE: 100}
    assert dependencies(store)[CLAUDE].evidence == "confirmed"


def test_once_the_inventory_is_undone_the_log_decides_again(store: Store):
    stated = publish(store, STATED | {"use_case": "search"})
    put(store, month("2026-10", "10", "20") + month("2026-10", "50", "50", team_id="search"))
    undo_batch(store, LOCAL_OWNER, stated.batch)
    put(store, month("2026-10", "10", "20"))
    assert set(spends(store)) == {CLAUDE}


def test_what_a_portfolio_was_saved_with_does_not_end_with_a_log(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, replace(demo, name="Fund"))
    one = demo.startups[0]
    (case, *_) = one.use_cases
    (known,) = case.dependencies
    assert (known.provider_text, known.model) == ("OpenAI", "GPT-5.5")
    openai = {"custom_llm_provider": "openai", "model": "gpt-5.5"}
    put(store, month("2026-10", "10", "20", team_id=case.name, **openai), startup=one.name)
    before = spends(store, one.name)
    assert before[case.name, "OpenAI"] == 30
    put(store, month("2026-10", "10", "20", team_id="new"), startup=one.name)
    assert before.items() <= spends(store, one.name).items()


def test_what_a_log_confirmed_ends_though_the_log_that_made_it_was_undone(store: Store):
    search = [log("2026-10-05", "1", team_id="search")]
    first = put(store, [*month("2026-10", "10", "20"), *search])
    put(store, [*month("2026-10", "10", "21"), *search])
    undo_batch(store, LOCAL_OWNER, first.batch)
    put(store, month("2026-10", "10", "20"))
    assert set(spends(store)) == {CLAUDE}


def test_a_dependency_that_no_log_showed_does_not_end(store: Store):
    publish(store, STATED | {"provider": "Cohere", "model": ""})
    put(store, month("2026-10", "10", "20"))
    put(store, month("2026-11", "10", "20"))
    assert ("chat", "Cohere") in spends(store)


# Privacy

MARK = "DO-NOT-STORE"
#: A person, a key and an account as they stand in logs, each with the mark in it.
CANARIES = {
    "messages": f"{MARK}-prompt",
    "response": f"{MARK}-answer",
    "api_key": f"sk-{MARK}",
    "user": f"{MARK}@example.com",
    "end_user": f"{MARK}-user",
    "requester_ip_address": f"10.0.0.1-{MARK}",
    "session_id": f"{MARK}-session",
    "proxy_server_request": f'{{"body": "{MARK}"}}',
    "arn": f"arn:aws:iam::123456789012:role/{MARK}",
    f"{MARK}-column": f"{MARK}-cell",
}


def everything(store: Store) -> str:
    """Every cell of every table, as text."""
    with store.read() as session:
        return "\n".join(
            repr(tuple(row))
            for table_ in Base.metadata.sorted_tables
            for row in session.execute(select(table_))
        )


def shown(preview: ImportPreview) -> str:
    """A preview with all that it holds, but for the bytes and options of the request."""
    usage = getattr(preview.intake, "usage", None)
    return repr((preview.intake, usage, preview.changes.rows, preview.disagreements))


def assert_nothing_of_it_is_kept(store: Store, data: bytes, caplog: pytest.LogCaptureFixture):
    assert MARK.encode() in data
    with caplog.at_level(logging.DEBUG):
        preview = look(store, data)
        assert MARK not in shown(preview)
        if preview.intake.outcome is not Outcome.REJECT_FILE:
            put(store, data)
    assert MARK not in everything(store)
    assert MARK not in caplog.text


MARKED = sorted(
    one.name
    for one in SAMPLES.iterdir()
    if one.name != "README.md" and MARK.encode() in one.read_bytes()
)


@pytest.mark.parametrize("name", MARKED)
def test_nothing_of_prompts_answers_and_people_in_a_sample_is_kept(
    store: Store, name: str, caplog: pytest.LogCaptureFixture
):
    assert_nothing_of_it_is_kept(store, sample(name), caplog)


@pytest.mark.parametrize("name", MARKED)
def test_the_document_that_the_command_prints_says_nothing_of_it(address: str, name: str):
    said = ("--portfolio", "Fund", "--startup", "Acme", "--assume", "all")
    document = answer("usage", str(SAMPLES / name), *said, url=address)
    assert document["usage"]
    assert MARK not in json.dumps(document)


def test_nothing_that_stands_in_a_column_that_is_not_read_is_kept(
    store: Store, caplog: pytest.LogCaptureFixture
):
    secret = json.dumps(
        {
            "user_api_key": f"{MARK}-hash",
            "user_api_key_user_email": f"{MARK}@example.com",
            "user_api_key_user_id": f"{MARK}-id",
            "requester_metadata": {"user": MARK},
            "usage_object": {"completion_tokens_details": MARK},
        }
    )
    tags = json.dumps([f"user:{MARK}", f"{MARK}", f"session:{MARK}"])
    rows = [
        row | CANARIES | {"metadata": secret, "request_tags": tags, "request_id": f"{MARK}-{n}"}
        for n, row in enumerate(month("2026-10", "10", "20"))
    ]
    assert_nothing_of_it_is_kept(store, table(rows), caplog)
    assert spends(store) == {CLAUDE: 30}


def test_nothing_of_a_row_whose_cells_slipped_is_shown(
    store: Store, caplog: pytest.LogCaptureFixture
):
    rows = [
        *month("2026-10", "10", "20"),
        log("2026-10-05", f"{MARK}-prompt"),
        log("2026-10-06", "1") | {"startTime": f"{MARK}-answer"},
        log("2026-10-07", "1") | {"prompt_tokens": f"sk-{MARK}"},
    ]
    data = table(rows) + f'{MARK},"{MARK}\n,{MARK}"\n'.encode()
    assert_nothing_of_it_is_kept(store, data, caplog)
    assert spends(store) == {CLAUDE: 30}


def test_a_file_that_is_refused_says_nothing_of_what_stands_in_it(store: Store):
    whole = table([row | CANARIES for row in month("2026-10", "10", "20")])
    no_model = table([bill("2026-10-01", "1") | {"usage_date_utc": MARK}])
    cut = json.dumps([log("2026-10-01", "1") | CANARIES])[:-5].encode()
    twice = whole.replace(b"spend,", b'"sp"end",') + b'"' + MARK.encode()
    for data in (no_model, cut, twice):
        preview = look(store, data)
        assert MARK not in shown(preview).replace(f"{MARK}-column", "")
        with pytest.raises((ImportRefused, ImportNeedsAnswers)) as refused:
            put(store, data)
        assert MARK not in str(refused.value)


def test_a_portfolio_of_logs_alone_is_one_like_any_other(store: Store):
    put(store, month("2026-10", "10", "20"))
    (one,) = load_portfolio(store, LOCAL_OWNER, "Fund").startups
    assert one.name == "Acme"


# One record for what the register knows as one


def test_two_spellings_of_a_use_case_or_a_model_are_one_dependency(store: Store):
    other = {"team_id": "Chat", "model": "claude-sonnet-4.6"}
    put(store, month("2026-10", "10", "20") + month("2026-10", "1", "2", **other))
    (one,) = dependencies(store).values()
    assert (one.spend_usd_per_month, one.share) == (33, 1)


def test_one_dependency_that_two_traffics_show_is_paid_by_both(store: Store):
    put(store, month("2026-10", "10", "20"))
    put(store, [bill("2026-10-01", "50"), bill("2026-10-31", "20")], same_traffic_twice="no")
    # The console writes “Claude Sonnet 4.6”, the gateway “claude-sonnet-4-6”.
    assert spends(store) == {CLAUDE: 100}
    assert dependencies(store)[CLAUDE].share == 1


def test_shares_of_a_use_case_that_two_sources_tell_of_go_by_money(store: Store):
    gpt = {"custom_llm_provider": "openai", "model": "gpt-5.4"}
    put(store, month("2026-10", "10", "20", **gpt))
    put(store, [bill("2026-10-01", "50"), bill("2026-10-31", "20")])
    shares = {place: one.share for place, one in dependencies(store).items()}
    # 30 of GPT and 70 of Claude.
    assert shares == {("chat", "OpenAI"): pytest.approx(0.3), CLAUDE: pytest.approx(0.7)}


def test_characters_that_nobody_sees_in_a_name_are_no_part_of_it(store: Store):
    hidden = {"team_id": "cha\u0000t\u200b", "model": "claude-\u0000sonnet"}
    put(store, json.dumps(month("2026-10", "10", "20", **hidden)).encode())
    assert spends(store) == {("cha t", "Anthropic"): 30}


def test_what_was_observed_follows_a_startup_to_its_new_name(store: Store):
    whole = [*month("2026-08", "10", "20"), *month("2026-09", "30", "40")]
    first = put(store, whole)
    renamed = rename(store, LOCAL_OWNER, "Fund", "Acme", "Acme Two")
    for name in ("Acme Two", "Acme"):
        again = put(store, whole, startup=name)
        assert (again.batch, again.already) == (first.batch, True)
    # October under the old name joins what is known: (30 + 70 + 90) / 3 = 63.33 a month.
    put(store, month("2026-10", "45", "45"), startup="Acme")
    assert spends(store, "Acme Two") == {CLAUDE: 63.33}
    assert renamed.batch is not None


def aws(day: str, cost: str, account: str) -> Row:
    """A day of Claude on Bedrock in a Cost and Usage Report."""
    end = date.fromisoformat(day) + timedelta(days=1)
    return {
        "line_item_usage_type": "USE1-MP:USE1_InputTokenCount-Units",
        "line_item_unblended_cost": cost,
        "line_item_usage_start_date": f"{day}T00:00:00.000Z",
        "line_item_usage_end_date": f"{end}T00:00:00.000Z",
        "line_item_line_item_type": "Usage",
        "line_item_currency_code": "USD",
        "product": '{"product_name": "Claude Sonnet 4.6 (Amazon Bedrock Edition)"}',
        "resource_tags": '{"user_team": "chat"}',
        "bill_payer_account_id": account,
    }


def test_bills_of_two_accounts_are_two_bills_and_no_account_is_kept(store: Store):
    one = [aws("2026-08-01", "10", "111122223333"), aws("2026-08-31", "20", "111122223333")]
    two = [aws("2026-08-01", "5", "999988887777"), aws("2026-08-31", "5", "999988887777")]
    put(store, one)
    assert questions(look(store, two)) == []
    put(store, two)
    (paid,) = spends(store).values()
    # $30 of the first account and $10 of the second.
    assert paid == 40
    revised = [aws("2026-08-01", "10", "111122223333"), aws("2026-08-31", "18", "111122223333")]
    put(store, revised)
    assert list(spends(store).values()) == [38]
    with store.read() as session:
        kept = json.dumps([str(row) for row in session.execute(select(table_of(UsageFileRecord)))])
    assert "111122223333" not in kept
    assert "999988887777" not in kept
