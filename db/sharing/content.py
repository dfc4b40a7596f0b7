"""What a link to a portfolio shows: plain values, in an order that tells nothing hidden.

Unknown is None. What a preset leaves out (:mod:`db.sharing.presets`) is not here at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.sharing.canonical import canonical_json
from db.sharing.naming import Names
from db.sharing.presets import Preset
from risk.loss.hazards import KINDS
from risk.portfolio.results import (
    NO_BAND,
    Action,
    EventPart,
    Lever,
    Narrowing,
    PortfolioAssessment,
    SinglePoint,
    Source,
    StartupAssessment,
)
from risk.portfolio.startups import StartupTable, assessed_of

#: The form of a content; a reader of an older one knows by it what to expect.
FORMAT = 4
#: Startups that a link lists; the others are in its figures and counts.
MOST_LISTED = 5_000
_POINTS = 12
_WORST_YEARS = ("var95_usd", "tvar95_usd", "var99_usd", "tvar99_usd")
_BANDS = f"{NO_BAND}ABCDE"
_SELECTION = "chosen by whoever shared this"

Content = dict[str, Any]
#: Rows without their names, beside the names in the register.
NamelessRows = list[tuple[Content, str]]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the figures stand on. ``frozen_at`` None: not frozen. ``parameters``: changed ones.

    ``is_whole``: the link shows all of the portfolio, so that what is true of all of it can be
    told. ``filters`` say in words what part it shows otherwise.
    """

    frozen_at: str | None
    batch: int | None
    parameters: Mapping[str, float]
    filters: tuple[str, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How a content is made: what is left out, what things are called, what it stands on."""

    preset: Preset
    names: Names
    provenance: Provenance

    def pairs(self, sums: Iterable[tuple[str, float]]) -> list[list[Any]]:
        """Return names with their amounts as they are shown, largest first, without zeros."""
        totals: dict[str, float] = {}
        for name, amount in sums:
            totals[name] = totals.get(name, 0) + amount
        shown = [(name, self.preset.figure(amount) or 0) for name, amount in totals.items()]
        ordered = sorted(shown, key=lambda pair: (-pair[1], pair[0]))
        return [[name, amount] for name, amount in ordered if amount > 0]

    def figures(self, known: Mapping[str, float | None]) -> Content:
        """Return figures as they are shown."""
        return {name: self.preset.figure(value) for name, value in known.items()}


def portfolio_content(
    assessment: PortfolioAssessment,
    actions: Sequence[Action],
    showing: Showing,
    *,
    most: int = MOST_LISTED,
) -> Content:
    """Return what a link to a portfolio shows: all of an assessment of what it may show.

    ``actions`` are in the names of ``showing``, but for their startups. Of more than ``most``
    startups those are listed that come first by what is shown of them.
    """
    preset, startups = showing.preset, assessed_of(assessment)
    listed = [startups[row] for row in _listed(startups.table, showing, most)]
    known = [(_portfolio_row(one, showing), one.startup) for one in listed]
    rows, names = named_rows(known, showing, by="aal_usd")
    content = {
        **about(assessment, showing),
        "scope": "portfolio",
        "startups_in_portfolio": len(startups),
        "figures": _figures(assessment, showing),
        "startups": rows,
        **_counts(startups.table, showing),
    }
    if preset.has_money:
        shares = assessment.concentration["developer"].shares
        parts = assessment.tail_parts.get("root", ())
        content |= {
            "developers": showing.pairs(
                (names.provider(one), part) for one, part in shares.items()
            ),
            "tail_by_root": showing.pairs((names.provider(p.name), p.tvar95_usd) for p in parts),
            "actions": [_action(one, names, preset) for one in actions],
            "loss_by_kind": loss_by_kind(assessment.expected_parts, showing),
            "exceedance": [
                [one.return_period_years, preset.figure(one.aep_usd)]
                for one in assessment.exceedance
            ],
            "narrow_most": levers(assessment.levers or (), preset),
        }
        if len(rows) < len(startups):
            content["others"] = _others(assessment, listed, showing)
    if preset.has_providers:
        content["single_points"] = _single_points(assessment.single_points, showing)
    return content


def _listed(table: StartupTable, showing: Showing, most: int) -> list[int]:
    """The rows that are listed, by what is shown of them alone; the order is decided later."""
    if len(table) <= most:
        return list(range(len(table)))
    if showing.preset.has_money:
        return _first(table.answers.mean, most)
    if showing.names.are_real:
        return sorted(range(len(table)), key=lambda row: table.names[row].casefold())[:most]
    # The most exposed: E before A, and those of whom no band is told last.
    return _first(table.bands.astype(np.float64), most)


def _first(values: NDArray[np.float64], most: int) -> list[int]:
    found: list[int] = np.argsort(-values, kind="stable")[:most].tolist()
    return found


def _counts(table: StartupTable, showing: Showing) -> Content:
    """How many startups are how, of all of them: by band, by worst disruption, by developer."""
    bands = Counter(_BANDS[place + 1] for place in table.bands.tolist())
    events = table.answers.worst_event.astype(np.int64)
    kinds = Counter(KINDS[int(table.kinds[event])].value for event in events[events >= 0].tolist())
    found: Content = {
        "startups_by_band": [[band, bands[band]] for band in sorted(bands)],
        "startups_by_worst_kind": _by_count(kinds),
    }
    if showing.preset.has_providers and not showing.preset.has_money:
        users: Counter[str] = Counter()
        counted = np.bincount(table.providers, minlength=len(table.developers))
        for name, count in zip(table.developers, counted.tolist(), strict=True):
            users[showing.names.provider(name)] += count
        found["startups_by_developer"] = _by_count(users)
    return found


def _by_count(counted: Mapping[str, int]) -> list[list[Any]]:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [[name, count] for name, count in ordered if count]


def _others(
    assessment: PortfolioAssessment, listed: Sequence[StartupAssessment], showing: Showing
) -> Content:
    """The startups that are not listed, as one."""
    loss = assessment.aal_usd - sum(one.aal_usd for one in listed)
    return {
        "startups": len(assessment.startups) - len(listed),
        "aal_usd": showing.preset.figure(max(0.0, loss)),
    }


def about(assessment: PortfolioAssessment, showing: Showing) -> Content:
    """Return what every content says of itself.

    A digest of the data would confirm a guess at what is hidden, so that it goes with anything.
    """
    preset, provenance = showing.preset, showing.provenance
    parameters, filters = provenance.parameters, provenance.filters
    found: Content = {
        "format": FORMAT,
        "portfolio": showing.names.portfolio(assessment.portfolio),
        "invented": assessment.invented,
        "as_of": assessment.as_of,
        "frozen_at": provenance.frozen_at,
        "model_version": assessment.model_version,
        "catalogue_date": assessment.catalogue_date,
        "parameters": {
            name: value
            for name, value in parameters.items()
            if preset.has_money or "usd" not in name.split("_")
        },
        "filters": list(filters) if preset is Preset.EVERYTHING or not filters else [_SELECTION],
        "redacted": list(preset.left_out),
    }
    if preset is Preset.EVERYTHING:
        found["data_digest"] = assessment.data_digest
        if provenance.is_whole:
            found["data_batch"] = provenance.batch
    return found


def startup_row(one: StartupAssessment, showing: Showing) -> Content:
    """Return the answer for one startup without its name."""
    preset, names = showing.preset, showing.names
    worst, is_withheld = one.worst, one.band == NO_BAND
    switch = one.days_to_switch_interval
    row: Content = {
        "band": one.band,
        "worst_kind": worst.kind.value if worst else None,
        "days_to_switch": preset.figure(one.days_to_switch),
        "days_to_switch_low": preset.figure(switch.low) if switch else None,
        "days_to_switch_high": preset.figure(switch.high) if switch else None,
        **how_sure(one, preset),
    }
    if preset.has_names:
        row |= {"sector": one.sector, "next_action": one.next_action}
    if preset.has_providers:
        row |= {
            "providers": names.providers(one.providers),
            "lead_developer": one.lead_developer and names.provider(one.lead_developer),
            "worst_root": names.provider(worst.root) if worst else None,
        }
    if preset.has_money:
        figures = {
            "score": None if is_withheld else one.score,
            "score_low": one.score_interval.low,
            "score_high": one.score_interval.high,
            "aal_usd": None if is_withheld else one.aal_usd,
            "median_usd": None if is_withheld else one.median_usd,
            "aal_low_usd": one.aal_interval_usd.low,
            "aal_high_usd": one.aal_interval_usd.high,
            "worst_loss_usd": worst.loss_usd if worst else None,
            "runway_months_before": one.runway_months.before,
            "runway_months_after": one.runway_months.after,
            "runway_months_after_low": one.runway_months.after_low,
            "runway_months_after_high": one.runway_months.after_high,
            "cash_out_probability_after": one.cash_out_probability.after,
        }
        row |= showing.figures(figures)
    return row


def how_sure(one: StartupAssessment | PortfolioAssessment, preset: Preset) -> Content:
    """Return how far the facts are known, and what the rest of the doubt comes from.

    What a doubt comes from follows from amounts: without money it is not told at all, and what
    facts weigh in tenths.
    """
    shares = one.variance_shares
    if not preset.has_money:
        return {"facts_known": round(one.facts_known, 1)}
    figures = {
        "facts_known": one.facts_known,
        **{f"share_{each.value}": float(getattr(shares, each.value)) for each in Source},
        "judged_factor": one.judged_factor,
    }
    mostly = shares.most.value if shares.most else None
    return {"mostly": mostly, **{name: preset.figure(of) for name, of in figures.items()}}


def narrowing(narrow_most: Iterable[Narrowing], preset: Preset) -> list[Content]:
    """Return what would narrow a startup's range most.

    Facts are named by words that somebody wrote, and rates may be of a provider of somebody's own:
    without names only their kind is told.
    """
    return [
        {
            "what": one.what if preset.has_names or one.kind is Source.JUDGEMENT else None,
            "kind": one.kind.value,
            "share": preset.figure(one.share),
        }
        for one in narrow_most
    ]


def levers(narrow_most: Iterable[Lever], preset: Preset) -> list[Content]:
    """Return what would narrow a portfolio's range most; whom to ask is not told."""
    return [
        {
            "what": one.what,
            "kind": one.kind.value,
            "low": preset.figure(one.low),
            "high": preset.figure(one.high),
            "startups": one.startups,
        }
        for one in narrow_most
    ]


def named_rows(known: NamelessRows, showing: Showing, *, by: str) -> tuple[list[Content], Names]:
    """Return rows in an order that their visible cells alone decide, and what startups are called.

    Those with most of what is called ``by`` come first; without that and names, the most exposed.
    """

    def place(pair: tuple[Content, str]) -> tuple[float | str, ...]:
        row, name = pair
        called = name.casefold() if showing.names.are_real else ""
        band = -_BANDS.index(row.get("band", "?"))
        others = (-(row.get(one) or 0.0) for one in ("days_to_switch", "hit_probability"))
        return (-(row.get(by) or 0.0), called, band, *others, canonical_json(row))

    ordered = sorted(known, key=place)
    names = showing.names.numbered(name for _, name in ordered)
    return [{"startup": names.startup(name), **row} for row, name in ordered], names


def loss_by_kind(parts: Iterable[EventPart], showing: Showing) -> list[list[Any]]:
    """Return the expected loss a year (USD) by kind of disruption, largest first."""
    return showing.pairs((part.kind.value, part.aal_usd) for part in parts)


def _portfolio_row(one: StartupAssessment, showing: Showing) -> Content:
    row = startup_row(one, showing)
    if showing.preset.has_money:
        row["tail_usd"] = showing.preset.figure(one.tvar95_contribution_usd)
    return row


def _figures(assessment: PortfolioAssessment, showing: Showing) -> Content:
    preset = showing.preset
    figures: Content = {
        "exposed_startups": assessment.exposed_startups,
        **how_sure(assessment, preset),
    }
    if preset.has_providers:
        figures["listed_providers"] = assessment.listed_providers
    if not preset.has_money:
        return figures
    profit, cash = assessment.gross_profit_usd, assessment.cash_out
    money = {
        "aal_usd": assessment.aal_usd,
        "median_usd": assessment.median_usd,
        "aal_low_usd": assessment.aal_interval_usd.low,
        "aal_high_usd": assessment.aal_interval_usd.high,
        "aal_share_of_gross_profit": assessment.aal_usd / profit if profit > 0 else None,
        **{name: getattr(assessment, name) for name in _WORST_YEARS},
        **{
            f"{name}_{end}_usd": getattr(interval, end)
            for name, interval in (
                ("var95", assessment.var95_interval_usd),
                ("tvar95", assessment.tvar95_interval_usd),
            )
            if interval is not None
            for end in ("low", "high")
        },
        "effective_providers": assessment.concentration["developer"].effective_number,
        "dependence_adjusted_providers": assessment.dependence_adjusted,
    }
    counts = {
        "cash_out_newly": cash.newly,
        "cash_out_newly_low": cash.newly_interval.low,
        "cash_out_newly_high": cash.newly_interval.high,
        "cash_out_anyway": cash.anyway,
        "cash_known_of": cash.known,
    }
    return figures | showing.figures(money) | counts


def _single_points(points: Iterable[SinglePoint], showing: Showing) -> list[Content]:
    """Return those with most margin; where money is hidden, those of most startups."""
    preset, found = showing.preset, []
    for one in points:
        point: Content = {
            "root": showing.names.provider(one.root),
            "kinds": list(one.kinds),
            "startups": one.startups,
        }
        if preset.has_money:
            money = {"margin_share": one.margin_share, "aal_usd": one.aal_usd}
            point |= showing.figures(money)
        found.append(point)
    if not preset.has_money:
        found.sort(key=lambda point: (-point["startups"], point["root"], point["kinds"]))
    return found[:_POINTS]


def _action(one: Action, names: Names, preset: Preset) -> Content:
    return {
        "startup": names.startup(one.startup),
        "use_case": one.use_case,
        "what": one.what,
        "one_off_usd": preset.figure(one.one_off_usd),
        "aal_removed_usd": preset.figure(one.aal_removed_usd),
        **{
            f"{name}_{end}_usd": preset.figure(getattr(interval, end))
            for name, interval in (("one_off", one.one_off), ("aal_removed", one.removed))
            if interval is not None
            for end in ("low", "high")
        },
    }
