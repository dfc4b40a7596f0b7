"""Mapping headers to columns, the reader's own mapping, and the files around intake."""

import csv
import io
import json

import pytest

from risk.catalog.loading import load_aliases
from risk.inventory.columns import COLUMNS, OF_AMOUNTS, header_key
from risk.inventory.header_words import published_synonyms, synonyms
from risk.inventory.intake_results import Outcome
from risk.inventory.mapping import suggest_mapping
from risk.inventory.rejects import formula_safe
from risk.inventory.rows import InventoryRow
from risk.inventory.template import inventory_template
from risk.money.stated import PERIODS
from tests.inventory.reading import FIXTURES, read


def test_every_canonical_column_is_a_field_of_a_row() -> None:
    fields = set(InventoryRow.__dataclass_fields__)
    columns = set(COLUMNS) - OF_AMOUNTS
    assert columns <= fields
    assert fields - columns == {"line", "resolution", "fallback_resolution"}


def test_published_synonyms_name_existing_columns_in_several_languages() -> None:
    table = published_synonyms()
    assert len(table) > 300
    assert table[header_key("Lieferant")][0] == "provider"
    assert table[header_key("名称")][0] == "provider"
    with (FIXTURES / "header_synonyms.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["source"] and row["language"] for row in rows)
    assert len({header_key(row["synonym"]) for row in rows}) == len(rows)


def test_a_synonym_of_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="is no column"):
        synonyms([{"synonym": "Colour", "column": "paint"}])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Company,Sub-processor,Service category / What they do", "startup,provider,use_case"),
        ("agency_name,vendor_name,use_case_name", "startup,provider,use_case"),
        (
            "Agency,AI Use Case,Name of Commercial Product or Service Used",
            "startup,use_case,provider",
        ),
        ("Entreprise,Fournisseur,Finalité", "startup,provider,use_case"),
        ("Empresa,Proveedor,País", "startup,provider,country"),
        ("公司,供应商,用途", "startup,provider,use_case"),
        ("Portfolio company,AI vendor,Monthly spend (USD)", "startup,provider,spend_usd"),
    ],
)
def test_headers_of_other_tools_are_known(header: str, expected: str) -> None:
    names = header.split(",")
    record = ",".join("5" if column == "spend_usd" else "x" for column in expected.split(","))
    result = read(f"{header}\n{record}\n")
    assert [result.mapping[name] for name in names] == expected.split(",")


def test_of_two_headers_for_one_column_the_closer_word_is_taken() -> None:
    result = read("agency,agency_name,Product,vendor_name\nX,Acme,Y,OpenAI\n")
    assert (result.rows[0].startup, result.rows[0].provider) == ("Acme", "OpenAI")
    assert result.warnings == ("unknown_column_ignored",)


def test_a_mapping_from_json_overrides_names_and_leaves_columns_out() -> None:
    mapping = json.loads('{"Tool": "provider", "Owner": "startup", "provider": null}')
    result = read("Owner,Tool,provider\nAcme,ChatGPT,nobody\n", mapping=mapping)
    assert (result.rows[0].startup, result.rows[0].provider) == ("Acme", "ChatGPT")
    assert result.warnings == ()


def test_a_constant_gives_every_record_its_startup() -> None:
    text = "Tool/Application Name,Description\nChatGPT,drafting\nClaude,coding\n"
    assert read(text).error == "missing_columns"
    result = read(text, mapping={"=startup": "Office of Examples"})
    assert {row.startup for row in result.rows} == {"Office of Examples"}
    assert read(text, mapping=result.mapping).rows == result.rows
    assert result.outcome is Outcome.ACCEPT


@pytest.mark.parametrize("above", ["", "Report of 2026\n"])
def test_a_mapping_may_be_written_from_either_side(above: str) -> None:
    text = f"{above}Owner,Tool,provider\nAcme,ChatGPT,nobody\n"
    from_theirs = {"Owner": "startup", "Tool": "provider", "provider": None}
    from_ours = {"startup": "Owner", "provider": "Tool"}
    one = read(text, mapping=from_theirs, assume={"all": "all"})
    other = read(text, mapping=from_ours, assume={"all": "all"})
    assert one.rows == other.rows
    assert (one.rows[0].startup, one.rows[0].provider) == ("Acme", "ChatGPT")
    constant = read("Tool\nChatGPT\n", mapping={"startup": "=Our firm", "provider": "Tool"})
    assert constant.rows[0].startup == "Our firm"


@pytest.mark.parametrize(
    ("mapping", "code", "said"),
    [
        ({"startup": "colour"}, "missing_columns", "does not exist"),
        ({"startup": "startup", "provider": "colour"}, "missing_columns", "does not exist"),
        ({"Colour": "notes"}, "missing_columns", "lacks"),
        ({"startup": "provider", "provider": "provider"}, "duplicate_header", "twice"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(
    mapping: dict[str, str | None], code: str, said: str
) -> None:
    result = read("startup,provider\nAcme,OpenAI\n", mapping=mapping)
    assert (result.outcome, result.error) == (Outcome.REJECT_FILE, code)
    assert said in result.problems[0].message


def test_a_file_of_property_exposures_is_told_what_it_looks_like() -> None:
    header = "PortNumber,LocNumber,Latitude,Longitude,OccupancyCode,BuildingTIV,OEDVersion"
    result = read(f"{header}\n1,1,52.7,-0.9,1050,220000,4.0.0\n")
    assert result.error == "missing_columns"
    assert "property exposures" in result.problems[0].message


def test_a_near_miss_is_suggested_and_not_taken() -> None:
    result = read("startup,providr\nAcme,OpenAI\n")
    assert result.error == "missing_columns"
    assert result.mapping["providr"] == "provider"
    assert "'providr'" in result.problems[0].message


def test_suggestions_come_from_names_then_likeness_then_cells() -> None:
    suggested = suggest_mapping(
        ("Vendor", "Critcality", "Link", "Mood"), {"Link": ("https://example.org",), "Mood": ("x",)}
    )
    assert suggested == {
        "Vendor": "provider",
        "Critcality": "criticality",
        "Link": "website",
        "Mood": None,
    }


def test_the_template_is_accepted_as_it_is() -> None:
    result = read(inventory_template())
    assert (result.outcome, result.records, result.accepted) == (Outcome.ACCEPT, 3, 3)
    assert result.warnings == ()
    about_currencies = OF_AMOUNTS | {f"{fact}_stated" for fact in PERIODS}
    # What a dependency is known by is no column to fill in.
    assert set(result.header) == set(COLUMNS) - about_currencies - {"dependency_key"}


def test_the_reject_file_keeps_the_records_and_says_why() -> None:
    result = read('startup,provider,spend_usd\nA,OpenAI,5\n"=1+1",,\n,AWS,\n')
    assert result.reject_file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(result.reject_file.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["line", "code", "reason", "startup", "provider", "spend_usd"]
    assert rows[1][:2] == ["3", "missing_provider"]
    assert rows[1][3:] == ["'=1+1", "", ""]
    assert rows[2][:2] == ["4", "missing_startup"]
    assert "provider" in rows[1][2]


def test_a_title_above_headers_that_nobody_knows_is_skipped_once_they_are_mapped() -> None:
    text = "AI inventory,,\nGizmo,Purpose,Team\nChatGPT,drafts,IT\n"
    refused = read(text)
    assert (refused.error, refused.header) == ("missing_columns", ("Gizmo", "Purpose", "Team"))
    result = read(text, mapping={"=startup": "Us", "Gizmo": "provider"})
    assert [one.code for one in result.confirm] == ["header_rows"]
    assert [(row.startup, row.provider) for row in result.rows] == [("Us", "ChatGPT")]


def test_one_provider_or_company_for_the_whole_file_may_be_answered() -> None:
    text = "Company,Purpose\nAcme,drafts\n"
    assert "whole_file_provider" in read(text).problems[0].message
    result = read(text, assume={"whole_file_provider": "OpenAI"})
    assert [(row.startup, row.provider) for row in result.rows] == [("Acme", "OpenAI")]
    assert result.chosen_columns == {
        "startup": "Company",
        "use_case": "Purpose",
        "provider": "=OpenAI",
    }
    text = "Vendor,Purpose\nOpenAI,drafts\n"
    result = read(text, assume={"whole_file_company": "Acme"})
    assert [(row.startup, row.provider) for row in result.rows] == [("Acme", "OpenAI")]


def test_the_kind_of_file_and_headers_kept_together_are_told() -> None:
    result = read(
        "startup,provider,Owner,Team\nA,OpenAI,x,y\n", mapping={"Owner": "notes", "Team": "notes"}
    )
    assert result.format == "csv"
    assert result.chosen_columns["notes"] == ("Owner", "Team")


def test_a_file_without_rejects_has_no_reject_file() -> None:
    assert read("startup,provider\nAcme,OpenAI\n").reject_file == b""


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\uff1d1", "  =1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_written_as_text(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"


def test_the_shipped_aliases_are_many_distinct_and_sourced() -> None:
    aliases = load_aliases(FIXTURES)
    assert len(aliases) >= 250
    assert len({alias.text.casefold() for alias in aliases}) == len(aliases)
    assert all(alias.source for alias in aliases)
    assert {str(alias.answer) for alias in aliases} == {"yes", "no", "ask"}
