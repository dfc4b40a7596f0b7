"""Records that say the same twice, and records that contradict each other.

A record is known by startup, use case, provider and model. Rows that agree in every mapped column
count once; rows of one key that differ are all refused, because the last is no truer than the
first.
"""

import unicodedata
from collections.abc import Mapping

import numpy as np

from risk.inventory.columns import KEY
from risk.inventory.findings import Findings
from risk.inventory.intake_results import Problem
from risk.inventory.refusals import shortened
from risk.inventory.rows import Coded, Indices, combined
from risk.inventory.tables import Table
from risk.inventory.validators import Value


def folded_name(value: Value) -> str:
    """A name as it is compared: NFC, trimmed, inner space folded, without case."""
    if value is None:
        return ""
    return " ".join(unicodedata.normalize("NFC", str(value)).split()).casefold()


def key_numbers(columns: Mapping[str, Coded], records: int) -> tuple[Indices, Indices]:
    """Number the records' keys (:data:`~risk.inventory.columns.KEY`), as :func:`combined` does."""
    parts = [np.zeros(records, np.int64)]
    for name in KEY:
        if name in columns:
            column = columns[name]
            parts.append(column.mapped([folded_name(one) for one in column.values]).identities)
    return combined(parts)


def settle_duplicates(
    table: Table,
    columns: Mapping[str, Coded],
    lines: Indices,
    positions: Indices,
    findings: Findings,
) -> Indices:
    """The records to import; repetitions are counted once, contradictions refused.

    ``columns`` hold the values of sound records, ``lines`` and ``positions`` where these stand.
    """
    keys, first = key_numbers(columns, len(lines))
    if len(first) == len(lines):
        return np.arange(len(lines))
    shared = np.flatnonzero(np.bincount(keys)[keys] > 1)
    parts = [np.zeros(len(shared), np.int64)]
    parts += [one.taken(shared).identities for name, one in columns.items() if name not in KEY]
    content = np.zeros(len(keys), np.int64)
    content[shared] = combined(parts)[0]
    contradicted = np.zeros(len(first), bool)
    contradicted[keys[shared[content[shared] != content[first[keys[shared]]]]]] = True
    repeated = shared[(shared != first[keys[shared]]) & ~contradicted[keys[shared]]]
    if len(repeated):
        line = lines[repeated[np.argmin(keys[repeated])]]
        findings.warn(
            "duplicate_records",
            int(line),
            f"Line {line} repeats an earlier record; it counts once. Remove one of them.",
            times=len(repeated),
        )
    in_conflict = shared[contradicted[keys[shared]]]
    _refuse(table, in_conflict, keys, lines, positions, findings)
    return np.sort(first[~contradicted])


def _refuse(
    table: Table,
    records: Indices,
    keys: Indices,
    lines: Indices,
    positions: Indices,
    findings: Findings,
) -> None:
    """Refuse records that contradict each other, those of one key together."""
    raw = table.records_at(positions[records].tolist())
    ordered = records[np.argsort(keys[records], kind="stable")]
    for group in np.split(ordered, np.flatnonzero(np.diff(keys[ordered])) + 1):
        listed = ", ".join(str(line) for line in lines[group[:5]])
        for line, position in zip(lines[group].tolist(), positions[group].tolist(), strict=True):
            problem = Problem(
                code="conflict",
                line=line,
                column=None,
                value=shortened(raw[position].text),
                message=f"Line {line}: the same startup, use case, provider and model stand"
                f" on lines {listed} with different values; keep the line that is true.",
            )
            findings.reject([problem], table.cells(raw[position]))
