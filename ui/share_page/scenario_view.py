"""The page of one stress test: its content as words, charts and a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.sharing import scenario_content
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.results import Scenario
from ui import wording
from ui.share_page.drawings import bar_chart, growth
from ui.share_page.words import Content, Figure, table_of
from ui.tables import stressed
from ui.words.scenario_words import PART_NAMES, settings_in_words

#: As many startups as anybody reads in one sentence.
MOST_NAMES = 200
#: What stands for a provider that is left out.
_SOME_PROVIDER = "a provider"


def scenario_view(content: Content) -> dict[str, Any]:
    """Return what the template of a scenario shows."""
    tested = scenario_of(content)
    return {
        "settings": wording.sentence_case(", ".join(settings_in_words(tested))),
        "summary": tested.summary,
        "figures": list(_figures(content)),
        "charts": [one for one in _charts(content) if one["svg"]],
        "table": table_of(stressed.LINK, content["startups"], stressed.COLUMNS),
        "rush": _rush(content["rush"]),
        "unaffected": _unaffected(
            content.get("unaffected", []), content.get("unaffected_count", 0)
        ),
        "not_modelled": tested.not_modelled,
        "doubt": tested.doubt,
        "sources": list(tested.sources),
    }


def scenario_of(content: Content) -> Scenario:
    """Return the scenario that a content is about."""
    known = content["scenario"]
    root = known.get("root", _SOME_PROVIDER)
    title = wording.disruption_of(root, FailureKind(known["kind"]))
    unnamed = {"id": "", "root": root, "title": title, "sources": ()}
    return scenario_content.scenario_of({**unnamed, **known})


def _unaffected(spared: Sequence[str], count: int) -> str:
    if not spared and count:
        return wording.counted(count, "startup")
    named = ", ".join(spared[:MOST_NAMES])
    more = len(spared) - MOST_NAMES
    return f"{named} and {more} more" if more > 0 else named


def _figures(content: Content) -> Iterator[Figure]:
    known = content["figures"]
    if content["scenario"]["kind"] == FailureKind.LEADERSHIP_CRISIS:
        yield Figure(label="The service", value="Keeps running", note="an end gets likelier")
        return
    if "loss_median_usd" in known:
        reach = f"{wording.money(known['loss_low_usd'])} to {wording.money(known['loss_high_usd'])}"
        yield Figure(
            label="Loss if it happens",
            value=wording.money(known["loss_median_usd"]),
            note=f"{reach} in 8 of 10 worlds; mean {wording.money(known['loss_usd'])}",
        )
    elif "loss_usd" in known:  # A link that was made before there was a range.
        yield Figure(
            label="Expected loss",
            value=wording.money(known["loss_usd"]),
            note="if it happens today",
        )
    yield Figure(
        label="Startups hit",
        value=f"{known['hit_startups']} of {content['startups_in_portfolio']}",
    )
    if "loss_usd" not in known and content["startups"]:
        chances = sum(row["hit_probability"] for row in content["startups"])
        yield Figure(
            label="Hit on average",
            value=wording.counted(round(chances), "startup"),
            note="because a link passes a disruption only sometimes",
        )
    if "largest_usd" in known:
        yield Figure(
            label="Largest single loss",
            value=wording.money(known["largest_usd"]),
            note=known["largest_startup"] or "nobody",
        )
    if "newly_out_of_cash" in known:
        yield Figure(
            label="Out of cash in 12 months",
            value=wording.counted(known["newly_out_of_cash"], "startup"),
            note="that would not be otherwise",
        )


def _charts(content: Content) -> Iterator[dict[str, str]]:
    if "by_day" in content:
        total = content["figures"]["loss_usd"]
        yield {
            "title": "The loss as it grows",
            "note": "All startups together",
            "svg": growth(
                [(day, loss) for day, loss in content["by_day"]],
                alt=f"The loss grows to {wording.money(total)}",
                levels=[(part * total, wording.money(part * total)) for part in (0.0, 0.5, 1.0)],
            ),
        }
    if "loss_by_part" in content:
        yield bar_chart(
            "What it is made of",
            "Of all startups",
            [(PART_NAMES.get(name, name), loss) for name, loss in content["loss_by_part"]],
            wording.money,
        )
        yield bar_chart(
            "Whom it hits most",
            "Expected loss of each startup",
            [(row["startup"], row["loss_usd"]) for row in content["startups"]],
            wording.money,
        )
    rush = content["rush"]
    if rush is not None:
        yield bar_chart(
            "Where everybody would go",
            "Spend a month that asks for room, first choice or passed on",
            [(one["alternative"], one["displaced"]) for one in rush["alternatives"]],
            wording.money,
        )


def _rush(rush: Mapping[str, Any] | None) -> str | None:
    if rush is None:
        return None
    wanted, found = rush["displaced_usd_per_month"], rush["admitted_usd_per_month"]
    said = (
        f"{wording.percent(rush['market_share'])} of the whole market is set in motion. Of the "
        f"{wording.money(wanted)} a month that looks for another provider from this portfolio in "
        f"the first week, {wording.money(found)} gets capacity at once."
    )
    if "longest_wait_days" not in rush:
        return said
    if rush["longest_wait_days"] <= 0:
        return f"{said} Nobody has to wait."
    return (
        f"{said} The rest waits up to {wording.days(rush['longest_wait_days'])}, which adds "
        f"{wording.money(rush['queue_usd'])} to the loss."
    )
