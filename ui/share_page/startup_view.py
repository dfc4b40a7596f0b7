"""The page of one startup: its answer, what it rests on, and the facts to be checked."""

from collections.abc import Callable, Iterator
from typing import Any

from db.sharing.startup_content import (
    FACTS_OF_A_DEPENDENCY,
    FACTS_OF_A_USE_CASE,
    STARTUP_FACTS,
)
from risk.portfolio.results import NO_BAND
from ui import money, wording
from ui.share_page.drawings import bar_chart
from ui.share_page.words import Content, Figure, interval, kind, loss, loss_bar, narrowed
from ui.tables import startup
from ui.tables.correction import fact, label

_COLUMNS = {one.key: one for one in startup.COLUMNS}


def startup_view(content: Content) -> dict[str, Any]:
    """Return what the template of a startup shows."""
    return {
        "figures": list(_figures(content["answer"])),
        "next_action": content["answer"].get("next_action"),
        "charts": [one for one in _charts(content) if one["svg"]],
        "dependencies": [_dependency(one) for one in content.get("dependencies", [])],
        "options": [_option(one) for one in content.get("options", [])],
        "facts": [
            (label(name), fact(name, content["facts"][name]))
            for name in STARTUP_FACTS
            if name in content.get("facts", {})
        ],
        "in_two_digits": content["format"] > 1 and "names" in content["redacted"],
        "narrow": narrowed(content),
        "unknown": [wording.field(name) for name in content.get("unknown", [])[:8]],
    }


def _figures(answer: Content) -> Iterator[Figure]:
    """Yield the figures that are told, each by the label and in the words of its column."""
    row = {**dict.fromkeys(_COLUMNS), **answer}

    def figure(key: str, note: str, **shown: str) -> Figure:
        one = _COLUMNS[key]
        return Figure(label=one.label, note=note, **{"value": one.text(row), **shown})

    if "score" in answer:
        is_told = row["band"] != NO_BAND
        band = f"band {row['band']} of A to E" if is_told else "too little is known for a band"
        yield figure("score", f"0 to 100; {band}")
    elif "band" in answer:
        yield figure("band", "of A, the least exposed, to E")
    if "median_usd" in answer:
        mean = row["aal_usd"]
        note = "a year, 10 to 90 %; " + (
            "too little is known to say more"
            if mean is None
            else f"mean, for adding up: {wording.money(mean)}"
        )
        yield figure("median_usd", note, value=loss(row), picture=loss_bar(row))
    elif "aal_usd" in answer:
        yield figure("aal_usd", f"expected loss a year, 10 to 90 %: {_COLUMNS['range'].text(row)}")
    if "worst_kind" in answer:
        yield _worst(row, figure)
    if "days_to_switch" in answer:
        lead = answer.get("lead_developer")
        yield figure("days_to_switch", f"away from {wording.provider(lead)}" if lead else "")
    if "runway_months_before" in answer:
        found = interval(row, "runway_months_after_low", "runway_months_after_high")
        ends = [wording.months(one) for one in (found.low, found.high)] if found else []
        after = ["today → after the lead developer's wind-down", " to ".join(dict.fromkeys(ends))]
        yield figure("runway", ", ".join(filter(None, after)))


def _worst(row: Content, figure: Callable[..., Figure]) -> Figure:
    usd = row["worst_loss_usd"]
    if usd is None:
        return figure("worst", "")
    what = _COLUMNS["worst"].text({**row, "worst_loss_usd": None})
    return figure("worst", what, value=wording.money(usd))


def _charts(content: Content) -> Iterator[dict[str, str]]:
    if "loss_by_kind" in content:
        kinds = [(kind(name), amount) for name, amount in content["loss_by_kind"]]
        yield bar_chart(
            "Expected loss by kind of disruption",
            f"{money.shown().currency} a year",
            kinds,
            wording.money,
        )
    roots = content.get("loss_by_root", [])
    yield bar_chart(
        "Expected loss by who fails", f"{money.shown().currency} a year", roots, wording.money
    )


def _dependency(one: Content) -> dict[str, Any]:
    reading = {
        "yes": wording.listed(
            [wording.provider(one["developer"]), f"hosted by {wording.provider(one['host'])}"]
        ).replace(" and hosted", ", hosted"),
        "ask": "may be a language model; nobody has said yet",
    }
    return {
        "title": f"{one['use_case']}: {one['provider_text']}",
        "read_as": reading[one["answer"]],
        "facts": [
            (label(name), fact(name, one[name]))
            for name in ("model", *FACTS_OF_A_DEPENDENCY, *FACTS_OF_A_USE_CASE)
            if name in one
        ],
    }


def _option(one: Content) -> str:
    case = wording.brief(one["use_case"])
    if one["stay"]:
        return f"{case}: stay with {one['instead_of']}"
    left = (
        f" Expected loss {wording.money(one['aal_today_usd'])} → "
        f"{wording.money(one['aal_left_usd'])} a year;"
        if "aal_left_usd" in one
        else ""
    )
    instead = f"{case}, instead of {one['instead_of']}: {one['option']}."
    if "one_off_usd" not in one:
        return instead
    return (
        f"{instead}{left} "
        f"{wording.money(one['one_off_usd'])} once, {wording.number(one['weeks'])} weeks of one "
        "engineer."
    )
