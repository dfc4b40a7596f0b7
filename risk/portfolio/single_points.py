"""Roots, and pairs of roots, whose loss stops use cases of a portfolio. docs/method.md §5."""

from collections.abc import Iterable, Sequence

from risk.hazard.supply_chain import OWN_OPERATION
from risk.portfolio.book import Book
from risk.portfolio.cut_sets import CutSet
from risk.portfolio.results import PairOfPoints, SinglePoint


def points_and_pairs(
    book: Book, cuts: Iterable[CutSet]
) -> tuple[tuple[SinglePoint, ...], tuple[PairOfPoints, ...]]:
    """Roots that stop some use case alone, and pairs that do only together; heaviest first.

    What a startup runs itself is a root of its own and no point that anybody shares.
    """
    margins = {
        (member.startup.name, case.name): float(case.margin_usd_per_day.mean())
        for member in book.members
        for case in member.numbers.use_cases
    }
    by_roots: dict[tuple[str, ...], list[CutSet]] = {}
    for cut in cuts:
        if OWN_OPERATION not in cut.roots:
            by_roots.setdefault(cut.roots, []).append(cut)
    total = sum(margins.values())
    points, pairs = [], []
    for roots, found in by_roots.items():
        stopped = sum(margins[one.startup, one.use_case] for one in found)
        share = stopped / total if total > 0 else 0.0
        if len(roots) == 1:
            points.append(_point(found, share))
        else:
            pairs.append(_pair(found, share))
    return (
        tuple(sorted(points, key=lambda one: (-one.aal_usd, one.root))),
        tuple(sorted(pairs, key=lambda one: (-one.margin_usd_per_year, one.roots))),
    )


def _point(cuts: Sequence[CutSet], margin_share: float) -> SinglePoint:
    return SinglePoint(
        root=cuts[0].roots[0],
        kinds=_kinds(cuts),
        startups=len({one.startup for one in cuts}),
        use_cases=len(cuts),
        margin_share=margin_share,
        aal_usd=sum(one.expected_loss_usd for one in cuts),
    )


def _pair(cuts: Sequence[CutSet], margin_share: float) -> PairOfPoints:
    first, second = cuts[0].roots
    return PairOfPoints(
        roots=(first, second),
        kinds=_kinds(cuts),
        startups=len({one.startup for one in cuts}),
        use_cases=len(cuts),
        margin_share=margin_share,
        rate_per_year=max(one.rate_per_year for one in cuts),
        margin_usd_per_year=sum(one.expected_loss_usd for one in cuts),
    )


def _kinds(cuts: Sequence[CutSet]) -> tuple[str, ...]:
    return tuple(sorted({str(kind) for one in cuts for kind in one.kinds}))
