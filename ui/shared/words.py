"""How the facts of a content are written for its reader. Unknown is written "unknown"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.sharing.presets import Preset
from risk.catalog.falters import FalterKind
from risk.portfolio.results import Source
from ui import marks, wording
from ui.shared.drawings import range_bar

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
        "Bands, kinds of disruption and times to switch; neither names nor money nor providers.",
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
    """One headline figure with the line below it, and its range as SVG where it has one."""

    label: str
    value: str
    note: str = ""
    picture: str = ""


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
    """Return what a kind of disruption is called."""
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


def span(row: Content, low: str, high: str, said: Callable[[float | None], str]) -> str:
    """Return a range between two fields: ``$1 M to $3 M``; one figure where it has no width."""
    if row.get(low) is None or row.get(high) is None:
        return wording.UNKNOWN
    first, last = said(row[low]), said(row[high])
    return first if first == last else f"{first} to {last}"


def loss(row: Content) -> str:
    """Return the expected loss: its median with its range, or how large it may be."""
    if row["median_usd"] is None:
        return f"up to {wording.money(row['aal_high_usd'])}"
    middle, whole = wording.money(row["median_usd"]), loss_range(row)
    return middle if middle == whole else f"{middle} ({whole})"


def loss_range(row: Content) -> str:
    """Return between what the expected loss lies, in 8 of 10 worlds."""
    return span(row, "aal_low_usd", "aal_high_usd", wording.money)


def loss_bar(row: Content) -> str:
    """Return the same as a bar from zero: dark is what facts leave open, light all of it."""
    return range_bar(
        row["aal_low_usd"],
        row["median_usd"],
        row["aal_high_usd"],
        facts=row.get("share_facts") or 0.0,
        alt=f"expected loss a year {loss(row)}",
    )


def marks_of(known: Content) -> list[str]:
    """Return how sure an answer is, as badges; contents of older formats have a grade."""
    if "confidence" in known:
        return [f"{known['confidence']} confidence"]
    if "facts_known" not in known:
        return []
    facts = marks.facts_known(known["facts_known"])
    if "mostly" not in known:
        return [facts]
    most = Source(known["mostly"]) if known["mostly"] else None
    share = known[f"share_{most.value}"] if most else None
    return [facts, marks.rests_mostly_on(most, share)]


def narrowed(content: Content) -> list[str]:
    """Return what would narrow the range most, in words; portfolios had shares once as well."""
    return [
        marks.narrowing_words(one["what"], Source(one["kind"]), one["share"])
        if "share" in one
        else marks.lever_words(
            one["what"], Source(one["kind"]), one["low"], one["high"], one["startups"]
        )
        for one in content.get("narrow_most", [])
    ]


def switch(row: Content) -> str:
    """Return how long leaving the lead developer takes, with its range where it has one."""
    middle = wording.days(row["days_to_switch"])
    if row["days_to_switch"] is None or row.get("days_to_switch_low") is None:
        return middle
    low, high = row["days_to_switch_low"], row["days_to_switch_high"]
    return middle if round(low) == round(high) else f"{middle} ({low:.0f} to {high:.0f})"


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
    Column(label="Loss a year (10 to 90 %)", field="median_usd", cell=loss, right=True),
    Column(
        label="Mean",
        field="median_usd",
        cell=lambda row: "" if row["aal_usd"] is None else wording.money(row["aal_usd"]),
        right=True,
    ),
    Column(
        label="Expected loss a year",
        field="aal_usd",
        cell=lambda row: wording.money(row["aal_usd"]),
        right=True,
        instead="median_usd",
    ),
    Column(
        label="Part of the worst years",
        field="tail_usd",
        cell=lambda row: wording.money(row["tail_usd"]),
        right=True,
    ),
    Column(label="Worst disruption", field="worst_kind", cell=falter),
    Column(label="Time to switch", field="days_to_switch", cell=switch, right=True),
    Column(label="Runway", field="runway_months_before", cell=runway, right=True),
    Column(label="Confidence", field="confidence", cell=lambda row: row["confidence"]),
    Column(
        label="Facts known",
        field="facts_known",
        cell=lambda row: wording.percent(row["facts_known"]),
        right=True,
    ),
    Column(label="Mostly", field="mostly", cell=lambda row: row["mostly"] or "–"),
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
