"""Content of a link to a portfolio: plain values, in an order that tells nothing hidden.

Fields of startups have the names of :mod:`risk.portfolio.fields`. Unknown is None. What a preset
leaves out (:mod:`db.sharing.presets`) is not here at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.sharing.canonical import canonical_json
from db.sharing.formats import FORMAT, Content, counted, largest_first
from db.sharing.naming import Names
from db.sharing.presets import Preset
from db.sharing.week_content import action_content, ending_content, week_content
from risk.loss.hazards import KINDS
from risk.portfolio.fields import Values, records
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.results import (
    NO_BAND,
    Action,
    Ending,
    EventPart,
    Lever,
    Narrowing,
    PortfolioAssessment,
    SinglePoint,
    Source,
)
from risk.portfolio.startups import StartupTable, assessed_of, money_known
from risk.portfolio.week import Item

#: Startups that a link lists; the others are in its figures and counts.
MOST_LISTED = 5_000
_POINTS = 12
_WORST_YEARS = ("var95_usd", "tvar95_usd", "var99_usd", "tvar99_usd")
_BANDS = f"{NO_BAND}ABCDE"
_SELECTION = "chosen by whoever shared this"
#: Fields of a startup that follow from amounts, and those of them that too little known withholds.
_OF_MONEY = (
    *("score", "score_low", "score_high", "aal_usd", "median_usd", "aal_low_usd", "aal_high_usd"),
    *("variance_facts", "variance_rates", "variance_judgement", "judged_factor", "worst_loss_usd"),
    *("runway_months_before", "runway_months_after", "runway_months_after_low"),
    *("runway_months_after_high", "cash_out_probability_after"),
)
_WITHHELD = ("score", "aal_usd", "median_usd")
_TIMES = ("days_to_switch", "days_to_switch_low", "days_to_switch_high")

#: Rows without their names, beside the names in the register.
NamelessRows = list[tuple[Content, str]]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the figures rest on. ``frozen_at`` None: not frozen. ``parameters``: changed ones.

    ``is_whole``: the link shows all of the portfolio, so that what is true of all of it can be
    told. ``filters`` say in words what part it shows otherwise. ``money``: the rate by which
    amounts are written in another currency than USD; in the content they are in USD.
    """

    frozen_at: str | None
    batch: int | None
    parameters: Mapping[str, float]
    filters: tuple[str, ...] = ()
    is_whole: bool = True
    money: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How a content is made: what is left out, what things are called, what it rests on."""

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
    ending: Ending | None = None,
    week: Sequence[Item] = (),
    ranges: MarginRanges | None = None,
    most: int = MOST_LISTED,
) -> Content:
    """Return what a link to a portfolio shows: all of an assessment of what it may show.

    ``actions`` and those of the ``week`` are in the names of ``showing``, but for their startups.
    ``ending`` is whose end would cost most, ``ranges`` are those of shares. Where amounts are
    hidden none may have chosen among the days of the week. Of more than ``most`` startups those are
    listed that come first by what is shown of them.
    """
    preset, table = showing.preset, assessed_of(assessment).table
    listed = np.array(_listed(table, showing, most), dtype=np.int64)
    known = [
        (startup_row(one, showing, worst_years="tvar95_contribution_usd"), one["startup"])
        for one in records(table, listed)
    ]
    rows, names = named_rows(known, showing, by="aal_usd")
    content = {
        **about(assessment, showing),
        "scope": "portfolio",
        "startups_in_portfolio": len(table),
        "figures": _figures(assessment, showing, ranges),
        "startups": rows,
        **_counts(table, showing),
    }
    if preset.has_money:
        shares = assessment.concentration["developer"].shares
        parts = assessment.tail_parts.get("root", ())
        share = None if ending is None else shares.get(ending.provider)
        content |= {
            "ending": ending_content(ending, share, names, preset),
            "developers": showing.pairs(
                (names.provider(one), part) for one, part in shares.items()
            ),
            "developer_ranges": _ranges(ranges, showing),
            "tail_by_root": showing.pairs((names.provider(p.name), p.tvar95_usd) for p in parts),
            "actions": [action_content(one, names, preset) for one in actions],
            "loss_by_kind": loss_by_kind(assessment.expected_parts, showing),
            "exceedance": [
                [one.return_period_years, preset.figure(one.aep_usd)]
                for one in assessment.exceedance
            ],
            "narrow_most": levers(assessment.levers or (), preset),
        }
        if len(rows) < len(table):
            loss = assessment.aal_usd - float(table.answers.mean[listed].sum())
            content["others"] = {
                "startups": len(table) - len(rows),
                "aal_usd": preset.figure(max(0.0, loss)),
            }
    if preset.has_providers:
        content["week"] = week_content(week, names, preset)
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
    events = table.answers.worst_event.astype(np.int64)
    found = counted(
        (_BANDS[place + 1] for place in table.bands.tolist()),
        (KINDS[int(table.kinds[event])].value for event in events[events >= 0].tolist()),
    )
    if showing.preset.has_providers and not showing.preset.has_money:
        users: Counter[str] = Counter()
        of_each = np.bincount(table.providers, minlength=len(table.developers))
        for name, count in zip(table.developers, of_each.tolist(), strict=True):
            users[showing.names.provider(name)] += count
        found["startups_by_developer"] = largest_first(users)
    return found


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
    if provenance.money is not None and preset.has_money:
        found["money"] = dict(provenance.money)
    if preset is Preset.EVERYTHING:
        found["data_digest"] = assessment.data_digest
        if provenance.is_whole:
            found["data_batch"] = provenance.batch
    return found


def startup_row(known: Values, showing: Showing, *, worst_years: str) -> Content:
    """Return the answer for one startup without its name.

    ``worst_years`` is the field that says what its worst years cost.
    """
    preset, names = showing.preset, showing.names
    row: Content = {name: known[name] for name in ("band", "worst_kind")}
    row |= showing.figures({name: known[name] for name in _TIMES})
    row["facts_known"] = _facts_known(known["facts_known"], preset)
    if preset.has_names:
        row |= {name: known[name] for name in ("sector", "next_action")}
    if preset.has_providers:
        lead, root = known["lead_developer"], known["worst_root"]
        row |= {
            "providers": names.providers(known["providers"]),
            "lead_developer": lead and names.provider(lead),
            "worst_root": root and names.provider(root),
        }
    if preset.has_money:
        row |= showing.figures({name: known[name] for name in (*_OF_MONEY, worst_years)})
        if known["band"] == NO_BAND:
            row |= dict.fromkeys(_WITHHELD)
    return row


def _facts_known(share: float, preset: Preset) -> float | None:
    """How far the facts are known, in tenths where amounts, which they weigh, are not told."""
    return preset.figure(share) if preset.has_money else round(share, 1)


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


def _ranges(ranges: MarginRanges | None, showing: Showing) -> Mapping[str, list[float | None]]:
    """Return the range of each developer's share by its name, as far as they are known."""
    figure, provider = showing.preset.figure, showing.names.provider
    known = ranges.developers if ranges is not None else {}
    return {provider(name): [figure(one.low), figure(one.high)] for name, one in known.items()}


def _figures(
    assessment: PortfolioAssessment, showing: Showing, ranges: MarginRanges | None
) -> Content:
    """Figures of the whole; what a doubt comes from follows from amounts."""
    preset = showing.preset
    figures: Content = {
        "exposed_startups": assessment.exposed_startups,
        "facts_known": _facts_known(assessment.facts_known, preset),
    }
    if preset.has_providers:
        figures["listed_providers"] = assessment.listed_providers
    if not preset.has_money:
        return figures
    profit, cash = assessment.gross_profit_usd, assessment.cash_out
    shares = assessment.variance_shares
    money = {
        **{f"variance_{one.value}": float(getattr(shares, one.value)) for one in Source},
        "judged_factor": assessment.judged_factor,
        "money_known": money_known(assessment),
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
    if ranges is not None and (equal_ones := ranges.equal_ones) is not None:
        money |= {"equal_providers_low": equal_ones.low, "equal_providers_high": equal_ones.high}
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
