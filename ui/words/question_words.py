"""Answers to an import's questions in words, each with what it makes of the cells in question."""

import re
from datetime import date, timedelta

from risk.inventory.intake_results import Question
from risk.inventory.usage.observations import said_kind
from risk.money.currencies import currencies
from ui import wording

#: Encodings that people know by another name.
_ENCODINGS = {
    "cp1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "koi8_r": "Cyrillic (KOI8-R)",
    "cp866": "Cyrillic (old DOS)",
    "iso8859_2": "Central European (Latin-2)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "shift_jis": "Japanese (Shift JIS)",
    "cp932": "Japanese (Shift JIS)",
    "euc_kr": "Korean (EUC-KR)",
    "cp949": "Korean (EUC-KR)",
    "mac_roman": "Western European (old Mac)",
    "latin-1": "Western European (Latin-1)",
    "iso8859_1": "Western European (Latin-1)",
    "iso8859_15": "Western European (Latin-9)",
    "cp437": "Old DOS (437)",
    "cp850": "Old DOS (850)",
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 without its mark",
    "utf-16-be": "UTF-16 without its mark (big-endian)",
    "utf-32-le": "UTF-32 without its mark",
    "utf-32-be": "UTF-32 without its mark (big-endian)",
}
_WORDS = {
    ("preamble_skipped", "skip"): "Yes, the table begins below them",
    ("preamble_skipped", "keep"): "No, the first line is the header",
    ("header_rows", "1"): "No, the first row alone is the header",
    ("several_providers", "split"): "A record of each, the spend shared out evenly",
    ("several_providers", "first"): "One record, of the first provider named",
    ("decimal_comma", "comma"): "The comma is the decimal mark",
    ("decimal_comma", "point"): "The comma groups thousands",
    ("decimal_or_thousands", "thousands"): "The comma groups thousands",
    ("decimal_or_thousands", "decimal"): "The comma is the decimal mark",
    ("two_digit_year", "20yy"): "After 2000",
    ("two_digit_year", "19yy"): "Before 2000",
    ("excel_serial_date", "1900"): "Days since 1900, as Excel on Windows counts",
    ("excel_serial_date", "1904"): "Days since 1904, as old Excel on the Mac counts",
    ("spend_period", "month"): "For a month",
    ("spend_period", "year"): "For a year",
    ("currency_of_amounts", "header"): "The header's",
    ("currency_of_amounts", "column"): "The column's, line by line",
    ("complete_for", "source"): "All that earlier files with these columns said",
    ("complete_for", "portfolio"): "The whole portfolio",
    ("complete_for", "startup"): "Each company that it names",
    ("complete_for", "nothing"): "Nothing: it only adds",
    ("use_case_column", "none"): "None of them: all usage is one use case",
    ("is_it_llm", "yes"): "Yes, of a developer that is not stated",
    ("is_it_llm", "no"): "No, leave it out",
    ("key_alias_person", "yes"): "Yes, leave them out",
    ("key_alias_person", "no"): "No, they name use cases",
    ("developer_unknown", "not stated"): "It is not stated",
    ("host_unknown", "not stated"): "It is not stated",
    ("claude_hosting", "not stated"): "It is not stated",
    ("partial_month", "unknown"): "Spend a month stays unknown",
    ("partial_month", "as it stands"): "These days count as the month",
    ("more_pages", "yes"): "Yes, this page alone",
    ("more_pages", "no"): "No, import nothing",
    ("same_traffic_twice", "yes"): "Yes, the same traffic",
    ("same_traffic_twice", "no"): "No, other traffic: both count",
    ("month_would_shrink", "yes"): "Yes, this file is right",
    ("month_would_shrink", "no"): "No, keep what is known",
    ("differs_from_register", "observed"): "What this file shows",
    ("differs_from_register", "stated"): "What the register states",
}
_ORDERS = {"dmy": "Day first", "mdy": "Month first", "ymd": "Year first"}
#: The day from which each of Excel's two systems counts.
_SERIAL_STARTS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}


def choice_label(question: Question, choice: str) -> str:
    """Return a choice in words; one that we have no words for is shown as it is."""
    if question.code == "encoding_guessed":
        return _ENCODINGS.get(choice.casefold(), choice)
    if question.code == "header_rows" and choice != "1" and choice.isdigit():
        return f"Yes, the header takes {choice} rows"
    if choice in _ORDERS:
        return _ORDERS[choice]
    if question.code.startswith("currency_") and choice in currencies():
        return f"{choice}: {currencies()[choice].name}"
    if choice == "reject":
        return "Neither: leave such dates unknown"
    if question.code == "use_case_column" and (question.code, choice) not in _WORDS:
        return said_kind(choice)
    return _WORDS.get((question.code, choice), choice)


def choice_effect(question: Question, choice: str) -> str:
    """Return what the choice makes of the first cells in question, or nothing to say."""
    readings = (_reading(question, choice, cell) for cell in question.examples[:2])
    return " · ".join(dict.fromkeys(one for one in readings if one))


def _reading(question: Question, choice: str, cell: str) -> str:
    if question.code == "encoding_guessed":
        return _decoded(cell, written=question.choices[0], read=choice)
    if choice in _ORDERS:
        return _arrow(cell, _in_order(cell, choice))
    if question.code in ("decimal_comma", "decimal_or_thousands"):
        return _arrow(cell, _amount(cell, decimal=choice in ("comma", "decimal")))
    if question.code == "excel_serial_date" and choice in _SERIAL_STARTS:
        return _arrow(cell, _counted(cell, _SERIAL_STARTS[choice]))
    if question.code == "two_digit_year":
        return _arrow(cell, _year(cell, choice))
    return ""


def _arrow(cell: str, meaning: str) -> str:
    return f"{cell} → {meaning}" if meaning else ""


def _decoded(cell: str, *, written: str, read: str) -> str:
    """The words in doubt of a line decoded as ``written``, as they look decoded as ``read``."""
    words = re.split(r"[\s,;|]+", cell)
    doubtful = [place for place, word in enumerate(words) if not word.isascii()]
    # A dash by itself says little: the words around it show what it ought to be.
    around = {near for place in doubtful[:2] for near in (place - 1, place, place + 1)}
    shown = " ".join(words[place] for place in sorted(around) if 0 <= place < len(words))
    try:
        text = shown.encode(written).decode(read, "replace")
    except (LookupError, UnicodeError):
        return ""
    return wording.brief(text, 60)


def _in_order(cell: str, order: str) -> str:
    parts = [int(part) for part in re.findall(r"\d+", cell)[:3]]
    if len(parts) < 3:
        return ""
    values = dict(zip(order, parts, strict=True))
    year = values["y"] + 2000 if values["y"] < 100 else values["y"]
    try:
        return wording.day(date(year, values["m"], values["d"]))
    except ValueError:
        return "no date"


def _amount(cell: str, *, decimal: bool) -> str:
    plain = re.sub(r"[^\d.,]", "", cell)
    if decimal:
        return plain.replace(".", "").replace(",", ".")
    groups = re.fullmatch(r"\d{1,3}(,\d{2,3})*(\.\d+)?", plain)
    return plain.replace(",", "") if groups else "no amount"


def _counted(cell: str, start: date) -> str:
    try:
        return wording.day(start + timedelta(days=int(float(cell))))
    except (ValueError, OverflowError):
        return ""


def _year(cell: str, choice: str) -> str:
    short = re.search(r"(?<!\d)\d{2}$", cell.strip())
    return f"{choice[:2]}{short.group()}" if short else ""
