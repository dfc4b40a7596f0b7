"""The page of a portfolio: its content as words, charts and tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from db.sharing.week_content import action_of, ending_of, week_of
from risk.portfolio.results import Interval
from risk.portfolio.week import Item, Sort
from ui import money, wording
from ui.render.html import html_table
from ui.share_page.drawings import MOST_BARS, bar_chart, curve, range_bar, shares_bar
from ui.share_page.words import (
    Content,
    Figure,
    interval,
    kind,
    loss_bar,
    narrowed,
    spread_of_row,
    table_of,
)
from ui.tables import portfolio, single_point, startup
from ui.uncertainty import OF_TEN, spread_of, widest
from ui.words import headlines, marks, week_words

MOST_POINTS = 6
HIGH_BANDS = ("D", "E")
LABELS = {one.key: one.label for one in portfolio.FIGURES}
#: What a week does not tell with what was left out.
WEEK_WITHOUT = {
    "money": "Days that cannot wait, and news; what pays most is told with amounts alone",
    "names": "Without days of contracts, which are left out with the names",
}
BAND_NAMES = {"?": "Not known yet"}


def portfolio_view(content: Content) -> dict[str, Any]:
    """Return what the template of a portfolio shows: the answer, then its parts."""
    charts = [one for one in _charts(content) if one["svg"]]
    spreads = [one for row in content["startups"] if (one := spread_of_row(row)) is not None]
    end = widest(spreads)
    known = content["figures"].get("money_known")
    return {
        "range": _range(content),
        "doubt": None if known is None else headlines.placeholder_said(known),
        "week": [_thing(one) for one in week_of(content["week"])] if "week" in content else None,
        "nothing": "" if content["redacted"] else week_words.EMPTY,
        "week_leaves_out": next(filter(None, map(WEEK_WITHOUT.get, content["redacted"])), ""),
        "figures": list(_figures(content)),
        "besides": list(_besides(content)),
        "actions": [_action(one, content) for one in content.get("actions", [])],
        "first": charts[:1],
        "charts": charts[1:],
        "points": html_table(
            single_point.LINK,
            content.get("single_points", [])[:MOST_POINTS],
            opened=MOST_POINTS,
            most=MOST_POINTS,
        ),
        "table": table_of(
            startup.LINK,
            content["startups"],
            startup.COLUMNS,
            {"range": lambda row: loss_bar(row, end=end)},
        ),
        "others": _others(content),
        "narrow": narrowed(content),
    }


def portfolio_title(content: Content) -> str:
    """Return the answer in a sentence, of what is told; older contents tell less."""
    figures, of_all = content["figures"], content["startups_in_portfolio"]
    if not figures["exposed_startups"]:
        return headlines.NOBODY_DEPENDS
    if content.get("ending"):
        known, ending = content["ending"], ending_of(content["ending"])
        alone = content["startups"][0]["startup"] if of_all == 1 else None
        return headlines.ended(
            ending,
            alone or headlines.of_companies(ending.startups, of_all),
            share=known["share"],
            placeholders=_in_placeholders(content),
        )
    median = figures.get("median_usd", figures.get("aal_usd"))
    lead = next(iter(content.get("developers") or ()), None)
    if median is not None:
        reach = interval(figures, "aal_low_usd", "aal_high_usd")
        if lead and _in_placeholders(content):
            return headlines.typical_year(None, None, lead)
        return headlines.typical_year(median, reach, lead)
    users = content.get("startups_by_developer") or []
    if users:
        name, count = users[0]
        return f"{_depend(count, of_all)} {wording.provider(name)}."
    return f"{_depend(figures['exposed_startups'], of_all)} a language model."


def in_lines(content: Content) -> list[str]:
    """Return the first screen as lines of a message: the answer, how sure it is, the figures."""
    known = content["figures"].get("money_known")
    doubt = "" if known is None else headlines.placeholder_said(known) or ""
    figures = [f"{one.label}: {one.value} ({one.note})" for one in _figures(content)]
    said = [portfolio_title(content), _range(content), doubt, *figures, *_besides(content)]
    return [line for line in said if line]


def week_in_lines(content: Content, *, most: int) -> list[str]:
    """Return what to do this week as lines, each with its amount; or why nothing is told."""
    if "week" not in content:
        return ["What to do is left out with the providers."]
    lines = []
    for item in week_of(content["week"])[:most]:
        one, (_, spread) = _thing(item), week_words.amount(item)
        below = f"({one['below']})" if spread is not None else one["below"]
        amount = " ".join(filter(None, (one["figure"], below)))
        whom = f"{one['who']}: " if one["who"] else ""
        lines.append(f"{one['tag']}: {whom}{one['said']}{f'; {amount}' if amount else ''}.")
    if not content["redacted"]:
        return lines or [week_words.EMPTY]
    without = next(filter(None, map(WEEK_WITHOUT.get, content["redacted"])), None)
    return [*lines, f"{without}."] if without else lines


def _depend(count: int, of_all: int) -> str:
    depend = "depends" if count == 1 else "depend"
    return f"{headlines.of_companies(count, of_all)} {depend} on"


def _in_placeholders(content: Content) -> bool:
    """Whether amounts are placeholders; contents of older formats do not tell."""
    known = content["figures"].get("money_known")
    return known is not None and headlines.is_placeholder(known)


def _range(content: Content) -> str:
    """Say how sure the amount of the title is, where it tells one."""
    if not content.get("ending"):
        return ""
    ending = ending_of(content["ending"])
    return f"{headlines.ended_note(ending, placeholders=_in_placeholders(content))}."


def _thing(item: Item) -> dict[str, str]:
    """A thing of the week, with its amount and the range of it or what it is of."""
    figure, below = week_words.amount_said(item)
    who, said = week_words.who(item), week_words.said(item)
    late = item.sort is Sort.DEADLINE and item.late
    return {
        "tag": week_words.TAGS[item.sort],
        "look": "warn" if late else "",
        "who": "" if who is None else who if item.sort is not Sort.NEWS else wording.provider(who),
        "said": wording.sentence_case(said) if who is None else said,
        "figure": figure,
        "below": below,
    }


def _companies(count: int) -> str:
    return wording.counted(count, "company", "companies")


def _others(content: Content) -> str:
    """Say what is not listed, where not everything is."""
    others = content.get("others")
    if others is None:
        return ""
    counted = _companies(others["startups"])
    return f"The other {counted} lose {wording.money(others['aal_usd'])} a year in the mean."


def _figures(content: Content) -> Iterator[Figure]:
    """Yield the three figures of the first screen, each with its range where one is told.

    Where amounts are placeholders shares come first, and an amount is its range.
    """
    known, placeholders = content["figures"], _in_placeholders(content)
    if "money" in content["redacted"]:
        yield from _counts(content)
        return
    developers = content.get("developers") or []
    spread_out = []
    if "listed_providers" in known:
        ranges = content.get("developer_ranges") or {}
        spread_out.append(_concentration(known, developers, ranges))
    if placeholders:
        yield from spread_out
    if "median_usd" in known:
        yield _loss(known, placeholders=placeholders)
    elif "aal_usd" in known:
        share = known["aal_share_of_gross_profit"]
        spread = f"{wording.money(known['aal_low_usd'])} to {wording.money(known['aal_high_usd'])}"
        of_profit = f"{wording.percent(share)} of gross profit; " if share is not None else ""
        yield Figure(
            label="Expected loss a year",
            value=wording.money(known["aal_usd"]),
            note=f"{of_profit}{spread}",
        )
    if "var95_usd" in known:
        yield _worst_year(known, placeholders=placeholders)
    if not placeholders:
        yield from spread_out


def _loss(known: Mapping[str, Any], *, placeholders: bool) -> Figure:
    found = interval(known, "aal_low_usd", "aal_high_usd")
    share = known["aal_share_of_gross_profit"]
    of_profit = f", {wording.percent(share)} of gross profit" if share is not None else ""
    reach = wording.money_range(found)
    return Figure(
        label="Loss in a typical year",
        value=reach if placeholders else wording.money(known["median_usd"]),
        note=headlines.PLACEHOLDER
        if placeholders
        else f"{reach} {OF_TEN}; mean, for adding up: {wording.money(known['aal_usd'])}{of_profit}",
        picture=loss_bar(known),
    )


def _worst_year(known: Mapping[str, Any], *, placeholders: bool) -> Figure:
    """One year in twenty; contents of older formats tell no range of it."""
    found = interval(known, "var95_low_usd", "var95_high_usd")
    value, within, picture = known["var95_usd"], "", ""
    if found is not None:
        within = f"{wording.money_range(found)} {OF_TEN}; "
        spread = spread_of(value, found, facts=known.get("variance_facts") or 0.0)
        picture = range_bar(spread, alt=f"{LABELS['var95_usd']} {within}")
    if found is not None and placeholders:
        return Figure(
            label="One year in twenty",
            value=wording.money_range(found),
            note="or more; placeholder",
            picture=picture,
        )
    return Figure(
        label="One year in twenty",
        value=f"{wording.money(value)} or more",
        note=f"{within}{_with_range(known, 'tvar95')} on average beyond",
        picture=picture,
    )


def _concentration(
    known: Mapping[str, Any],
    developers: Sequence[tuple[str, float]],
    ranges: Mapping[str, tuple[float, float]],
) -> Figure:
    """Return on how many one depends; contents from before have no ranges of it."""
    listed = wording.counted(known["listed_providers"], "provider")
    effect = known.get("dependence_adjusted_providers") or known.get("effective_providers")
    named = [_share(name, part, ranges.get(name)) for name, part in developers[:3]]
    low, high = known.get("equal_providers_low"), known.get("equal_providers_high")
    reach = "" if low is None or high is None else f"{low:.1f}–{high:.1f}"
    within = f" ({reach})" if reach and f"{low:.1f}" != f"{high:.1f}" else ""
    as_many = "" if effect is None else f"as concentrated as {effect:.1f}{within} equal ones"
    return Figure(
        label="Concentration",
        value=listed,
        note=": ".join(filter(None, [as_many, ", ".join(named)])),
        picture=shares_bar(developers, alt=f"margin that needs AI: {', '.join(named)}")
        if developers
        else "",
    )


def _share(name: str, part: float, reach: tuple[float, float] | None) -> str:
    said = wording.percent(part)
    if reach is not None:
        said = wording.percent_range(Interval(low=reach[0], high=reach[1]))
    return f"{wording.provider(name)} {said}"


def _besides(content: Content) -> Iterator[str]:
    """Yield what else is told of the whole, a sentence each."""
    known = content["figures"]
    if "cash_out_newly" in known and known["cash_known_of"]:
        low, high = known["cash_out_newly_low"], known["cash_out_newly_high"]
        out = _companies(round(known["cash_out_newly"]))
        yield (
            f"{out} ({low:.0f} to {high:.0f}) would be out of cash within 12 months if their lead "
            f"developer wound down, besides {known['cash_out_anyway']} that would be anyway; cash "
            f"is known of {known['cash_known_of']}."
        )
    elif "cash_out_startups" in known:
        yield (
            f"{_companies(known['cash_out_startups'])} would be out of cash within 12 months if "
            f"their lead developer wound down; cash is known of {known['cash_known_of']}."
        )


def _counts(content: Content) -> Iterator[Figure]:
    """Yield what is counted where nothing is told of amounts."""
    known = content["figures"]
    exposed = known["exposed_startups"]
    yield Figure(
        label="Companies exposed",
        value=f"{exposed} of {content['startups_in_portfolio']}",
        note="that depend on a language model, as far as is known",
    )
    bands = dict(content["startups_by_band"])
    high = sum(bands.get(band, 0) for band in HIGH_BANDS)
    yield Figure(
        label="In the highest bands",
        value=_companies(high),
        note=f"band {' or '.join(HIGH_BANDS)}, of A to E",
    )
    if "listed_providers" in known:
        yield Figure(
            label="Developers",
            value=str(known["listed_providers"]),
            note="on whom some company depends",
        )


def _charts(content: Content) -> Iterator[dict[str, str]]:
    """Yield the charts, the one of the first screen first; each is called by what it finds."""
    if "exceedance" in content:
        yield _drivers(content)
        points = [(years, loss) for years, loss in content["exceedance"]]
        top = max((loss for _, loss in points), default=0.0)
        yield {
            "title": "How bad a year can get",
            "note": "Loss of a whole year that is reached or exceeded once in so many years",
            "svg": curve(
                points,
                alt=_curve_alt(points),
                levels=[(part * top, wording.money(part * top)) for part in (0.0, 0.5, 1.0)],
            ),
        }
    if "money" in content["redacted"]:
        yield from _charts_of_counts(content)
    if content.get("developers"):
        name, share = content["developers"][0]
        yield bar_chart(
            f"{wording.percent(share)} of the margin that needs AI depends on "
            f"{wording.provider(name)}",
            "Share of AI-dependent margin by developer",
            [(wording.provider(name), share) for name, share in content["developers"]],
            wording.percent,
        )
    if content.get("loss_by_kind"):
        yield bar_chart(
            f"Most of the expected loss is from: {kind(content['loss_by_kind'][0][0]).lower()}",
            f"{money.shown().currency} a year by kind of disruption"
            if not _in_placeholders(content)
            else "Share of the expected loss by kind of disruption",
            [(kind(name), amount) for name, amount in content["loss_by_kind"]],
            _amount_or_share(content, content["figures"]["aal_usd"]),
        )


def _drivers(content: Content) -> dict[str, str]:
    """Who drives the worst years, under how much of them the first ten are."""
    parts = [(row["startup"], row["tvar95_contribution_usd"] or 0.0) for row in content["startups"]]
    parts.sort(key=lambda part: -part[1])
    positive = [amount for _, amount in parts if amount > 0]
    shown = positive[:MOST_BARS]
    whole = content["figures"].get("tvar95_usd") or sum(positive)
    title = "Who drives the worst years"
    if len(positive) > len(shown) and whole > 0:
        share = wording.percent(min(1.0, sum(shown) / whole))
        title = f"{len(shown)} companies drive {share} of the worst years"
    said = _amount_or_share(content, whole)
    return bar_chart(title, "Part of the mean of the worst 5 % of years", parts, said)


def _amount_or_share(content: Content, whole: float) -> Callable[[float], str]:
    """How amounts of a chart are written: as parts of the whole where they are placeholders."""
    if whole <= 0 or not _in_placeholders(content):
        return wording.money
    return lambda amount: wording.percent(amount / whole)


def _charts_of_counts(content: Content) -> Iterator[dict[str, str]]:
    """Yield how many startups are how, where nothing is told of amounts."""
    yield bar_chart(
        "Who they depend on",
        "Companies that depend on each developer",
        [
            (wording.provider(name), count)
            for name, count in content.get("startups_by_developer", [])
        ],
        str,
    )
    yield bar_chart(
        "How exposed they are",
        "Companies by band, A the least exposed",
        [
            (BAND_NAMES.get(band, f"Band {band}"), count)
            for band, count in content["startups_by_band"]
        ],
        str,
    )
    yield bar_chart(
        "What would hurt them most",
        "Companies by their worst disruption",
        [(kind(name), count) for name, count in content["startups_by_worst_kind"]],
        str,
    )


def _curve_alt(points: list[tuple[float, float]]) -> str:
    return "; ".join(f"once in {years:g} years {wording.money(loss)}" for years, loss in points)


def _action(one: Content, content: Content) -> dict[str, str]:
    if "aal_removed_usd" not in one:  # as the first formats told it
        said = f"{one['use_case']}: {one['what']}. One-off cost {_with_range(one, 'one_off')}."
    else:
        of = content["figures"]["aal_usd"] if _in_placeholders(content) else None
        said = headlines.action(action_of(one), of=of)
    return {"startup": one["startup"], "said": said}


def _with_range(one: Content, name: str) -> str:
    """An amount with its range; contents of older formats have none."""
    found = interval(one, f"{name}_low_usd", f"{name}_high_usd")
    return marks.median_and_range(one[f"{name}_usd"], found)
