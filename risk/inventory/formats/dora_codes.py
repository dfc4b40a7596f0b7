"""The columns and closed lists of the DORA register that an export writes.

Regulation (EU) 2022/2554; implementing standard (EU) 2024/2956 with corrigendum OJ L 2025/90725.
Reconciled from public exporters, not from the Official Journal: this is the place for a compliance
officer to correct. What an imported code means for an inventory stands in
:mod:`risk.inventory.formats.coded_tables`.
"""

from collections.abc import Mapping

YES, NO, NOT_ASSESSED = "eba_BT:x28", "eba_BT:x29", "eba_BT:x21"
LOW, MEDIUM, HIGH, IMPACT_NOT_ASSESSED = (
    "eba_ZZ:x791",
    "eba_ZZ:x792",
    "eba_ZZ:x793",
    "eba_ZZ:x799",
)
NOT_SUBSTITUTABLE, HIGHLY_COMPLEX = "eba_ZZ:x959", "eba_ZZ:x960"
MEDIUM_COMPLEXITY, EASILY_SUBSTITUTABLE = "eba_ZZ:x961", "eba_ZZ:x962"
REASON_NO_ALTERNATIVES, REASON_MIGRATION = "eba_ZZ:x963", "eba_ZZ:x964"
LEGAL_PERSON = "eba_CT:x212"
PLATFORM_SERVICE, SOFTWARE_SERVICE = "eba_TA:S18", "eba_TA:S19"
US_DOLLAR = "eba_CU:USD"
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

#: The columns of each table, in the order of the form.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "b_02.01": ("c0010", "c0020", "c0030", "c0040", "c0050"),
    "b_02.02": tuple(f"c{code:04}" for code in range(10, 190, 10)),
    "b_05.01": tuple(f"c{code:04}" for code in range(10, 130, 10)),
    "b_05.02": tuple(f"c{code:04}" for code in range(10, 80, 10)),
    "b_06.01": tuple(f"c{code:04}" for code in range(10, 110, 10)),
    "b_07.01": tuple(f"c{code:04}" for code in range(10, 130, 10)),
}

#: Columns that together name a row, and may not be empty.
KEYS: Mapping[str, tuple[str, ...]] = {
    "b_02.01": ("c0010",),
    "b_02.02": ("c0010", "c0020", "c0030", "c0050", "c0060", "c0130", "c0150", "c0160"),
    "b_05.01": ("c0010",),
    "b_05.02": ("c0010", "c0020", "c0030", "c0050", "c0060"),
    "b_06.01": ("c0010", "c0040"),
    "b_07.01": ("c0010", "c0020", "c0040"),
}

#: Columns that a rule of the authorities wants filled in, with the rule.
NOT_NULL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "b_02.02": ("e23680_e", ("c0040", "c0050", "c0060", "c0070", "c0080")),
    "b_06.01": (
        "e23682_e",
        ("c0020", "c0030", "c0050", "c0070", "c0080", "c0090", "c0100"),
    ),
    "b_07.01": ("e23681_e", ("c0050", "c0070", "c0080", "c0090", "c0100", "c0110")),
}

#: (table, column) → (table, column) in which the value must stand.
FOREIGN_KEYS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("b_02.02", "c0010"): ("b_02.01", "c0010"),
    ("b_02.02", "c0030"): ("b_05.01", "c0010"),
    ("b_02.02", "c0050"): ("b_06.01", "c0010"),
    ("b_05.02", "c0010"): ("b_02.01", "c0010"),
    ("b_05.02", "c0030"): ("b_05.01", "c0010"),
    ("b_05.02", "c0060"): ("b_05.01", "c0010"),
    ("b_07.01", "c0010"): ("b_02.01", "c0010"),
    ("b_07.01", "c0020"): ("b_05.01", "c0010"),
}

#: What a column is called, for the sentences of the lint.
NAMES: Mapping[tuple[str, str], str] = {
    ("b_02.01", "c0010"): "contractual arrangement reference number",
    ("b_02.02", "c0020"): "LEI of the entity that uses the service",
    ("b_02.02", "c0030"): "identification code of the provider",
    ("b_02.02", "c0040"): "type of the provider's code",
    ("b_02.02", "c0050"): "function identifier",
    ("b_02.02", "c0060"): "type of ICT services",
    ("b_02.02", "c0070"): "start date of the contract",
    ("b_02.02", "c0080"): "end date of the contract",
    ("b_05.01", "c0010"): "identification code of the provider",
    ("b_06.01", "c0020"): "licensed activity",
    ("b_06.01", "c0030"): "function name",
    ("b_06.01", "c0040"): "LEI of the financial entity",
    ("b_06.01", "c0050"): "criticality or importance assessment",
    ("b_06.01", "c0070"): "date of the last assessment of criticality",
    ("b_06.01", "c0080"): "recovery time objective",
    ("b_06.01", "c0090"): "recovery point objective",
    ("b_06.01", "c0100"): "impact of discontinuing the function",
    ("b_07.01", "c0050"): "substitutability of the provider",
    ("b_07.01", "c0070"): "date of the last audit of the provider",
    ("b_07.01", "c0080"): "existence of an exit plan",
    ("b_07.01", "c0090"): "possibility of reintegration",
    ("b_07.01", "c0100"): "impact of discontinuing the services",
    ("b_07.01", "c0110"): "alternative providers identified",
}
