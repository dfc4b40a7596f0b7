"""The page of one company: its story, what makes it safer, and the facts to be checked."""

from collections.abc import Callable, Iterator
from typing import Any

from db.sharing.startup_content import (
    FACTS_OF_A_DEPENDENCY,
    FACTS_OF_A_USE_CASE,
    STARTUP_FACTS,
)
from risk.alternatives.results import OptionClass
from risk.portfolio.results import NO_BAND
from ui import money, wording
from ui.share_page.drawings import bar_chart, range_bar
from ui.share_page.words import Content, Figure, interval, kind, loss, loss_bar, narrowed
from ui.tables import startup
from ui.tables.correction import fact, label
from ui.words import company_words, marks, option_words

_COLUMNS = {one.key: one for one in startup.COLUMNS}


def startup_view(content: Content, *, who: str = "you") -> dict[str, Any]:
    """Return what the template of a company shows; ``who`` it is to the reader: you, or it."""
    ways = [_way(one, content) for one in content.get("ways", [])]
    return {
        "story": _story(content, who),
        "deadlines": [_deadline(one) for one in content.get("deadlines", [])],
        "ways": ways,
        "who": who,
        "figures": list(_figures(content["answer"])),
        "next_action": None if ways else content["answer"].get("next_action"),
        "charts": [one for one in _charts(content) if one["svg"]],
        "dependencies": [_dependency(one) for one in content.get("dependencies", [])],
        "options": [] if ways else [_option(one) for one in content.get("options", [])],
        "facts": [
            (label(name), fact(name, content["facts"][name]))
            for name in STARTUP_FACTS
            if name in content.get("facts", {})
        ],
        "in_two_digits": content["format"] > 1 and "names" in content["redacted"],
        "narrow": narrowed(content),
        "unknown": [wording.field(name) for name in content.get("unknown", [])[:8]],
    }


def _story(content: Content, who: str) -> dict[str, str] | None:
    """What the end of the lead developer would do; links made before it was told have none."""
    end = content.get("lead_end")
    if end is None:
        return None
    told = company_words.end_of_content(end)
    note = company_words.story_note(told, who=who)
    picture = range_bar(told.spread, alt=note)
    return {"said": company_words.story(told, who=who), "note": note, "picture": picture}


def _deadline(one: Content) -> dict[str, Any]:
    """A model's last day in a sentence, and whether it can be met."""
    said = company_words.ending(
        model=one["model"],
        use_case=one["use_case"],
        ends_on=wording.day(one["ends_on"]),
        days_to_switch=one["days_to_switch"],
        replacement=one["replacement"],
        start_by=wording.day(one["start_by"]),
        days_late=one["days_late"],
        begun=one["begun"],
    )
    return {"said": said, "late": one["days_late"] is not None}


def _way(one: Content, content: Content) -> dict[str, str]:
    """An option that makes it safer, with its price and what it leaves."""
    hidden = "names" in content["redacted"]
    option, kind = one["option"], OptionClass(one["class"])
    once = interval(one, "one_off_low_usd", "one_off_high_usd")
    left = interval(one, "loss_left_low_usd", "loss_left_high_usd")
    after = f" ({wording.money_range(left)})" if left else ""
    return {
        "what": option if hidden else option_words.action_words(option, kind),
        "case": wording.brief(one["use_case"]),
        "once": marks.median_and_range(one["one_off_usd"], once),
        "run": company_words.a_year_more(one["extra_run_usd"]),
        "loss": (
            f"{wording.money(one['loss_today_usd'])} → {wording.money(one['loss_left_usd'])}{after}"
        ),
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
    if content["answer"].get("band") == NO_BAND:
        return  # Parts of a loss that nobody can tell.
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
