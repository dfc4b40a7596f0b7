"""The page of one stress test: its content as words, charts and a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.sharing import scenario_content
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.results import Scenario
from ui import wording
from ui.share_page.drawings import MOST_BARS, bar_chart, growth, range_bar
from ui.share_page.words import Content, Figure, interval, table_of
from ui.tables import stressed
from ui.uncertainty import OF_TEN, Spread, spread_of, widest
from ui.words.scenario_words import PART_NAMES, out_of_cash, settings_in_words, stated_notice

#: As many companies as anybody reads in one sentence.
MOST_NAMES = 200
#: What stands for a provider that is left out.
_SOME_PROVIDER = "a provider"


def scenario_view(content: Content) -> dict[str, Any]:
    """Return what the template of a scenario shows: the answer, then its parts."""
    tested = scenario_of(content)
    charts = [one for one in _charts(content) if one["svg"]]
    spreads = [one for row in content["startups"] if (one := _spread(row)) is not None]
    end = widest(spreads)
    return {
        "settings": wording.sentence_case(", ".join(settings_in_words(tested))),
        "summary": " ".join(filter(None, (stated_notice(tested), tested.summary))),
        "figures": list(_figures(content)),
        "first": charts[:2],
        "charts": charts[2:],
        "table": table_of(
            stressed.LINK,
            content["startups"],
            stressed.COLUMNS,
            {"range": lambda row: _loss_bar(row, end=end)},
        ),
        "rush": _rush(content["rush"]),
        "unaffected": _unaffected(
            content.get("unaffected", []), content.get("unaffected_count", 0)
        ),
        "not_modelled": tested.not_modelled,
        "doubt": tested.doubt,
        "sources": list(tested.sources),
    }


def scenario_title(content: Content) -> str:
    """Return the answer in a sentence: what happens, to how many, and what they lose together."""
    known, of_all = content["figures"], content["startups_in_portfolio"]
    happens, hit = scenario_of(content).title, known["hit_startups"]
    median = known.get("loss_median_usd", known.get("loss_usd"))
    if not hit:
        return f"{happens}: no company here loses anything, as far as is known."
    counted = wording.counted(of_all, "company", "companies")
    if median is None:
        return f"{happens}: {hit} of {counted} would be hit."
    lose = "loses" if hit == 1 else "lose"
    together = " together" if hit > 1 else ""
    return f"{happens}: {hit} of {counted} {lose} about {wording.money(median)}{together}."


def _spread(row: Content) -> Spread | None:
    """A loss with its range; None where they are not told."""
    found = interval(row, "loss_low_usd", "loss_high_usd")
    median = row.get("loss_median_usd")
    return None if found is None or median is None else spread_of(median, found)


def _loss_bar(row: Content, *, end: float = 0.0) -> str:
    spread = _spread(row)
    if spread is None:
        return ""
    said = f"{wording.money(spread.low)} to {wording.money(spread.high)}"
    return range_bar(spread, alt=f"loss {said} {OF_TEN}", end=end)


def scenario_of(content: Content) -> Scenario:
    """Return the scenario that a content is about."""
    known = content["scenario"]
    root = known.get("root", _SOME_PROVIDER)
    title = wording.disruption_of(root, FailureKind(known["kind"]))
    unnamed = {"id": "", "root": root, "title": title, "sources": ()}
    return scenario_content.scenario_of({**unnamed, **known})


def _unaffected(spared: Sequence[str], count: int) -> str:
    if not spared and count:
        return wording.counted(count, "company", "companies")
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
            note=f"{reach} {OF_TEN}; mean, for adding up: {wording.money(known['loss_usd'])}",
            picture=_loss_bar(known),
        )
    elif "loss_usd" in known:  # A link that was made before there was a range.
        yield Figure(
            label="Expected loss",
            value=wording.money(known["loss_usd"]),
            note="if it happens today",
        )
    largest = known.get("largest_usd")
    yield Figure(
        label="Companies hit",
        value=f"{known['hit_startups']} of {content['startups_in_portfolio']}",
        note=f"most of all {known['largest_startup'] or 'nobody'}, {wording.money(largest)} in "
        "the mean"
        if largest
        else "",
    )
    if "loss_usd" not in known and content["startups"]:
        chances = sum(row["hit_probability"] for row in content["startups"])
        yield Figure(
            label="Hit on average",
            value=wording.counted(round(chances), "company", "companies"),
            note="because a link passes a disruption only sometimes",
        )
    if "newly_out_of_cash" in known:
        out, of_whom = out_of_cash(known["newly_out_of_cash"])
        yield Figure(label="Out of cash in 12 months", value=out, note=of_whom)


def _charts(content: Content) -> Iterator[dict[str, str]]:
    """Yield the charts, those of the first screen first."""
    if "loss_by_part" in content:
        yield _worst_hit(content)
    if "by_day" in content:
        total = content["figures"]["loss_usd"]
        yield {
            "title": "The loss as it grows",
            "note": "All companies together, in the mean",
            "svg": growth(
                [(day, loss) for day, loss in content["by_day"]],
                alt=f"The loss grows to {wording.money(total)}",
                levels=[(part * total, wording.money(part * total)) for part in (0.0, 0.5, 1.0)],
            ),
        }
    if "loss_by_part" in content:
        yield bar_chart(
            "What it is made of",
            "Of all companies, in the mean",
            [(PART_NAMES.get(name, name), loss) for name, loss in content["loss_by_part"]],
            wording.money,
        )
    rush = content["rush"]
    if rush is not None:
        yield bar_chart(
            "Where everybody would go",
            "Spend a month that asks for capacity, first choice or passed on",
            [(one["alternative"], one["displaced"]) for one in rush["alternatives"]],
            wording.money,
        )


def _worst_hit(content: Content) -> dict[str, str]:
    """Whom it hits most, under how much of the loss these carry."""
    losses = [(row["startup"], row["loss_usd"] or 0.0) for row in content["startups"]]
    losses.sort(key=lambda one: -one[1])
    hit = sum(loss > 0 for _, loss in losses)
    total = content["figures"].get("loss_usd") or sum(loss for _, loss in losses)
    title = "Whom it hits most"
    if hit > MOST_BARS and total > 0:
        share = wording.percent(min(1.0, sum(loss for _, loss in losses[:MOST_BARS]) / total))
        title = f"{MOST_BARS} companies carry {share} of the loss"
    return bar_chart(title, "Expected loss of each company", losses, wording.money)


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
