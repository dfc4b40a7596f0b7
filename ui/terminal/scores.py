"""The scored portfolio in the terminal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from db.engine import WHOLE, View
from risk.loss.valuation import Valuation
from risk.portfolio.margin_ranges import MarginRanges, margin_ranges
from risk.portfolio.parts import parts_of
from risk.portfolio.results import ExposurePart, PortfolioAssessment, TailPart
from risk.portfolio.startups import Assessed, assessed_of
from ui import money, wording
from ui.render.json import document
from ui.render.terminal import Document, printed, table, text
from ui.tables import concentration, startup
from ui.tables.column import Record
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand
from ui.words import headlines, marks

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.weighting import WeightedConcentration
    from risk.assumptions import Assumptions

#: Startups whose parts are worked out at a time.
AT_ONCE = 2_000
#: Startups in the table for people; the JSON document has all of them.
SHOWN_STARTUPS = 200
#: Of more companies ranges of shares take long; “overview” and the pages have them.
RANGES_WAITED_FOR = 5_000
#: Single points of failure and pairs shown, and parts of the tail of each division; all of them
#: are in the JSON document.
SHOWN_POINTS, SHOWN_PARTS = 8, 5
_POINTS = "Whose loss alone stops a use case, largest expected loss first"
_PAIRS = "Who stop a use case only together: the margin of days on which both are down"
_SPREAD = "Worst years, as a share of the companies' own"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A portfolio's answer, and how it was laid out; rows of the one are startups of the other."""

    result: PortfolioAssessment
    valuation: Valuation
    view: View = WHOLE
    weighted: "WeightedConcentration | None" = None

    @cached_property
    def ranges(self) -> MarginRanges | None:
        """The ranges of shares of margin; None where they take long and nobody waits for them."""
        few = len(self.valuation.members) <= RANGES_WAITED_FOR
        return margin_ranges(self.valuation) if few else None


def score(store: "Store", portfolio: str, *, changes: Iterable[str], today: date) -> Scored:
    """Score a portfolio; ``changes`` such as ``theta=0.2`` replace assumptions this once.

    Raises RefusedCommand if a change names no assumption or a figure outside its range.
    """
    from db.services import scoring, valuations, weighting
    from risk.portfolio.sensitivity import with_narrowing

    changes = tuple(changes)
    assumptions = tried_assumptions(store, portfolio, changes) if changes else None
    result = scoring.score_portfolio(
        store, caller(), portfolio, today=today, assumptions=assumptions
    )
    # The one that was just valued: it is kept at hand.
    valuation = valuations.valuation(
        store, caller(), portfolio, today=today, assumptions=assumptions
    )
    narrowed = with_narrowing(result, valuation)
    weighted = weighting.weighted_concentration(
        store, caller(), portfolio, today=today, assessment=result
    )
    return Scored(result=narrowed, valuation=valuation, view=store.view, weighted=weighted)


def score_on_cluster(
    store: "Store",
    portfolio: str,
    address: str,
    *,
    changes: Iterable[str],
    today: date,
    progress: Callable[[float], None] | None,
) -> Scored:
    """Score a portfolio in parts, on the workers of the scheduler at ``address``.

    Raises RefusedCommand as :func:`score` does.
    """
    from db.services.scoring_in_chunks import cluster, valued_in_chunks
    from risk.portfolio.assessment import assess
    from risk.portfolio.sensitivity import with_narrowing

    changes = tuple(changes)
    assumptions = tried_assumptions(store, portfolio, changes) if changes else None
    with cluster(address) as workers:
        valuation = valued_in_chunks(
            store,
            caller(),
            portfolio,
            workers=workers,
            today=today,
            assumptions=assumptions,
            progress=progress,
        )
    return Scored(result=with_narrowing(assess(valuation), valuation), valuation=valuation)


def tried_assumptions(store: "Store", portfolio: str, changes: Iterable[str]) -> "Assumptions":
    """Return a portfolio's assumptions with ``changes`` such as ``theta=0.2``.

    Raises RefusedCommand if a change names no assumption or a figure outside its range.
    """
    from db.services import assumptions
    from risk.assumptions import override

    values = _values(changes)
    try:
        return override(assumptions.load_assumptions(store, caller(), portfolio), values)
    except ValueError as error:
        raise RefusedCommand(str(error)) from None


def _values(changes: Iterable[str]) -> dict[str, float]:
    values = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            values[name] = float(value)
        except ValueError:
            raise RefusedCommand(f"--set {change}: write NAME=NUMBER.") from None
    return values


def score_document(scored: Scored) -> Document:
    """Return the whole answer; startups are made while they are written, whatever their number.

    Rates that were learned since the reference facts were written stand under ``learned_rates``.
    """
    result = scored.result
    found: Document = {
        "portfolio": _portfolio(result, scored.ranges),
        "startups": _startups(scored),
        "provenance": {
            "model_version": result.model_version,
            "catalogue_date": result.catalogue_date,
            "data_digest": result.data_digest,
            "engine": "worlds",
            "worlds": result.worlds,
            "mean_error": result.mean_error,
        },
    }
    if scored.weighted is not None:
        found["weighted_concentration"] = concentration.weighted_rows(scored.weighted)
    if scored.view.as_of is not None:
        found["register_as_of"] = scored.view.as_of
    if scored.view.slices:
        slices = scored.view.slices
        found["slices"] = [{"field": field, "value": value} for field, value in slices]
    if result.learned:
        found["learned_rates"] = result.learned
    return found


def _currency() -> Document:
    """The currency in which money is shown; figures named ``…_usd`` are in USD in any case."""
    shown = money.shown()
    rate = {} if shown.rate is None else {"rate": shown.rate.document}
    return {"currency": shown.currency, **rate}


def _portfolio(result: PortfolioAssessment, ranges: MarginRanges | None) -> Document:
    spread = result.concentration
    return {
        "startups": len(result.startups),
        **_currency(),
        **_uncertain(result),
        "narrow_most": marks.lever_values(result.levers or ()),
        "var95_usd": result.var95_usd,
        "tvar95_usd": result.tvar95_usd,
        "var95_interval_usd": result.var95_interval_usd,
        "tvar95_interval_usd": result.tvar95_interval_usd,
        "var99_usd": result.var99_usd,
        "tvar99_usd": result.tvar99_usd,
        "exceedance": result.exceedance,
        "hhi": {level: spread[level].hhi for level in concentration.LEVELS},
        "effective_providers": {
            **{level: spread[level].effective_number for level in concentration.LEVELS},
            "dependence_adjusted": result.dependence_adjusted,
            "interval": ranges.equal_ones if ranges else None,
        },
        "diversification_ratio": result.diversification,
        "cash_out": result.cash_out,
        "tail_parts": tail_parts(result),
        "single_points": result.single_points,
        "pairs": result.pairs,
    }


def tail_parts(
    result: PortfolioAssessment, *, most: int | None = None
) -> dict[str, tuple[TailPart, ...]]:
    """Return parts of the worst years by startup, provider, root and kind, the largest first.

    ``most`` None: all of them; each division then sums to the whole.
    """
    return {
        "startup": _by_startup(assessed_of(result), most),
        **{
            by: tuple(result.tail_parts[by][:most])
            for by in headlines.DIVISIONS
            if by in result.tail_parts
        },
    }


def _by_startup(startups: Assessed, most: int | None) -> tuple[TailPart, ...]:
    names, tail = startups.table.names, startups.table.tail
    order = np.argsort(-np.nan_to_num(tail), kind="stable")[:most]
    return tuple(
        TailPart(name=names[row], tvar95_usd=float(tail[row]))
        for row in order.tolist()
        if tail[row] > 0
    )


def _uncertain(one: PortfolioAssessment) -> Document:
    """The expected loss, what it may be, and why."""
    return {
        "aal_usd": one.aal_usd,
        "median_usd": one.median_usd,
        "aal_interval_usd": one.aal_interval_usd,
        "variance_shares": one.variance_shares,
        "facts_known": one.facts_known,
        "judged_factor": one.judged_factor,
    }


def _startups(scored: Scored) -> Iterator[Document]:
    assessed, thin = assessed_of(scored.result), thin_margins(scored)
    for start in range(0, len(assessed), AT_ONCE):
        places = range(start, min(start + AT_ONCE, len(assessed)))
        found = startup.rows_of(assessed, places), parts_of(scored.valuation, places)
        for row, parts, is_thin in zip(*found, thin[places].tolist(), strict=True):
            yield _startup(row, parts, thin=is_thin)


def thin_margins(scored: Scored) -> "NDArray[np.bool_]":
    """Which startups state a gross margin that counts as the least one, (startups,)."""
    valuation = scored.valuation
    return valuation.book.exposures.gross_margin < valuation.assumptions.least_margin


def _startup(row: Record, parts: Sequence[ExposurePart], *, thin: bool) -> Document:
    return {
        **document(startup.VALUES, row),
        **_currency(),
        "narrow_most": marks.narrowing_values(row["narrow_most"]),
        "margin_below_least": thin,
        "parts": [
            {
                # Names of use cases are not read with a large portfolio.
                "use_case": part.use_case or None,
                "provider": part.provider,
                "kind": part.kind,
                "root": part.root,
                "score": part.score,
                "aal_usd": part.aal_usd,
            }
            for part in parts
        ],
    }


def score_tables(scored: Scored) -> list["RenderableType"]:
    """Return the headline figures and a line for each startup, largest expected loss first.

    Of many startups those that lose most are listed.
    """
    result, thin = scored.result, int(thin_margins(scored).sum())
    tables = [_headline(result, scored.ranges), _startup_table(result)]
    if result.tvar95_usd > 0:
        tables.append(tail_table(result))
    if result.single_points:
        points = concentration.point_rows(result.single_points[:SHOWN_POINTS])
        tables.append(printed(_POINTS, concentration.POINT, points))
    if result.pairs:
        pairs = concentration.point_rows(result.pairs[:SHOWN_POINTS])
        tables.append(printed(_PAIRS, concentration.PAIR, pairs))
    if scored.weighted is not None:
        rows = concentration.weighted_rows(scored.weighted)
        label = "Concentration where margin does not weigh"
        tables.append(printed(label, concentration.WEIGHTED, rows))
        if (without := concentration.without_value(scored.weighted)) is not None:
            tables.append(text(without))
    if thin:
        least = wording.percent(scored.valuation.assumptions.least_margin)
        tables.append(
            text(
                f"{wording.counted(thin, 'company', 'companies')} with a gross margin below "
                f"{least}: it counts "
                f"as {least}, because costs run on while nothing is served."
            )
        )
    return [*tables, text(_reading(result))]


def _independent(result: PortfolioAssessment, ranges: MarginRanges | None) -> str:
    said, reach = wording.number(result.dependence_adjusted), ranges and ranges.equal_ones
    return said if not reach else f"{said} ({reach.low:.1f} to {reach.high:.1f})"


def _headline(result: PortfolioAssessment, ranges: MarginRanges | None) -> "RenderableType":
    developers = result.concentration["developer"]
    cash = result.cash_out
    newly = f"{wording.number(cash.newly)} ({_counts(cash.newly_interval.low)} to "
    newly += f"{_counts(cash.newly_interval.high)})"
    rows = [
        ("Expected loss a year", marks.loss(result)),
        ("  mean, for adding up", wording.money(result.aal_usd)),
        ("  what is known", marks.marks(result)),
        (
            "1-in-20-year loss",
            marks.median_and_range(result.var95_usd, result.var95_interval_usd),
        ),
        (
            "  mean beyond it",
            marks.median_and_range(result.tvar95_usd, result.tvar95_interval_usd),
        ),
        ("1-in-100-year loss", wording.money(result.var99_usd)),
        ("Biggest dependence", _biggest(result, ranges)),
        ("Providers listed", wording.number(result.listed_providers)),
        ("  as concentrated as", wording.number(developers.effective_number)),
        ("  as far as they fall independently", _independent(result, ranges)),
        ("Out of cash within 12 months of a wind-down", newly if cash.known else wording.UNKNOWN),
        ("  besides those without it too", wording.number(cash.anyway)),
        *(
            []
            if result.diversification is None
            else [(_SPREAD, wording.percent(result.diversification))]
        ),
        *(
            ("What would narrow it most" if not place else "", marks.pulled_by(one))
            for place, one in enumerate(result.levers or ())
        ),
    ]
    label = f"{result.portfolio}, {len(result.startups):,} companies, as of {result.as_of}"
    return table(label, ("Figure", "Median (10 to 90 %)"), rows)


def _counts(value: float) -> str:
    return wording.number(round(value))


def _biggest(result: PortfolioAssessment, ranges: MarginRanges | None) -> str:
    named = headlines.leading(result, 1)
    return headlines.share_told(*named[0], ranges) if named else "none"


def _startup_table(result: PortfolioAssessment) -> "RenderableType":
    assessed = assessed_of(result)
    most = np.argsort(-assessed.table.answers.mean, kind="stable")[:SHOWN_STARTUPS].tolist()
    label = "Companies"
    if len(most) < len(assessed):
        label = f"The {len(most)} companies of {len(assessed):,} that lose most"
    return printed(label, startup.TERMINAL, startup.rows_of(assessed, most))


def tail_table(result: PortfolioAssessment) -> "RenderableType":
    """Return the largest parts of the tail by startup, provider, root and kind, side by side."""
    divided = tail_parts(result, most=SHOWN_PARTS)
    columns = [
        [
            f"{headlines.part_name(by, part.name)} "
            f"{wording.percent(part.tvar95_usd / result.tvar95_usd)}"
            for part in parts
        ]
        for by, parts in divided.items()
    ]
    rows = [tuple(cell or "" for cell in row) for row in zip_longest(*columns)]
    whole = wording.money(result.tvar95_usd)
    label = f"Who drives the worst 5 % of years ({whole}), the {SHOWN_PARTS} largest of each"
    return table(label, tuple(f"By {headlines.DIVISIONS[by].lower()}" for by in divided), rows)


def _reading(result: PortfolioAssessment) -> str:
    label = "Invented companies. " if result.invented else ""
    learned = "".join(f"\n{one}." for one in result.learned)
    return (
        f"{label}{marks.provenance(result)}. Ranges are {marks.RANGE_MEANING}; the mean is for "
        f"adding up. Bands run from A (least exposed) to E, ? where too little is known.{learned}"
    )
