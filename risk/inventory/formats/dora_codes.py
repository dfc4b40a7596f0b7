"""The columns and closed lists of the DORA register that an export writes.

Regulation (EU) 2022/2554; implementing standard (EU) 2024/2956 with corrigendum OJ L 2025/90725.
Reconciled from public exporters, not from the Official Journal: this and
``fixtures/dora_columns.csv`` are the place for a compliance officer to correct. What an imported
code means for an inventory stands in :mod:`risk.inventory.formats.dora`.
"""

from collections.abc import Mapping

from risk.inventory.shipped import shipped

YES, NO, NOT_ASSESSED = "eba_BT:x28", "eba_BT:x29", "eba_BT:x21"
LOW, MEDIUM, HIGH = "eba_ZZ:x791", "eba_ZZ:x792", "eba_ZZ:x793"
IMPACT_NOT_ASSESSED = "eba_ZZ:x799"
NOT_SUBSTITUTABLE, HIGHLY_COMPLEX = "eba_ZZ:x959", "eba_ZZ:x960"
MEDIUM_COMPLEXITY, EASILY_SUBSTITUTABLE = "eba_ZZ:x961", "eba_ZZ:x962"
REASON_NO_ALTERNATIVES, REASON_MIGRATION = "eba_ZZ:x963", "eba_ZZ:x964"
LEGAL_PERSON = "eba_CT:x212"
PLATFORM_SERVICE, SOFTWARE_SERVICE = "eba_TA:S18", "eba_TA:S19"
#: Stands before the code of a currency.
CURRENCY = "eba_CU:"
US_DOLLAR = f"{CURRENCY}USD"
NO_COUNTRY = "eba_GA:qx2007"
NEVER, OPEN_END = "9999-12-31", "9999-12-31"

CODE_TYPES: Mapping[str, str] = {
    "LEI": "eba_qCO:qx2000",
    "NIN": "eba_qCO:qx2001",
    "EUID": "eba_qCO:qx2002",
    "CRN": "eba_qCO:qx2003",
    "VAT": "eba_qCO:qx2004",
    "PNR": "eba_qCO:qx2005",
}

#: Our scale of criticality as the register has it: critical or important, and the impact of
#: discontinuing. The import reads these pairs back as the same number.
CRITICALITY_CODES: Mapping[int, tuple[str, str]] = {
    5: (YES, HIGH),
    4: (YES, MEDIUM),
    3: (YES, LOW),
    2: (NO, MEDIUM),
    1: (NO, LOW),
}

_TABLES = shipped("dora_columns")


def _columns_of(table: str, has: str) -> tuple[str, ...]:
    return tuple(row["column"] for row in _TABLES if row["table"] == table and row[has])


#: The columns of each table, in the order of the form.
COLUMNS = {row["table"]: _columns_of(row["table"], "column") for row in _TABLES}
#: Columns that together name a row, and may not be empty.
KEYS = {table: _columns_of(table, "key") for table in COLUMNS}
#: (table, column) → the rule of the authorities that wants it filled in.
WANTED = {(row["table"], row["column"]): row["wanted_by"] for row in _TABLES if row["wanted_by"]}
#: (table, column) → table and column in which the value must stand.
FOREIGN_KEYS = {
    (row["table"], row["column"]): row["refers_to"].split("/")
    for row in _TABLES
    if row["refers_to"]
}
#: What a column is called, for the sentences of the lint.
NAMES = {(row["table"], row["column"]): row["name"] for row in _TABLES if row["name"]}
