"""Findings of an authority in a DORA register, as columns: one by one and by rule."""

from collections import Counter
from collections.abc import Iterable

from risk.inventory.formats.dora_lint import Finding
from ui.tables.column import Column, Record, Unit, attributes, chosen

_KINDS = ("weight", "rule", "table", "column")


def rows_of(findings: Iterable[Finding]) -> list[Record]:
    """Return each finding with the record to correct."""
    return [
        attributes(one, " ".join((*_KINDS, "startup use_case provider message")))
        for one in findings
    ]


def by_rule(findings: Iterable[Finding]) -> list[Record]:
    """Return each rule, table and column once: how often, and what to do about the first."""
    known = rows_of(findings)
    counted = Counter(tuple(one[name] for name in _KINDS) for one in known)
    first = {tuple(one[name] for name in _KINDS): one for one in reversed(known)}
    return [{**first[kind], "cases": number} for kind, number in counted.items()]


def _record(row: Record) -> str:
    return " · ".join(filter(None, (row["startup"], row["use_case"], row["provider"])))


COLUMNS = (
    Column(key="weight", label="Weight", help="Errors keep the filing from being accepted."),
    Column(key="rule", label="Rule", help="The authorities' own number of the rule."),
    Column(key="table", label="Table"),
    Column(key="column", label="Column"),
    Column(key="startup", label="Startup"),
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="record", label="Record", cell=_record),
    Column(key="cases", label="How often", unit=Unit.COUNT),
    Column(key="message", label="What to do"),
)
PAGE = chosen(COLUMNS, (*_KINDS, "startup", "use_case", "provider", "message"))
RULES = chosen(COLUMNS, (*_KINDS, "cases", "message"))
TERMINAL = chosen(COLUMNS, (*_KINDS, "record", "message"))
