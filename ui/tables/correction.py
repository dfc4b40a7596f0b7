"""Corrections as columns: each fact in the snapshot, in the register now, and as proposed."""

from typing import TYPE_CHECKING, Any

from risk.inventory.records import DEPENDS_ON_NOTHING
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.corrections import Correction, ProposedChange

MONEY = {
    *("annual_revenue_usd", "cash_usd", "monthly_burn_usd", "invested_usd", "spend_usd"),
    "spend_usd_per_month",
}
SHARES = {"gross_margin", "ai_revenue_share", "share", "use_case_revenue_share", "ownership"}
#: What a change is called that is a dependency which the register does not have.
NEW_USE = "dependency"
#: The fact that says what a name stands for of which nobody could tell.
STANDS_FOR = "answer"
DAYS = {"notice_days", "provider_notice_days"}


def label(name: str) -> str:
    """Return what a fact is called."""
    if name == NEW_USE:
        return "Another provider"
    if name == STANDS_FOR:
        return "What the name stands for"
    return wording.field(name)


def fact(name: str, value: Any) -> str:
    """Return one fact of the register in words; None is unknown."""
    if value is None:
        return wording.UNKNOWN
    if name == NEW_USE and value.get("provider") == DEPENDS_ON_NOTHING:
        return "uses no AI provider"
    if name == STANDS_FOR:
        return str(value)
    if name == NEW_USE:
        said = {label(key).lower(): fact(key, cell) for key, cell in value.items()}
        return ", ".join(f"{called}: {cell}" for called, cell in said.items())
    if name in MONEY:
        return wording.stated_money(value)
    if name in SHARES:
        return wording.percent(value)
    if name == "promised_availability":
        return wording.availability(value)
    if name in DAYS:
        return wording.days(value)
    if isinstance(value, float):
        return wording.number(value)
    return str(value).replace("_", " ") if name != "website" else str(value)


def change_of(one: "ProposedChange") -> Record:
    """Return one fact that a reader would change."""
    return {
        "change": one.place,
        "dependency": one.of,
        **attributes(one, "field before now proposed is_gone"),
    }


def row_of(one: "Correction") -> Record:
    """Return a correction with its changes, numbered as ``accept --only`` takes them."""
    changes = [(change_of(change), change.place in one.accepted) for change in one.changes]
    return {
        "id": one.number,
        **attributes(one, "share portfolio startup message proposed_by proposed_at decision batch"),
        "asked": one.asked,
        "changes": [{**change, "accepted": accepted} for change, accepted in changes],
    }


def title(row: Record) -> str:
    """Return what a correction is, how far it is, and what its reader wrote."""
    said = f" “{row['message']}”" if row["message"] else ""
    state = row["decision"] or "waits"
    what = "Answers" if row["asked"] else "Correction"
    return f"{what} {row['id']} of {row['startup']} ({row['portfolio']}), {state}.{said}"


def what(row: Record) -> str:
    """Return what a change is about."""
    of, named = row["dependency"], label(row["field"])
    return named if of is None else f"{named} ({of})"


def _now(row: Record) -> str:
    if row["field"] == NEW_USE:
        return "not in the register"
    return "no longer there" if row["is_gone"] else fact(row["field"], row["now"])


def _proposed(row: Record) -> str:
    said = fact(row["field"], row["proposed"])
    confirmed = row["proposed"] == row["before"] and row["before"] is not None
    return f"{said}, confirmed" if confirmed else said


CHANGES = (
    Column(key="change", label="No.", unit=Unit.COUNT),
    Column(key="field", label="Fact", cell=what),
    Column(
        key="before",
        label="When asked",
        cell=lambda row: "–" if row["field"] == NEW_USE else fact(row["field"], row["before"]),
        help="In the snapshot, or when the questions were sent.",
    ),
    Column(key="now", label="In the register now", cell=_now),
    Column(key="proposed", label="Proposed", cell=_proposed),
)
