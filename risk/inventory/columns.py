"""The canonical columns of an inventory and what each may hold."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache

from risk.inventory.records import (
    Depth,
    Evidence,
    ExitPlan,
    Fallback,
    Requirement,
    SwitchBegun,
)
from risk.money.stated import PERIODS


class Kind(Enum):
    """How a column's cells are read."""

    NAME = "name"
    TEXT = "text"
    LIST = "list"
    EMAIL = "e-mail"
    MONEY = "money"
    CURRENCY = "currency"
    FRACTION = "fraction"
    MARGIN = "margin"
    NUMBER = "number"
    LEVEL = "level"
    CHOICE = "choice"
    DATE = "date"


NUMERIC = frozenset({Kind.MONEY, Kind.FRACTION, Kind.MARGIN, Kind.NUMBER})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One canonical column; ``choices`` is the closed list of a CHOICE column."""

    name: str
    kind: Kind
    choices: type[StrEnum] | None = None


REQUIRED = ("startup", "provider")
KEY = ("startup", "use_case", "provider", "model")
#: What is said of the startup itself, and of the record; all else tells of a dependency.
OF_THE_STARTUP = frozenset(
    "startup website sector country annual_revenue_usd cash_usd monthly_burn_usd invested_usd"
    " gross_margin ai_revenue_share engineers tags stage fund ownership relationship watched_by"
    " contact_email source as_of currency".split()
).union(
    *(
        {f"{fact}_stated", f"{fact}_currency", f"{fact}_rate_day"}
        for fact in PERIODS
        if fact != "spend"
    ),
    {"spend_currency", "spend_rate_day"},
)
_KINDS = {
    Kind.NAME: "startup provider model host fallback_provider dependency_key",
    Kind.TEXT: "website sector country stage relationship watched_by notes use_case region"
    " data_residency contract governing_law source",
    Kind.LIST: "tags fund",
    Kind.EMAIL: "contact_email",
    Kind.MONEY: " ".join(f"{fact}_usd {fact}_stated" for fact in PERIODS),
    Kind.CURRENCY: " ".join(("currency", *(f"{fact}_currency" for fact in PERIODS))),
    Kind.FRACTION: "ai_revenue_share ownership use_case_revenue_share share promised_availability",
    Kind.MARGIN: "gross_margin",
    Kind.NUMBER: "engineers notice_days provider_notice_days buffer_hours",
    Kind.LEVEL: "criticality",
    Kind.DATE: " ".join(
        (
            "contract_start contract_end renewal fallback_tested_on as_of",
            *(f"{fact}_rate_day" for fact in PERIODS),
        )
    ),
}
_CHOICES = {
    "requirement": Requirement,
    "depth": Depth,
    "fallback": Fallback,
    "exit_plan": ExitPlan,
    "switch_begun": SwitchBegun,
    "evidence": Evidence,
}

COLUMNS: dict[str, Column] = {
    name: Column(name=name, kind=kind) for kind, names in _KINDS.items() for name in names.split()
} | {name: Column(name=name, kind=Kind.CHOICE, choices=list_) for name, list_ in _CHOICES.items()}

#: Columns that say how amounts of others are to be read, and are no facts themselves.
OF_AMOUNTS = frozenset({"currency"}).union(
    *({f"{fact}_currency", f"{fact}_rate_day"} for fact in PERIODS)
)

#: Zero-width and soft characters, and spaces other than the ordinary one, found in headers.
INVISIBLE_IN_HEADER = re.compile(
    "[\u00a0\u00ad\u061c\u180e\u2007\u200b-\u200f\u202f\u2060-\u2064\ufeff]"
)
_ZERO_WIDTH = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
#: Bytes that are no UTF-8 are decoded as lone surrogates.
LOST_BYTES = re.compile("[\ud800-\udfff]")
_IGNORED_IN_HEADER = re.compile(r"[\s_\-]+")


def header_text(cell: str) -> str:
    """A header as shown: invisible characters gone, inner space folded, trimmed."""
    whole = LOST_BYTES.sub("\ufffd", cell)
    visible = _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", whole))
    return " ".join(INVISIBLE_IN_HEADER.sub(" ", visible).split())


@lru_cache(maxsize=10_000)
def header_key(cell: str) -> str:
    """A header as compared: without case, spaces, ``_``, ``-`` and invisible characters."""
    visible = _ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", cell)).replace("\u2019", "'")
    return _IGNORED_IN_HEADER.sub("", visible).casefold()
