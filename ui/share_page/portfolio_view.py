"""The page of a portfolio: its content as words, charts and tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from ui import money, wording
from ui.render.html import html_table
from ui.share_page.drawings import bar_chart, curve
from ui.share_page.words import (
    Content,
    Figure,
    interval,
    kind,
    loss,
    loss_bar,
    narrowed,
    table_of,
)
from ui.tables import portfolio, single_point, startup
from ui.uncertainty import OF_TEN
from ui.words import marks

MOST_POINTS = 6
HIGH_BANDS = ("D", "E")
LABELS = {one.key: one.label for one in portfolio.FIGURES}
BAND_NAMES = {"?": "Not known yet"}


def portfolio_view(content: Content) -> dict[str, Any]:
    """Return what the template of a portfolio shows."""
    return {
        "figures": list(_figures(content)),
        "actions": [_action(one) for one in content.get("actions", [])],
        "charts": [one for one in _charts(content) if one["svg"]],
        "points": html_table(
            single_point.LINK,
            content.get("single_points", [])[:MOST_POINTS],
            opened=MOST_POINTS,
            most=MOST_POINTS,
        ),
        "table": table_of(startup.LINK, content["startups"], startup.COLUMNS),
        "others": _others(content),
        "narrow": narrowed(content),
    }


def _others(content: Content) -> str:
    """Say what is not listed, where not everything is."""
    others = content.get("others")
    if others is None:
        return ""
    counted = wording.counted(others["startups"], "startup")
    return f"The other {counted} lose {wording.money(others['aal_usd'])} a year in the mean."


def _figures(content: Content) -> Iterator[Figure]:
    known = content["figures"]
    if "median_usd" in known:
        yield _loss(known)
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
        yield Figure(
            label=LABELS["var95_usd"],
            value=wording.money(known["var95_usd"]),
            note=f"{_in_worlds(known)}{_with_range(known, 'tvar95')} on average beyond",
        )
    developers = content.get("developers")
    if developers is not None:
        name, share = developers[0] if developers else ("none", 0.0)
        yield Figure(
            label="Biggest dependence",
            value=f"{wording.percent(share)} {wording.provider(name)}",
            note="of AI-dependent margin, by developer",
        )
    if "money" in content["redacted"]:
        yield from _counts(content)
    if "effective_providers" in known:
        effect = known["dependence_adjusted_providers"] or known["effective_providers"]
        yield Figure(
            label="Independent providers",
            value=wording.UNKNOWN if effect is None else f"{effect:.1f}",
            note=f"{known['listed_providers']} listed, as concentrated as so many",
        )
    if "cash_out_newly" in known:
        yield _cash_out(known)
    elif "cash_out_startups" in known:
        yield Figure(
            label="Out of cash in 12 months",
            value=wording.counted(known["cash_out_startups"], "startup"),
            note=f"if their lead developer wound down; cash known of {known['cash_known_of']}",
        )


def _loss(known: Mapping[str, Any]) -> Figure:
    share = known["aal_share_of_gross_profit"]
    of_profit = f", {wording.percent(share)} of gross profit" if share is not None else ""
    return Figure(
        label="Expected loss a year, 10 to 90 %",
        value=loss(known),
        note=f"mean, for adding up: {wording.money(known['aal_usd'])}{of_profit}",
        picture=loss_bar(known),
    )


def _cash_out(known: Mapping[str, Any]) -> Figure:
    low, high = known["cash_out_newly_low"], known["cash_out_newly_high"]
    counted = wording.counted(round(known["cash_out_newly"]), "startup")
    return Figure(
        label="Out of cash in 12 months",
        value=counted if known["cash_known_of"] else wording.UNKNOWN,
        note=f"{low:.0f} to {high:.0f}, if their lead developer wound down; besides "
        f"{known['cash_out_anyway']} that would be anyway; cash known of {known['cash_known_of']}",
    )


def _counts(content: Content) -> Iterator[Figure]:
    """Yield what is counted where nothing is told of amounts."""
    known = content["figures"]
    exposed = known["exposed_startups"]
    yield Figure(
        label="Startups exposed",
        value=f"{exposed} of {content['startups_in_portfolio']}",
        note="that depend on a language model, as far as is known",
    )
    bands = dict(content["startups_by_band"])
    high = sum(bands.get(band, 0) for band in HIGH_BANDS)
    yield Figure(
        label="In the highest bands",
        value=wording.counted(high, "startup"),
        note=f"band {' or '.join(HIGH_BANDS)}, of A to E",
    )
    if "listed_providers" in known:
        yield Figure(
            label="Developers",
            value=str(known["listed_providers"]),
            note="on whom some startup depends",
        )


def _charts(content: Content) -> Iterator[dict[str, str]]:
    if "exceedance" in content:
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
        parts = [
            (row["startup"], row["tvar95_contribution_usd"] or 0.0) for row in content["startups"]
        ]
        yield bar_chart(
            "Who drives the worst years",
            "Part of the mean of the worst 5 % of years",
            sorted(parts, key=lambda part: -part[1]),
            wording.money,
        )
    if "developers" in content:
        yield bar_chart(
            "Who it depends on",
            "Share of AI-dependent margin by developer",
            [(wording.provider(name), share) for name, share in content["developers"]],
            wording.percent,
        )
    if "loss_by_kind" in content:
        yield bar_chart(
            "Where the expected loss comes from",
            f"{money.shown().currency} a year by kind of disruption",
            [(kind(name), amount) for name, amount in content["loss_by_kind"]],
            wording.money,
        )
    if "money" in content["redacted"]:
        yield from _charts_of_counts(content)


def _charts_of_counts(content: Content) -> Iterator[dict[str, str]]:
    """Yield how many startups are how, where nothing is told of amounts."""
    yield bar_chart(
        "Who it depends on",
        "Startups that depend on each developer",
        [
            (wording.provider(name), count)
            for name, count in content.get("startups_by_developer", [])
        ],
        str,
    )
    yield bar_chart(
        "How exposed they are",
        "Startups by band, A the least exposed",
        [
            (BAND_NAMES.get(band, f"Band {band}"), count)
            for band, count in content["startups_by_band"]
        ],
        str,
    )
    yield bar_chart(
        "What would hurt them most",
        "Startups by their worst disruption",
        [(kind(name), count) for name, count in content["startups_by_worst_kind"]],
        str,
    )


def _curve_alt(points: list[tuple[float, float]]) -> str:
    return "; ".join(f"once in {years:g} years {wording.money(loss)}" for years, loss in points)


def _action(one: Content) -> dict[str, str]:
    once = _with_range(one, "one_off")
    removed = (
        f" Removes {_with_range(one, 'aal_removed')} of expected loss a year for {once} once."
        if "aal_removed_usd" in one
        else f" Costs {once} once."
    )
    return {"startup": one["startup"], "said": f"{one['use_case']}: {one['what']}.{removed}"}


def _in_worlds(known: Content) -> str:
    found = interval(known, "var95_low_usd", "var95_high_usd")
    return f"{wording.money_range(found)} {OF_TEN}; " if found else ""


def _with_range(one: Content, name: str) -> str:
    """An amount with its range; contents of older formats have none."""
    found = interval(one, f"{name}_low_usd", f"{name}_high_usd")
    return marks.median_and_range(one[f"{name}_usd"], found)
