"""What a link to a portfolio shows: plain values, in an order that tells nothing hidden.

Unknown is None. What a preset leaves out (:mod:`db.sharing.presets`) is not here at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.sharing.canonical import canonical_json
from db.sharing.naming import Names
from db.sharing.presets import Preset
from risk.exposure.results import StartupAssessment
from risk.portfolio.results import Action, PortfolioAssessment, SinglePoint

#: The form of a content; a reader of an older one knows by it what to expect.
FORMAT = 2
_POINTS = 12
_WORST_YEARS = ("var95_usd", "tvar95_usd", "var99_usd", "tvar99_usd")
_BANDS = "?ABCDE"
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
    assessment: PortfolioAssessment, actions: Sequence[Action], showing: Showing
) -> Content:
    """Return what a link to a portfolio shows: all of an assessment of what it may show.

    ``actions`` are in the names of ``showing``, but for their startups.
    """
    preset = showing.preset
    known = [(_portfolio_row(one, showing), one.startup) for one in assessment.startups]
    rows, names = named_rows(known, showing, by="aal_usd")
    content = {
        **about(assessment, showing),
        "scope": "portfolio",
        "startups_in_portfolio": len(assessment.startups),
        "figures": _figures(assessment, showing),
        "startups": rows,
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
            "loss_by_kind": loss_by_kind(assessment.startups, showing),
            "exceedance": [
                [one.return_period_years, preset.figure(one.aep_usd)]
                for one in assessment.exceedance
            ],
        }
    elif preset.has_providers:
        users = Counter(name for row in rows for name in row["providers"])
        content["startups_by_developer"] = showing.pairs(users.items())
    if preset.has_providers:
        content["single_points"] = _single_points(assessment.single_points, showing)
    return content


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
    worst, is_asked = one.worst, one.band == "?"
    row: Content = {
        "band": one.band,
        "worst_kind": worst.kind.value if worst else None,
        "days_to_switch": preset.figure(one.days_to_switch),
        "confidence": one.confidence.value,
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
            "score": None if is_asked else one.score,
            "aal_usd": None if is_asked else one.aal_usd,
            "aal_low_usd": one.aal_interval_usd.low,
            "aal_high_usd": one.aal_interval_usd.high,
            "worst_loss_usd": worst.loss_usd if worst else None,
            "runway_months_before": one.runway_months.before,
            "runway_months_after": one.runway_months.after,
            "cash_out_probability_after": one.cash_out_probability.after,
        }
        row |= showing.figures(figures)
    return row


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


def loss_by_kind(startups: Iterable[StartupAssessment], showing: Showing) -> list[list[Any]]:
    """Return the expected loss a year (USD) by kind of falter, largest first."""
    parts = (part for one in startups for part in one.parts)
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
        "confidence": assessment.confidence.value,
    }
    if preset.has_providers:
        figures["listed_providers"] = assessment.listed_providers
    if not preset.has_money:
        return figures
    profit = assessment.gross_profit_usd
    known = sum(one.cash_out_probability.after is not None for one in assessment.startups)
    money = {
        "aal_usd": assessment.aal_usd,
        "aal_low_usd": assessment.aal_interval_usd.low,
        "aal_high_usd": assessment.aal_interval_usd.high,
        "aal_share_of_gross_profit": assessment.aal_usd / profit if profit > 0 else None,
        **{name: getattr(assessment, name) for name in _WORST_YEARS},
        "effective_providers": assessment.concentration["developer"].effective_number,
        "dependence_adjusted_providers": assessment.dependence_adjusted,
    }
    counts = {"cash_out_startups": assessment.cash_out_startups, "cash_known_of": known}
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
    }
