"""The recorded past of models and prices: read strictly, and crossed with the calendar's days."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from risk.catalog.model_history import (
    MODELS_FILE,
    MOVES_FILE,
    Change,
    HistorySource,
    HostType,
    ListedModel,
    ModelHistory,
    host_type,
    last_days_not_listed,
    load_model_history,
)
from risk.catalog.records import Catalog
from risk.catalog.tables import CatalogError

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEADERS = {
    MODELS_FILE: "developer,model,host,sort,fixed,priced,listed,gone,last_day,seen",
    MOVES_FILE: "developer,model,host,day,input_before,input_after,output_before,output_after,"
    "what,note",
    "history_sources.csv": "file,from_day,until_day,snapshot,licence,source",
}
SOURCE = HistorySource(
    file=MODELS_FILE,
    since=date(2023, 9, 18),
    until=date(2026, 10, 21),
    snapshot=date(2026, 10, 21),
    licence="MIT",
    source="a catalogue",
)
TODAY = date(2026, 11, 1)


def ending(host: str, last_day: date, seen: date | None = date(2026, 10, 1)) -> ListedModel:
    return ListedModel(
        developer="OpenAI",
        model="No Such Model",
        host=host,
        is_text=True,
        is_fixed=True,
        is_priced=True,
        listed=date(2025, 1, 1),
        gone=None,
        last_day=last_day,
        seen=seen,
    )


def history(*models: ListedModel) -> ModelHistory:
    return ModelHistory(models=models, moves=(), sources={MODELS_FILE: SOURCE})


def written(folder: Path, **tables: str) -> Path:
    for file, header in HEADERS.items():
        rows = tables.get(file.removesuffix(".csv"), "")
        (folder / file).write_text(f"{header}\n{rows}", encoding="utf-8")
    return folder


def test_every_name_of_the_record_is_a_provider_of_the_reference_facts(catalog: Catalog) -> None:
    known = load_model_history(FIXTURES)
    names = {one.host for one in known.models} | {one.developer for one in known.models}
    assert names <= set(catalog.providers)
    assert set(known.sources) == {MODELS_FILE, MOVES_FILE}
    assert {one.licence for one in known.sources.values()} == {"MIT"}


def test_every_move_lies_within_the_days_of_which_its_table_tells() -> None:
    known = load_model_history(FIXTURES)
    source = known.sources[MOVES_FILE]
    assert all(source.since <= one.day < source.until for one in known.moves)


def test_each_repair_of_ours_says_why_as_the_documents_do() -> None:
    found = Counter(
        one.note for one in load_model_history(FIXTURES).moves if one.what is Change.REPAIR
    )
    assert found == {
        "a decimal point had slipped": 2,
        "input and output had changed places": 1,
    }


@pytest.mark.parametrize(
    ("developer", "host", "place"),
    [
        ("OpenAI", "OpenAI", HostType.FIRST_PARTY),
        ("OpenAI", "Microsoft Azure", HostType.CLOUD),
        ("Google", "Google Cloud", HostType.CLOUD),
        ("OpenAI", "DeepInfra", HostType.RESELLER),
        ("OpenAI", "a host that nobody knows", HostType.RESELLER),
    ],
)
def test_who_sells_follows_from_the_names(
    catalog: Catalog, developer: str, host: str, place: HostType
) -> None:
    assert host_type(developer, host, catalog.providers) is place


def test_a_last_day_that_the_calendar_lacks_comes_as_a_retirement_with_host_and_source(
    catalog: Catalog,
) -> None:
    last = date(2026, 12, 24)
    found = last_days_not_listed(
        catalog, history(ending("OpenAI", last), ending("Microsoft Azure", last))
    )
    assert [(one.host, one.shutdown) for one in found] == [(None, last), ("Microsoft Azure", last)]
    assert {one.source for one in found} == {"a catalogue"}
    assert {one.as_of for one in found} == {"2026-10-21"}
    assert {one.announced for one in found} == {date(2026, 10, 1)}


def test_days_that_the_calendar_has_are_not_told_again(catalog: Catalog) -> None:
    last = date(2026, 12, 24)
    (own,) = last_days_not_listed(catalog, history(ending("OpenAI", last)))
    told = replace(catalog, retirements=(*catalog.retirements, own))
    # Its developer's day holds at a host that is no cloud; a cloud keeps days of its own.
    models = [ending(host, last) for host in ("OpenAI", "DeepInfra", "Microsoft Azure")]
    found = last_days_not_listed(told, history(*models))
    assert [one.host for one in found] == ["Microsoft Azure"]


def test_a_day_entered_after_the_last_one_is_no_announcement(catalog: Catalog) -> None:
    late = ending("OpenAI", date(2026, 11, 2), seen=date(2026, 11, 5))
    (found,) = last_days_not_listed(catalog, history(late))
    assert found.announced is None


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {"catalogue_models": "OpenAI,GPT,OpenAI,text,yes,yes,2025-02-01,2025-01-01,,\n"},
            "cannot leave the catalogue before it came",
        ),
        (
            {"catalogue_models": "OpenAI,GPT,OpenAI,text,yes,yes,,,,\n" * 2},
            "'GPT' is listed twice for this host",
        ),
        (
            {"price_moves": "OpenAI,GPT,OpenAI,2025-01-01,1,2,,,price,\n"},
            "'GPT' is not in catalogue_models.csv",
        ),
        (
            {"price_moves": "OpenAI,GPT,OpenAI,2025-01-01,1,,,,price,\n"},
            "give both prices or neither",
        ),
        (
            {"price_moves": "OpenAI,GPT,OpenAI,2025-01-01,,,,,price,\n"},
            "needs a price before and after",
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, tables: dict[str, str], said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        load_model_history(written(tmp_path, **tables))
