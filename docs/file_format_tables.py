"""The tables of docs/file-format.md, from the columns and codes that the intake knows."""

from collections.abc import Iterable, Mapping

from docs import usage_tables
from docs.markdown import table
from risk.inventory.columns import COLUMNS, REQUIRED, Kind
from risk.inventory.limits import LIMITS
from risk.inventory.refusals import (
    CELL_CODES,
    CONFIRM_CODES,
    FILE_CODES,
    RECORD_CODES,
    SAID,
    WARNING_CODES,
)
from risk.inventory.template import INVENTORY_COLUMNS
from ui import wording

#: What each column says, in the order of the template.
MEANINGS = {
    "startup": "the company that depends on something",
    "website": "its address on the web",
    "sector": "what it does",
    "country": "where it sits",
    "tags": "words to group companies by, apart by `;`",
    "stage": "how far it is, such as seed or series A",
    "fund": "the funds that hold it, apart by `;`",
    "ownership": "the fund's share of the company",
    "relationship": "what it is to you: portfolio company, vendor, customer …",
    "watched_by": "who watches it for you",
    "contact_email": "whom to write to there",
    "annual_revenue_usd": "revenue of a year, in USD",
    "gross_margin": "gross profit as a share of revenue",
    "ai_revenue_share": "share of its revenue that needs a language model",
    "cash_usd": "cash at hand, in USD",
    "monthly_burn_usd": "cash it uses up in a month, in USD",
    "engineers": "how many engineers it has",
    "invested_usd": "what you have invested in it, in USD",
    "use_case": "what it does with the model: one name for each thing that can stop",
    "criticality": "how much stops with the use case, from 1 (hardly anything) to 5 (the product)",
    "requirement": "how the use case's lines combine: each carries its share, all are needed, or"
    " any one of them suffices; without it `shared`",
    "use_case_revenue_share": "the use case's share of the revenue that needs a language model",
    "provider": "the provider or product, in whatever words: it is read as developer and host",
    "model": "the model's name",
    "host": "where the model runs, if the provider's name does not say so",
    "region": "the host's region",
    "data_residency": "where data must stay",
    "share": "share of the use case's workload on this line's provider",
    "spend_usd": "what is spent on it in a month, in USD",
    "depth": "how deeply it is built into the product: what has to be done again elsewhere",
    "fallback": "what happens when the provider does not answer",
    "fallback_provider": "the provider that takes over",
    "fallback_tested_on": "the day the backup was last tried",
    "exit_plan": "whether leaving the provider has been planned and tried",
    "switch_begun": "whether the move away from a model with a published last day has begun",
    "notice_days": "days of notice that the company must give",
    "provider_notice_days": "days of notice that the provider must give",
    "buffer_hours": "hours of outage that the use case's customers hardly notice",
    "contract_start": "the day the contract began",
    "contract_end": "the day it ends unless it is renewed",
    "renewal": "the day the contract ends or renews",
    "contract": "the reference of the contract under which it is used, as it is written there",
    "governing_law": "the country whose law governs the contract, best as its two letters",
    "promised_availability": "share of the time that the service is promised to be there",
    "source": "where the facts of the line come from",
    "as_of": "the day on which they held",
    "evidence": "how the facts of the line came to be known; without it they are `stated`",
    "notes": "anything else",
}

#: Columns that say of an amount how it was stated.
AS_STATED = {
    "currency": "the currency of all amounts of the line",
    "…_currency": "the currency of one amount: of `…_stated`, or without it of the column itself",
    "…_stated": "the amount as it was stated; the one in USD is worked out from it",
    "…_rate_day": "the day of the rate, if it is not `as_of`",
}

#: How the cells of a kind are read: in words, what is taken, and what is refused.
KINDS: Mapping[Kind, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    Kind.NAME: (
        f"a name of up to {LIMITS.name_characters} characters, kept as it is written",
        ("Société Générique", "NA", "007"),
        ("x" * (LIMITS.name_characters + 1),),
    ),
    Kind.TEXT: (
        f"text of up to {LIMITS.cell_characters:,} characters; markup and formulas are plain text",
        ("westeurope", "=SUM(A1)"),
        (),
    ),
    Kind.MONEY: (
        f"an amount from 0 to {LIMITS.amount:,} USD, kept to the cent; of another currency, by its"
        " sign or code, as it is stated",
        ("12000", "$1,250.50", "1.2e6", "€ 900", "GBP 40", "-"),
        ("12k", "-500", "£3k", "10-20", "unknown"),
    ),
    Kind.CURRENCY: (
        "a currency as three letters (ISO 4217), sign or name; `per year` or `per month` behind it"
        " where the amount is for that",
        ("EUR", "€", "Swiss franc", "GBP per year"),
        ("XYZ", "kr", "various"),
    ),
    Kind.MARGIN: (
        "like a fraction, and negative where revenue costs more than it brings; 0 or less is kept"
        " and flagged",
        ("0.6", "60%", "-5%", "(5%)", "-0.05"),
        ("60", "120%", "-2000%"),
    ),
    Kind.FRACTION: (
        "a share from 0 to 1, or a number from 0 to 100 with a % sign",
        ("0.6", "60%", "60 %"),
        ("60", "1.2", "120%"),
    ),
    Kind.LIST: ("entries apart by `;`, each of which counts once", ("b2b; fintech",), ()),
    Kind.EMAIL: ("one e-mail address", ("jo@example.com",), ("jo at example.com", "jo@example")),
    Kind.NUMBER: ("a number from 0 on", ("14", "0.5"), ("-1", "a few")),
    Kind.LEVEL: ("1, 2, 3, 4 or 5", ("1", "5"), ("0", "2.5", "high")),
    Kind.CHOICE: ("a word of a closed list, in any case", (), ("perhaps",)),
    Kind.DATE: (
        "a day as year-month-day; another order is asked about first, once for the file",
        ("2026-11-23", "2026-11-23T10:00:00Z"),
        ("2026-02-30", "soon"),
    ),
}

#: What the reader is asked, by the code that `--assume` answers.
QUESTIONS = {
    "encoding_guessed": "The file is not UTF-8. Is this the encoding, going by its letters?",
    "preamble_skipped": "Do the first lines stand above the table, so that it begins below them?",
    "header_rows": "Does the header take more than one row?",
    "decimal_comma": "Is the comma the decimal mark?",
    "decimal_or_thousands": "Is 1,234 a thousand or a bit more than one?",
    "date_order_dmy": "Only the day can stand first in some dates: does it in all of them?",
    "date_order_unknown": "Is 03/04/2026 in March or in April?",
    "two_digit_year": "Are years of two digits after 2000?",
    "complete_for": "Earlier files with these columns said more: what is this one complete for?",
    "excel_serial_date": "Are five-digit dates days that Excel counted, and since when?",
    "currency_of_amounts": "The header names one currency and the column of currencies another:"
    " which holds for the amounts?",
    "currency_of_crowns": "Is `kr` the crown of Sweden, Norway, Denmark or Iceland?",
    "currency_of_rupees": "Whose rupees are `Rs`?",
    "currency_of_yen_or_yuan": "Is ¥ yen or yuan?",
    "currency_unclear": "Amounts name no currency, among others that do or below a header that does"
    " elsewhere: which is it?",
    "spend_period": "Is what is spent meant for a month or for a year?",
    "choose_sheet": "The workbook has several visible sheets: which one is it?",
    "whole_file_provider": "No column says which provider: which one is the whole file about? The"
    " answer is its name, such as `OpenAI`",
    "whole_file_company": "No column says which company: which one is the whole file about? The"
    " answer is its name, such as `Acme`",
    "several_providers": "A cell names several providers: does each become a record of its own"
    " (`split`), or does the first count (`first`)?",
}

FILE_REFUSED = {
    "empty_file": "there is nothing in it",
    "no_records": "there is a header and no line below it",
    "not_text": "it is a picture, a PDF or another file that holds no text table",
    "nul_bytes": "it holds bytes that no text has; export it again as CSV UTF-8",
    "not_csv": "it is text, but no table: a web page, for instance",
    "unsupported_type": "it is a table or document of a kind that is not read; export CSV",
    "missing_columns": "no column says which company or which provider: name them yourself",
    "duplicate_header": "two columns have the same name; rename one",
    "unnamed_column": "a column with data has no name; give it one",
    "too_many_columns": f"more than {LIMITS.columns} columns",
    "too_many_records": f"more than {LIMITS.records:,} records; divide the file",
    "file_too_large": f"more than {LIMITS.file_bytes // 1024**2} MB; divide the file",
    "unterminated_quote": "a quote opens at the named line and never closes",
    "encrypted_or_legacy_excel": "the workbook has a password or is of the kind before .xlsx",
    "archive_too_large": f"more than {LIMITS.unpacked_bytes // 1024**2} MB once unpacked, or"
    f" packed more than {LIMITS.unpacked_ratio} times",
    "unsafe_archive": "the archive or workbook names files outside itself, or other tricks",
    "corrupt_archive": "the archive or workbook is damaged; export it again",
    "unsafe_xml": "the workbook's XML defines entities, which none needs",
}

_RECORD_LEFT_OUT = {
    "field_count": "more or fewer cells than the header; add or remove a separator, or quote the"
    " cell that holds one",
    "conflict": "two lines have the same company, use case, provider and model but differ: all of"
    " them stay out until you say which holds",
}

_WARNED = {
    "plugin_left_out": "a plug-in that was asked about the file failed and is left out",
    "double_bom": "the mark at the file's beginning stands there twice",
    "space_before_quote": "a space stands before a quoted cell and was dropped",
    "empty_column_dropped": "a column without name and data was dropped",
    "halves_joined": "characters were written as two halves (CESU-8) and put together",
    "header_renamed": "two columns that are not used have one name; the second got a number",
    "header_cleaned": "invisible characters were taken out of a header",
    "unknown_column_ignored": "a column was not recognised; say what it is, or leave it out",
    "blank_records": "empty lines were skipped",
    "duplicate_records": "a line stands there twice and counts once",
    "ends_nothing": "lines that were left out name no company, so that nothing ends until they do",
    "shares_exceed_one": "the shares of one use case add up to more than 100 %",
    "confusable_names": "two names look alike and are written with different letters",
    "part_not_read": "of a list of providers some words name none that is known; write a line of"
    " its own if they do",
    "spend_shared_out": "what several providers of a cell cost together was shared out evenly over"
    " them; write a line for each to be exact",
    "unknown_provider": "nobody knows this provider or product; say what it is, or leave it open",
    "formula_values_used": "cells hold formulas; the results saved with them were read",
    "hidden_sheet_ignored": "a hidden sheet was left out",
}


def tables() -> dict[str, str]:
    """Every table of the page by the name of its place."""
    return {
        "columns": table(("column", "on the page", "what it says", "how it is read"), _columns()),
        "stated": table(("column", "what it says", "how it is read"), _as_stated()),
        "kinds": table(("kind", "how it is read", "taken", "refused"), _kinds()),
        "refused": _codes(FILE_CODES, FILE_REFUSED),
        "left out": _codes(RECORD_CODES, {**_said(), **_RECORD_LEFT_OUT}),
        "cells": _codes(CELL_CODES, _said()),
        "questions": _codes(CONFIRM_CODES, QUESTIONS),
        "warnings": _codes(WARNING_CODES, {**_said(), **_WARNED}),
    }


def _columns() -> Iterable[tuple[str, ...]]:
    for name in INVENTORY_COLUMNS:
        column = COLUMNS[name]
        shown = f"**`{name}`**" if name in REQUIRED else f"`{name}`"
        choices = ", ".join(f"`{one.value}`" for one in column.choices or ())
        yield shown, wording.field(name), MEANINGS[name], choices or column.kind.value


def _as_stated() -> Iterable[tuple[str, ...]]:
    for name, said in AS_STATED.items():
        kind = COLUMNS[name.replace("…", "spend")].kind
        yield f"`{name}`", said, kind.value


def _kinds() -> Iterable[tuple[str, ...]]:
    for kind, (words, taken, refused) in KINDS.items():
        yield kind.value, words, _examples(taken), _examples(refused)


def _examples(cells: Iterable[str]) -> str:
    return " ".join(f"`{one}`" for one in cells if len(one) < 40)


def _said() -> dict[str, str]:
    filled = {**vars(LIMITS), "choices": "the words of its column's list"}
    return {code: text.format(**filled) for code, text in SAID.items()}


def _codes(codes: Iterable[str], said: Mapping[str, str]) -> str:
    return table(
        ("code", "what it means, and what to do"),
        (
            (f"`{code}`", wording.sentence_case(said[code]))
            for code in sorted(codes)
            # Those that only logs and bills have stand in docs/usage.md.
            if code not in usage_tables.CODES
        ),
    )
