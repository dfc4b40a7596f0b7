"""How the facts of a content are written for its reader. Unknown is written "unknown"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.sharing.presets import Preset
from risk.catalog.falters import FalterKind
from ui import wording

Content = Mapping[str, Any]

#: More rows than anybody reads on a page; the files have all of them.
MOST_ROWS = 500
#: Rows that stand open; the rest is one tap away.
FIRST_ROWS = 20

#: What each preset is called, and what the reader of such a link sees.
PRESETS = {
    Preset.EVERYTHING: ("Everything", "Names, amounts, providers and texts as you see them."),
    Preset.NAMES: (
        "Without names",
        "Startup 1, Startup 2 … with figures in two digits; no text that anybody wrote.",
    ),
    Preset.MONEY: (
        "Without money",
        "Names and providers, and of the score the band; no amount and nothing that tells one.",
    ),
    Preset.OUTLINE: (
        "Outline",
        "Bands, kinds of falter and times to switch; neither names nor money nor providers.",
    ),
}
#: What is called otherwise than by its word; links and snapshots of the first edition have others.
_LEFT_OUT = {
    "names": "names of startups",
    "score": "score and band",
    "days_to_switch": "time to switch",
    "runway": "runway, cash and burn",
    "facts": "facts of the register",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline figure with the line below it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: the field that must be known for it, and how its cells are written.

    With a field ``instead`` it is not shown.
    """

    label: str
    field: str
    cell: Callable[[Content], str]
    right: bool = False
    instead: str = ""


def moment(text: str | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC`` for ISO text."""
    if not text:
        return wording.UNKNOWN
    at = datetime.fromisoformat(text)
    return f"{wording.day(at.date())}, {at:%H:%M} UTC"


def kind(value: str) -> str:
    """Return what a kind of falter is called."""
    return wording.falter(FalterKind(value))


def worst_falter(row: Content) -> str:
    """Return the worst falter of a startup without its loss, its root too where that is shown."""
    if row.get("worst_kind") is None:
        return "none"
    root = row.get("worst_root")
    what = FalterKind(row["worst_kind"])
    return wording.falter_of(root, what) if root else wording.falter(what)


def falter(row: Content) -> str:
    """Return the worst falter of a startup in words, with its loss where that is shown."""
    what = worst_falter(row)
    if row.get("worst_loss_usd") is None:
        return what
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
    Column(label="Band", field="band", cell=lambda row: row["band"], instead="score"),
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


def startup_table(
    rows: Sequence[Content], columns: Sequence[Column] = STARTUP_COLUMNS
) -> dict[str, Any]:
    """Return what a template shows of rows: those that stand open, and those behind a tap.

    What was left out has no column.
    """
    known = rows[0] if rows else {}
    shown = [one for one in columns if one.field in known and one.instead not in known]
    cells = [[one.cell(row) for one in shown] for row in rows[:MOST_ROWS]]
    return {
        "headers": [one.label for one in shown],
        "right": [place for place, one in enumerate(shown) if one.right],
        "first": cells[:FIRST_ROWS],
        "more": cells[FIRST_ROWS:],
        "listed": len(rows),
        "not_shown": max(0, len(rows) - MOST_ROWS),
    }


def left_out(words: Iterable[str]) -> str:
    """Return what was left out, in words, or nothing."""
    ordered = sorted(words, key=lambda word: word != "names")
    return wording.listed(_LEFT_OUT.get(word, word.replace("_", " ")) for word in ordered)
