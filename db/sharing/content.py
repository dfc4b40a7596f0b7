"""What a link to a whole portfolio shows: plain values, in an order that tells nothing hidden.

Unknown is None. Every fact that is left out (:mod:`db.sharing.redaction`) is not here at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from db.sharing.canonical import canonical_json
from db.sharing.hidden_names import without_names
from db.sharing.redaction import Redaction
from risk.exposure.results import StartupAssessment
from risk.portfolio.results import Action, PortfolioAssessment

#: The form of a content; a reader of an older one knows by it what to expect.
FORMAT = 1
_POINTS = 12

Content = dict[str, Any]
Left = frozenset[Redaction]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the figures stand on. ``frozen_at`` None: not frozen. ``parameters``: changed ones."""

    frozen_at: str | None
    batch: int | None
    parameters: Mapping[str, float]
    filters: tuple[str, ...] = ()


def portfolio_content(
    assessment: PortfolioAssessment,
    actions: Sequence[Action],
    *,
    shown: Set[str] | None,
    left_out: Left,
    provenance: Provenance,
    known: Iterable[str] = (),
) -> Content:
    """Return what a link to a portfolio shows. ``shown`` None: every startup is listed.

    ``known`` are names of providers and models, which stay where names of startups are left out.
    """
    listed = [one for one in assessment.startups if shown is None or one.startup in shown]
    rows, aliases = _named_rows(listed, left_out)
    content = {
        **about(assessment, provenance, left_out),
        "scope": "portfolio",
        "startups_in_portfolio": len(assessment.startups),
        "figures": _figures(assessment, left_out),
        "startups": rows,
    }
    if not left_out & {Redaction.PROVIDERS}:
        content["developers"] = _largest(assessment.concentration["developer"].shares)
        content["single_points"] = _single_points(assessment, left_out)
        if Redaction.WORST_YEARS not in left_out:
            parts = assessment.tail_parts.get("root", ())
            content["tail_by_root"] = _largest({one.name: one.tvar95_usd for one in parts})
        if Redaction.NEXT_ACTION not in left_out:
            content["actions"] = [_action(one, left_out) for one in actions]
    if Redaction.EXPECTED_LOSS not in left_out:
        content["loss_by_kind"] = loss_by_kind(assessment.startups)
    if Redaction.WORST_YEARS not in left_out:
        content["exceedance"] = [
            [one.return_period_years, one.aep_usd] for one in assessment.exceedance
        ]
    if Redaction.NAMES in left_out:
        content = {
            **content,
            **_anonymous(content, assessment, aliases, known),
        }
    return content


def about(assessment: PortfolioAssessment, provenance: Provenance, left_out: Left) -> Content:
    """Return what every content says of itself."""
    return {
        "format": FORMAT,
        "portfolio": assessment.portfolio,
        "invented": assessment.invented,
        "as_of": assessment.as_of,
        "frozen_at": provenance.frozen_at,
        "model_version": assessment.model_version,
        "catalogue_date": assessment.catalogue_date,
        "data_digest": assessment.data_digest,
        "data_batch": provenance.batch,
        "parameters": dict(provenance.parameters),
        "filters": list(provenance.filters),
        "redacted": sorted(left_out),
    }


def startup_row(one: StartupAssessment, left_out: Left) -> Content:
    """Return the answer for one startup without its name."""
    row: Content = {}
    if Redaction.SECTOR not in left_out:
        row["sector"] = one.sector
    if Redaction.PROVIDERS not in left_out:
        row["providers"] = list(one.providers)
        row["lead_developer"] = one.lead_developer
    if Redaction.SCORE not in left_out:
        row |= {"score": None if one.band == "?" else one.score, "band": one.band}
    if Redaction.EXPECTED_LOSS not in left_out:
        row |= {
            "aal_usd": None if one.band == "?" else one.aal_usd,
            "aal_low_usd": one.aal_interval_usd.low,
            "aal_high_usd": one.aal_interval_usd.high,
        }
    if Redaction.WORST_FALTER not in left_out:
        row |= _worst(one, left_out)
    if Redaction.DAYS_TO_SWITCH not in left_out:
        row["days_to_switch"] = one.days_to_switch
    if Redaction.RUNWAY not in left_out:
        row |= {
            "runway_months_before": one.runway_months.before,
            "runway_months_after": one.runway_months.after,
            "cash_out_probability_after": one.cash_out_probability.after,
        }
    if Redaction.CONFIDENCE not in left_out:
        row["confidence"] = one.confidence.value
    # The next action names a provider, so it goes with either.
    if not left_out & {Redaction.NEXT_ACTION, Redaction.PROVIDERS}:
        row["next_action"] = one.next_action
    return row


def loss_by_kind(startups: Sequence[StartupAssessment]) -> list[list[Any]]:
    """Return the expected loss a year (USD) by kind of falter, largest first."""
    sums: dict[str, float] = defaultdict(float)
    for one in startups:
        for part in one.parts:
            sums[part.kind.value] += part.aal_usd
    return _largest(sums)


def _worst(one: StartupAssessment, left_out: Left) -> Content:
    worst = one.worst
    found: Content = {
        "worst_kind": worst.kind.value if worst else None,
        "worst_loss_usd": worst.loss_usd if worst else None,
    }
    if Redaction.PROVIDERS not in left_out:
        found["worst_root"] = worst.root if worst else None
    return found


def _named_rows(
    startups: Sequence[StartupAssessment], left_out: Left
) -> tuple[list[Content], dict[str, str]]:
    """Return rows in an order that their visible cells alone decide, and what names became."""
    known = []
    for one in startups:
        row = startup_row(one, left_out)
        if Redaction.WORST_YEARS not in left_out:
            row["tail_usd"] = one.tvar95_contribution_usd
        known.append((row, one.startup))
    hidden = Redaction.NAMES in left_out
    known.sort(key=lambda pair: ("" if hidden else pair[1], canonical_json(pair[0])))
    known.sort(key=lambda pair: -(_first_figure(pair[0])))
    aliases = {name: f"Startup {place}" for place, (_, name) in enumerate(known, start=1)}
    named = [{"startup": aliases[name] if hidden else name, **row} for row, name in known]
    return named, aliases


def _first_figure(row: Content) -> float:
    return next((row[name] or 0.0 for name in ("aal_usd", "score", "tail_usd") if name in row), 0.0)


def _anonymous(
    content: Content,
    assessment: PortfolioAssessment,
    aliases: Mapping[str, str],
    known: Iterable[str],
) -> Content:
    """Return the parts with text, in which startups have no names; those not listed neither."""
    others = {one.startup: "Another startup" for one in assessment.startups}
    kept = [*known, *(one.sector or "" for one in assessment.startups)]
    texts = ("startups", "actions", "filters", "developers", "single_points", "tail_by_root")
    parts = {name: content[name] for name in texts if name in content}
    scrubbed: Content = without_names(parts, {**others, **aliases}, kept)
    return scrubbed


def _figures(assessment: PortfolioAssessment, left_out: Left) -> Content:
    figures: Content = {"exposed_startups": assessment.exposed_startups}
    if Redaction.EXPECTED_LOSS not in left_out:
        profit = assessment.gross_profit_usd
        figures |= {
            "aal_usd": assessment.aal_usd,
            "aal_low_usd": assessment.aal_interval_usd.low,
            "aal_high_usd": assessment.aal_interval_usd.high,
            "aal_share_of_gross_profit": assessment.aal_usd / profit if profit > 0 else None,
        }
    if Redaction.WORST_YEARS not in left_out:
        names = ("var95_usd", "tvar95_usd", "var99_usd", "tvar99_usd")
        figures |= {name: getattr(assessment, name) for name in names}
    if Redaction.PROVIDERS not in left_out:
        figures |= {
            "listed_providers": assessment.listed_providers,
            "effective_providers": assessment.concentration["developer"].effective_number,
            "dependence_adjusted_providers": assessment.dependence_adjusted,
        }
    if Redaction.RUNWAY not in left_out:
        known = sum(one.cash_out_probability.after is not None for one in assessment.startups)
        figures |= {"cash_out_startups": assessment.cash_out_startups, "cash_known_of": known}
    if Redaction.CONFIDENCE not in left_out:
        figures["confidence"] = assessment.confidence.value
    return figures


def _single_points(assessment: PortfolioAssessment, left_out: Left) -> list[Content]:
    points = []
    for one in assessment.single_points[:_POINTS]:
        point: Content = {
            "root": one.root,
            "kinds": list(one.kinds),
            "startups": one.startups,
            "margin_share": one.margin_share,
        }
        if Redaction.EXPECTED_LOSS not in left_out:
            point["aal_usd"] = one.aal_usd
        points.append(point)
    return points


def _action(one: Action, left_out: Left) -> Content:
    found: Content = {
        "startup": one.startup,
        "use_case": one.use_case,
        "what": one.what,
        "one_off_usd": one.one_off_usd,
    }
    if Redaction.EXPECTED_LOSS not in left_out:
        found["aal_removed_usd"] = one.aal_removed_usd
    return found


def _largest(sums: Mapping[str, float]) -> list[list[Any]]:
    """Return names with their amounts, largest first, those of nothing left out."""
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [[name, amount] for name, amount in ordered if amount > 0]
