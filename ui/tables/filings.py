"""Registers of information as columns: kept ones, their tables, findings, proposals."""

from collections import Counter
from collections.abc import Iterable, Sequence

from db.services.filings import FilingSummary
from risk.dora.completion import Completion
from risk.dora.findings import Finding
from risk.dora.proposals import Proposal
from risk.dora.schema import COLUMNS as CELLS
from risk.dora.schema import TITLES, label_of
from ui.tables.column import Column, Record, Unit, attributes, chosen

# --- Kept registers -------------------------------------------------------------------------------

KEPT = (
    Column(key="register", label="Number"),
    Column(key="file_name", label="File"),
    Column(key="reference_date", label="Reference date", unit=Unit.DATE, missing="not stated"),
    Column(key="lei", label="LEI", missing="not stated"),
    Column(key="scope", label="Scope", missing="not stated"),
    Column(key="country", label="Authority of", missing="not stated"),
    Column(key="currency", label="Currency"),
    Column(key="drawn", label="Drawn up here", unit=Unit.YES),
    Column(key="made_by", label="Kept by"),
    Column(key="made_at", label="Kept at", unit=Unit.MOMENT),
    Column(key="decided", label="Cells decided", unit=Unit.COUNT),
    Column(key="packed_as", label="Last package", missing="none"),
    Column(key="packed_at", label="Packed at", unit=Unit.MOMENT, missing="never"),
)
KEPT_TERMINAL = chosen(KEPT, ("register", "file_name", "reference_date", "decided", "packed_at"))


def kept_rows(summaries: Iterable[FilingSummary]) -> list[Record]:
    """Return each kept register."""
    return [
        {
            "register": one.number,
            "reference_date": one.facts.day,
            "lei": one.facts.lei or None,
            "scope": one.facts.scope or None,
            "country": one.facts.country or None,
            "currency": one.facts.currency,
            **attributes(one, "file_name drawn made_by made_at decided packed_as packed_at"),
        }
        for one in summaries
    ]


# --- How far the tables are -----------------------------------------------------------------------

PROGRESS = (
    Column(key="table", label="Table"),
    Column(key="title", label="What it holds"),
    Column(key="rows", label="Rows", unit=Unit.COUNT),
    Column(key="needed", label="Cells needed", unit=Unit.COUNT),
    Column(key="filled", label="Filled in", unit=Unit.COUNT),
    Column(key="share", label="Complete", unit=Unit.SHARE, missing="nothing needed"),
    Column(key="errors", label="Errors", unit=Unit.COUNT),
    Column(key="warnings", label="Warnings", unit=Unit.COUNT),
)


def progress_rows(completion: Completion) -> list[Record]:
    """Return each table with how far it is filled in."""
    return [
        {"title": TITLES[one.table], **attributes(one, "table rows needed filled share")}
        | attributes(one, "errors warnings")
        for one in completion.tables
    ]


# --- Findings -------------------------------------------------------------------------------------

_KIND = ("weight", "rule", "table", "column")
FINDINGS = (
    Column(
        key="weight",
        label="Weight",
        help="An error rejects the filing, a warning is noted by the authority, advice is ours.",
    ),
    Column(key="rule", label="Rule", help="The authorities' own number where there is one."),
    Column(key="table", label="Table"),
    Column(key="column", label="Column"),
    Column(key="line", label="Line", unit=Unit.COUNT, missing="new row"),
    Column(key="key", label="Row"),
    Column(key="value", label="Value"),
    Column(key="meaning", label="What it means"),
    Column(key="message", label="What to do"),
    Column(key="fix", label="Meant is probably", missing=""),
    Column(key="cases", label="How often", unit=Unit.COUNT),
)
FINDINGS_FILE = chosen(FINDINGS, (*_KIND, "line", "key", "value", "meaning", "message", "fix"))
FINDINGS_PAGE = chosen(FINDINGS, (*_KIND, "key", "value", "message"))
FINDINGS_TERMINAL = chosen(FINDINGS, (*_KIND, "line", "key", "message"))
BY_RULE = chosen(FINDINGS, (*_KIND, "cases", "message"))


def finding_rows(findings: Iterable[Finding]) -> list[Record]:
    """Return each finding with the cell that it is about."""
    names = " ".join((*_KIND, "line key value meaning message fix"))
    return [attributes(one, names) for one in findings]


def by_rule(findings: Iterable[Finding]) -> list[Record]:
    """Return each rule, table and column once: how often, and what to do about the first."""
    known = finding_rows(findings)
    counted = Counter(tuple(one[name] for name in _KIND) for one in known)
    first = {tuple(one[name] for name in _KIND): one for one in reversed(known)}
    return [{**first[kind], "cases": number} for kind, number in counted.items()]


# --- Proposals ------------------------------------------------------------------------------------


PROPOSALS = (
    Column(key="proposal", label="Proposal"),
    Column(key="table", label="Table"),
    Column(key="column", label="Column", missing="new row"),
    Column(key="meaning", label="What it says"),
    Column(key="key", label="Row"),
    Column(key="value", label="Value"),
    Column(key="shown", label="Proposed", of=("value",)),
    Column(key="reason", label="Why"),
    Column(key="cells", label="Cells of the row"),
)
PROPOSALS_FILE = chosen(
    PROPOSALS, ("proposal", "table", "column", "meaning", "key", "value", "reason")
)
PROPOSALS_TERMINAL = chosen(PROPOSALS, ("proposal", "table", "column", "key", "shown", "reason"))


def proposal_rows(proposals: Sequence[Proposal]) -> list[Record]:
    """Return each proposal in words; a new row lists its cells."""
    return [
        {
            "proposal": one.id,
            "table": one.table,
            "column": one.column or None,
            "meaning": CELLS[one.table][one.column].meaning if one.column else TITLES[one.table],
            "key": one.key,
            "value": one.value,
            "shown": label_of(CELLS[one.table][one.column], one.value)
            if one.column
            else "; ".join(value for value in one.cells.values() if value),
            "reason": one.reason,
            "cells": dict(one.cells),
        }
        for one in proposals
    ]
