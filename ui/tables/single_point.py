"""A single point of failure as columns: whose loss alone stops use cases."""

from risk.catalog.failure_kinds import FailureKind
from ui import wording
from ui.tables.column import Column, Record, Unit, values


def _who(row: Record) -> str:
    kinds = (wording.disruption(FailureKind(one)).lower() for one in row["kinds"])
    return f"{row['root']}: {wording.listed(kinds)}"


COLUMNS = (
    Column(key="who", label="Who, by which disruption", cell=_who, of=("root", "kinds")),
    Column(key="root", label="Who"),
    Column(key="kinds", label="Kinds of disruption", unit=Unit.LIST),
    Column(key="startups", label="Companies", unit=Unit.COUNT),
    Column(key="margin_share", label="Of AI margin", unit=Unit.SHARE),
    Column(key="aal_usd", label="Loss a year", unit=Unit.USD),
)
VALUES = values(COLUMNS)
#: What readers of links and reports see, unless it is left out.
LINK = tuple(one for one in COLUMNS if one.key not in ("root", "kinds"))
