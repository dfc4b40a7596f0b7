"""Cells of a register: what may stand in each kind, and the text that was plainly meant instead.

A correction is offered where only one reading is possible: a code without its prefix, a comma as
the decimal mark, the day before the month. What two people could read differently stays as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from risk.dora.schema import LISTS, NO_COUNTRY, Column, Kind
from risk.inventory.amounts import Evidence, Notation, notation_evidence, read_number
from risk.inventory.dates import (
    DateEvidence,
    DateOrder,
    DateStyle,
    date_evidence,
    has_two_digit_year,
    is_serial,
    read_date,
)
from risk.inventory.limits import LIMITS

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_MONEY = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:\.\d{3})+", re.ASCII)
_SERVICE = re.compile(r"(?:eba_TA:)?s(\d{1,2})\b.*", re.IGNORECASE | re.DOTALL)
#: Total assets of the largest banks are some 10¹² in any large currency.
_LIMITS = replace(LIMITS, amount=10**16)
#: Words that stand where a list has a code, in the lists of which they are no code themselves.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "YES_NO": {"y": "x28", "true": "x28", "1": "x28", "n": "x29", "false": "x29", "0": "x29"},
    "YES_NO_NP": {
        **{"y": "x28", "true": "x28", "1": "x28", "n": "x29", "false": "x29", "0": "x29"},
        "not assessed": "x21",
        "not performed": "x21",
    },
    "LMH_NP": {"not assessed": "x799", "not performed": "x799"},
    "COUNTRY": {"uk": "GB", "el": "GR"},
    "COUNTRY_KEY": {"uk": "GB", "el": "GR", "n/a": "qx2007", "not applicable": "qx2007"},
    "CODE_TYPE": {"crn": "qx2003", "vat": "qx2004", "passport": "qx2005"},
    "REINTEGRATION": {"n/a": "x0"},
    "CURRENCY": {"€": "EUR", "£": "GBP"},
}
_TRUE = frozenset(("true", "yes", "y", "1", "eba_bt:x28", "x28"))


def is_day(text: str) -> bool:
    """Is it a day of the calendar as 2025-12-31?"""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_money(text: str) -> bool:
    """Is it a plain number with a point before its decimals?"""
    return _MONEY.fullmatch(text) is not None


def is_valid(column: Column, text: str) -> bool:
    """May this text stand in the column? Any may in a text column; keys and need are not asked."""
    if column.kind is Kind.CODE:
        return text in LISTS[column.list]
    if column.kind is Kind.DATE:
        return is_day(text)
    if column.kind is Kind.WHOLE:
        return _WHOLE.fullmatch(text) is not None
    if column.kind is Kind.MONEY:
        return is_money(text)
    return text == "true" if column.kind is Kind.LINK else True


def meant(column: Column, text: str) -> str | None:
    """What plainly was meant by a text that may not stand in the column; None if nobody knows."""
    bare = text.strip()
    if column.kind is Kind.TEXT or (bare != text and is_valid(column, bare)):
        return bare if bare != text else None
    found: str | None = None
    if column.kind is Kind.CODE:
        found = _code(column.list, bare)
    elif column.kind is Kind.DATE:
        found = _date(bare)
    elif column.kind is Kind.LINK:
        found = "true" if bare.casefold() in _TRUE else None
    elif (number := _number(bare)) is not None:
        point = number.find(".")
        whole = point < 0 or not number[point + 1 :].strip("0")
        if column.kind is Kind.MONEY:
            found = number
        # 1.000 hours are one or a thousand.
        elif whole and not _GROUPED.fullmatch(bare):
            found = number[:point] if point >= 0 else number
    return found if found is not None and is_valid(column, found) else None


def _code(name: str, text: str) -> str | None:
    folded = " ".join(text.casefold().split())
    if name == "SERVICE" and (named := _SERVICE.fullmatch(text)):
        return f"eba_TA:S{int(named[1]):02}"
    return _spellings(name).get(folded)


@cache
def _spellings(name: str) -> Mapping[str, str]:
    """Every spelling of a list's codes that means one code alone, case folded."""
    found: dict[str, set[str]] = {}
    suffixes: dict[str, str] = {}
    for code, label in LISTS[name].items():
        prefix, _, suffix = code.partition(":")
        suffixes[suffix] = code
        spelled = {code, suffix, label, label.partition(" (")[0], f"{code} {label}"}
        if suffix.startswith("qx"):
            spelled |= {suffix[1:], f"{prefix}:{suffix[1:]}"}
        for one in spelled - {""}:
            found.setdefault(" ".join(one.casefold().split()), set()).add(code)
    # Whose prefix is of another list, where no other list has that code.
    others = {code.casefold() for codes in LISTS.values() for code in codes}
    for suffix, code in suffixes.items():
        for prefix in ("eba_bt", "eba_zz", "eba_co", "eba_qco", "eba_ct", "eba_rp", "eba_ga"):
            if (spelling := f"{prefix}:{suffix.casefold()}") not in others:
                found.setdefault(spelling, {code})
    for word, suffix in _WORDS.get(name, {}).items():
        found.setdefault(word, {suffixes[suffix]})
    if NO_COUNTRY in LISTS[name]:
        # NA is Namibia, and what many write where nothing applies.
        found.pop("na", None)
    return {spelled: next(iter(codes)) for spelled, codes in found.items() if len(codes) == 1}


def _date(text: str) -> str | None:
    if is_serial(text) or has_two_digit_year(text):
        return None
    evidence = date_evidence(text)
    order = DateOrder.REFUSED
    if evidence is DateEvidence.MONTH_FIRST:
        order = DateOrder.MONTH_FIRST
    # Points are written where the day stands first.
    elif evidence is DateEvidence.DAY_FIRST or _DOTTED.fullmatch(text):
        order = DateOrder.DAY_FIRST
    day = read_date(text, DateStyle(order)).value
    return day.isoformat() if day else None


def _number(text: str) -> str | None:
    sign, digits = ("-", text[1:].lstrip()) if text[:1] in ("-", "−") else ("", text)
    evidence = notation_evidence(digits)
    if evidence is Evidence.EITHER:
        return None
    comma = Notation.COMMA_DECIMAL if evidence is Evidence.DECIMAL else Notation.COMMA_GROUPS
    value = read_number(digits, comma, _LIMITS).value
    return f"{sign}{value:f}" if value is not None else None
