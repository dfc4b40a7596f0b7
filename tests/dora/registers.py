"""Small registers of information, written in a line each: for tests of many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from risk.dora.packages import zip_of
from risk.dora.schema import file_of
from risk.dora.stack_files import read_files
from risk.dora.stacked import Stacked, stacked
from risk.dora.tables import table_of

BANK, INSURER, DEPOSITORY = "eba_CT:x12", "eba_CT:x309", "eba_CT:x304"
YES, NO, NOT_ASSESSED = "eba_BT:x28", "eba_BT:x29", "eba_BT:x21"
LEI, EUID, CRN = "eba_qCO:qx2000", "eba_qCO:qx2002", "eba_qCO:qx2003"
CLOUD, SAAS = "eba_TA:S17", "eba_TA:S19"


def lei(name: str) -> str:
    """An LEI by form: the name, filled up."""
    return f"{name.upper():Z<18}00"


@dataclass(frozen=True, kw_only=True)
class Use:
    """A row of B_02.02, and of B_06.01 and B_07.01 about it where something is said there."""

    entity: str
    provider: str
    critical: str = YES
    contract: str = ""
    function: str = ""
    service: str = CLOUD
    end: str = "9999-12-31"
    reliance: str = ""
    substitutability: str = ""
    reason: str = ""
    exit_plan: str = ""
    alternatives: str = ""

    @property
    def reference(self) -> str:
        """The contract: that of the entity and the provider, unless named."""
        return self.contract or f"{self.entity}-{self.provider}"

    @property
    def purpose(self) -> str:
        """The function: one of criticality, unless named."""
        return self.function or f"F {self.critical}"


@dataclass(frozen=True, kw_only=True)
class Small:
    """One register. Names are filled up to LEIs; ``entities`` are name, category and assets.

    ``parents`` are the ultimate parents of providers, ``second`` their additional codes, ``chain``
    rows of contract, service, subcontractor and rank.
    """

    filer: str
    entities: Sequence[tuple[str, str, str]]
    uses: Sequence[Use]
    scope: str = "IND"
    day: str = "2025-12-31"
    currency: str = "EUR"
    parents: Mapping[str, str] = field(default_factory=dict)
    second: Mapping[str, str] = field(default_factory=dict)
    chain: Sequence[tuple[str, str, str, str]] = ()
    expense: Mapping[str, str] = field(default_factory=dict)
    made: str = "20260315101500000"

    @property
    def name(self) -> str:
        """The package's name."""
        return f"{lei(self.filer)}.{self.scope}_DE_DORA010100_DORA_{self.day}_{self.made}"

    def rows(self) -> dict[str, list[dict[str, str]]]:
        """The rows of each table, by column."""
        firms = {one.provider for one in self.uses} | {one for _, _, one, _ in self.chain}
        firms |= set(self.parents) | set(self.parents.values())
        return {
            "B_01.01": [{"c0010": lei(self.filer), "c0060": self.day}],
            "B_01.02": [
                {"c0010": lei(who), "c0020": who, "c0040": category, "c0110": assets}
                for who, category, assets in self.entities
            ],
            "B_02.01": [
                {"c0010": one, "c0050": self.expense.get(one, "")}
                for one in dict.fromkeys(use.reference for use in self.uses)
            ],
            "B_02.02": [
                {
                    "c0010": one.reference,
                    "c0020": lei(one.entity),
                    "c0030": lei(one.provider),
                    "c0040": LEI,
                    "c0050": one.purpose,
                    "c0060": one.service,
                    "c0080": one.end,
                    "c0180": one.reliance,
                }
                for one in self.uses
            ],
            "B_05.01": [
                {
                    "c0010": lei(one),
                    "c0020": LEI,
                    "c0030": self.second.get(one, ""),
                    "c0040": EUID if one in self.second else "",
                    "c0050": one,
                    "c0080": "eba_GA:IE",
                    "c0110": lei(self.parents[one]) if one in self.parents else lei(one),
                    "c0120": LEI,
                }
                for one in sorted(firms)
            ],
            "B_05.02": [
                {
                    "c0010": contract,
                    "c0020": service,
                    "c0030": lei(firm),
                    "c0040": LEI,
                    "c0050": rank,
                }
                for contract, service, firm, rank in self.chain
            ],
            "B_06.01": [
                {"c0010": purpose, "c0040": lei(entity), "c0050": critical}
                for purpose, entity, critical in dict.fromkeys(
                    (one.purpose, one.entity, one.critical) for one in self.uses
                )
            ],
            "B_07.01": [
                {
                    "c0010": one.reference,
                    "c0020": lei(one.provider),
                    "c0030": LEI,
                    "c0040": one.service,
                    "c0050": one.substitutability,
                    "c0060": one.reason,
                    "c0080": one.exit_plan,
                    "c0110": one.alternatives,
                }
                for one in self.uses
                if one.substitutability or one.exit_plan or one.alternatives
            ],
        }

    def files(self) -> dict[str, bytes]:
        """The tables and parameters by path in the package."""
        tables = {
            f"reports/{file_of(name)}": table_of(name, rows).source
            for name, rows in self.rows().items()
        }
        said = f"entityID,rs:{lei(self.filer)}.{self.scope}\nrefPeriod,{self.day}\n"
        said += f"baseCurrency,iso4217:{self.currency}\n"
        return {**tables, "reports/parameters.csv": f"name,value\n{said}".encode()}

    def package(self) -> tuple[str, bytes]:
        """The package as a zip by its name."""
        files = {f"{self.name}/{path}": data for path, data in self.files().items()}
        return f"{self.name}.zip", zip_of(files)


def stack_of(*registers: Small) -> Stacked:
    """The registers as columns, read from their packages."""
    return stacked(read_files([one.package() for one in registers]))


def stacked_tables(registers: Sequence[Small]) -> dict[str, bytes]:
    """The registers as stacked CSV tables with a column ``register``."""
    lines: dict[str, list[str]] = {}
    for one in registers:
        for path, data in one.files().items():
            head, *rows = data.decode().splitlines()
            name = path.rpartition("/")[2]
            kept = lines.setdefault(name, [f"register,{head}"])
            kept += [f"{one.name},{row}" for row in rows if row]
    return {name: "\n".join([*rows, ""]).encode() for name, rows in lines.items()}
