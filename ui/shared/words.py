"""How the facts of a content are written for its reader. Unknown is written "unknown"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.sharing.redaction import Redaction
from risk.catalog.falters import FalterKind
from ui import wording

Content = Mapping[str, Any]

#: More rows than anybody reads on a page; the files have all of them.
MOST_ROWS = 500
#: Rows that stand open; the rest is one tap away.
FIRST_ROWS = 20

#: What each thing that a link can leave out is called.
REDACTION_NAMES = {
    Redaction.NAMES: "names of startups",
    Redaction.SECTOR: "sector",
    Redaction.PROVIDERS: "providers",
    Redaction.SCORE: "score and band",
    Redaction.EXPECTED_LOSS: "expected loss",
    Redaction.WORST_YEARS: "worst years",
    Redaction.WORST_FALTER: "worst falter",
    Redaction.DAYS_TO_SWITCH: "time to switch",
    Redaction.RUNWAY: "runway, cash and burn",
    Redaction.CONFIDENCE: "confidence",
    Redaction.NEXT_ACTION: "next action",
    Redaction.FACTS: "facts of the register",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline figure with the line below it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: the field that must be known for it, and how its cells are written."""

    label: str
    field: str
    cell: Callable[[Content], str]
    right: bool = False


def moment(text: str | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC`` for ISO text."""
    if not text:
        return wording.UNKNOWN
    at = datetime.fromisoformat(text)
    return f"{wording.day(at.date())}, {at:%H:%M} UTC"


def kind(value: str) -> str:
    """Return what a kind of falter is called."""
    return wording.falter(FalterKind(value))


def falter(row: Content) -> str:
    """Return the worst falter of a startup in words, its root too where that is shown."""
    if row.get("worst_kind") is None:
        return "none"
    root = row.get("worst_root")
    what = (
        wording.falter_of(root, FalterKind(row["worst_kind"])) if root else kind(row["worst_kind"])
    )
    loss = wording.money(row["worst_loss_usd"]).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{what}, {loss}"


def score(row: Content) -> str:
    """Return score and band, or that there is none."""
    return wording.UNKNOWN if row["score"] is None else f"{row['score']:.0f} · {row['band']}"


def runway(row: Content) -> str:
    """Return months of runway before and after the lead developer's wind-down."""
    before, after = row["runway_months_before"], row["runway_months_after"]
    if before is None and after is None:
        return wording.UNKNOWN
    return f"{wording.months(before).removesuffix(' months')} → {wording.months(after)}"


def providers(row: Content) -> str:
    """Return the providers of a startup."""
    return wording.listed(map(wording.provider, row["providers"])) or "none"


STARTUP_COLUMNS = (
    Column(label="Startup", field="startup", cell=lambda row: row["startup"]),
    Column(label="Sector", field="sector", cell=lambda row: row["sector"] or wording.UNKNOWN),
    Column(label="Score · band", field="score", cell=score, right=True),
    Column(
        label="Expected loss a year",
        field="aal_usd",
        cell=lambda row: wording.money(row["aal_usd"]),
        right=True,
    ),
    Column(
        label="Part of the worst years",
        field="tail_usd",
        cell=lambda row: wording.money(row["tail_usd"]),
        right=True,
    ),
    Column(label="Worst falter", field="worst_kind", cell=falter),
    Column(
        label="Time to switch",
        field="days_to_switch",
        cell=lambda row: wording.days(row["days_to_switch"]),
        right=True,
    ),
    Column(label="Runway", field="runway_months_before", cell=runway, right=True),
    Column(label="Confidence", field="confidence", cell=lambda row: row["confidence"]),
    Column(label="Providers", field="providers", cell=providers),
    Column(label="Next action", field="next_action", cell=lambda row: row["next_action"]),
)


def columns_of(
    rows: Sequence[Content], columns: Sequence[Column] = STARTUP_COLUMNS
) -> list[Column]:
    """Return the columns whose facts are in the rows; what was left out has none."""
    return [one for one in columns if rows and one.field in rows[0]]


def redacted(content: Content) -> str:
    """Return what was left out, in words, or nothing."""
    return wording.listed(REDACTION_NAMES[Redaction(name)] for name in content["redacted"])
