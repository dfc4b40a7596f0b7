"""Columns suggested by their cells, headers of two rows, gathered notes, and foreign files."""

import pytest

from risk.inventory.header_words import likely_column, what_it_looks_like
from risk.inventory.intake_results import Outcome
from tests.inventory.reading import codes, read, resolver


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("Kosten p.M.", ("1,200.50", "$300"), "spend_usd"),
        ("Kosten p.M.", ("teuer", "300"), None),
        ("Vertrag läuft ab (Ablauf)", ("2026-01-31", "31.12.2027"), "renewal"),
        ("Wo", ("DE", "fr", "United States"), "country"),
        ("Was", ("https://example.org", "www.example.com"), "website"),
        ("Blub", ("OpenAI", "Claude on Bedrock", "Stripe"), "provider"),
        ("Blub", ("Stripe", "Twilio", "OpenAI"), None),
        ("Wie", ("Used by the support team to draft answers",), "notes"),
        ("Leer", ("", " "), None),
    ],
)
def test_a_header_nobody_knows_is_suggested_by_its_words_and_cells(
    header: str, cells: tuple[str, ...], column: str | None
) -> None:
    assert likely_column(header, cells, resolver().names_a_provider) == column


def test_a_use_case_column_that_names_products_is_suggested_as_the_provider() -> None:
    text = "Agency,AI use case\nA,Drafting with ChatGPT\nB,Claude for code\nC,Flood maps\n"
    refused = read(text)
    assert refused.error == "missing_columns"
    assert "Is it 'AI use case'? Then map it to provider." in refused.problems[0].message
    result = read(text, mapping={"AI use case": "provider"})
    assert [row.resolution.developer for row in result.rows] == ["OpenAI", "Anthropic", None]


def test_several_columns_are_kept_as_notes_behind_their_names() -> None:
    text = "Company,Vendor,Owner,Seats,Remarks\nAcme,OpenAI,Ann,40,good\nBeta,Claude,,3,\n"
    result = read(text, mapping={"Owner": "notes", "Seats": "notes"})
    assert [row.notes for row in result.rows] == [
        "Owner: Ann · Seats: 40 · Remarks: good",
        "Seats: 3",
    ]
    assert result.warnings == ()
    assert read(text, mapping=result.mapping).rows == result.rows


def test_without_being_asked_nothing_is_gathered() -> None:
    result = read("Company,Vendor,Comments,Remarks\nAcme,OpenAI,one,two\n")
    assert result.rows[0].notes == "one"
    assert result.warnings == ("unknown_column_ignored",)


TWO_ROWS = "Company,,Vendor,\nName,Country,Name,Purpose\nAcme,DE,OpenAI,search\n"


def test_groups_of_columns_above_their_names_are_one_header_once_confirmed() -> None:
    asked = read(TWO_ROWS)
    assert asked.outcome is Outcome.CONFIRM
    assert codes(asked) == {"header_rows"}
    assert "Company Name, Country, Vendor Name, Purpose" in asked.confirm[0].question
    row = read(TWO_ROWS, assume={"header_rows": "2"}).rows[0]
    assert (row.line, row.startup, row.country, row.provider, row.use_case) == (
        3,
        "Acme",
        "DE",
        "OpenAI",
        "search",
    )
    assert read(TWO_ROWS, assume={"header_rows": "1"}).error == "unnamed_column"


def test_an_unnamed_column_of_data_is_no_header_of_two_rows() -> None:
    result = read("startup,provider,\nAcme,OpenAI,Name\n")
    assert result.error == "unnamed_column"
    assert result.confirm == ()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Issue key,Summary,Assignee,Reporter", "an export of an issue tracker"),
        ("Model ID,Input price,Output price,Context window", "a price list of language models"),
        ("First name,Last name,Email,Vendor", "a list of people"),
        ("startup,provider,notes", None),
    ],
)
def test_foreign_files_are_known_by_three_headers(header: str, kind: str | None) -> None:
    assert what_it_looks_like(header.split(",")) == kind


def test_a_table_of_nothing_we_know_is_refused_with_what_it_lacks() -> None:
    refused = read("name;weight;colour\na;1;red\nb;2;blue\n")
    assert refused.error == "missing_columns"
    assert "does not look like an inventory" in refused.problems[0].message


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Kunde;Auftragsverarbeiter;Verarbeitungszweck", "startup provider use_case"),
        ("Nom du client;Sous-traitant;Finalité du traitement", "startup provider use_case"),
        ("Razón social;Encargado del tratamiento;Propósito", "startup provider use_case"),
        ("客户名称;厂商名称;应用场景", "startup provider use_case"),
        ("Bureau/Component;Vendor(s) Name;Use Case Name", "startup provider use_case"),
        ("Sponsoring Office;Tool/Application Name;Description", "startup provider notes"),
    ],
)
def test_headers_in_five_languages_are_known(header: str, columns: str) -> None:
    result = read(f"{header}\na;OpenAI;c\n")
    assert list(result.mapping.values()) == columns.split()
