"""Roots, and pairs of roots, whose loss stops use cases of a portfolio. docs/method.md §5."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from risk.hazard.supply_chain import OWN_OPERATION
from risk.portfolio.book import Book
from risk.portfolio.cut_sets import CutSet
from risk.portfolio.results import PairOfPoints, SinglePoint

Point = TypeVar("Point", SinglePoint, PairOfPoints)


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
    return _heaviest_points(points), _heaviest_pairs(pairs)


def joined_points(
    parts: Iterable[Iterable[SinglePoint]], weights: Iterable[float]
) -> tuple[SinglePoint, ...]:
    """The points of a portfolio from those of its parts, which have no startup in common.

    ``weights`` are the parts' shares of all margin.
    """
    found: dict[str, SinglePoint] = {}
    for points, weight in zip(parts, weights, strict=True):
        for one in points:
            part = replace(one, margin_share=one.margin_share * weight)
            known = found.get(one.root)
            found[one.root] = part if known is None else _added(known, part, "aal_usd")
    return _heaviest_points(found.values())


def joined_pairs(
    parts: Iterable[Iterable[PairOfPoints]], weights: Iterable[float]
) -> tuple[PairOfPoints, ...]:
    """The pairs of a portfolio from those of its parts, with the same weights."""
    found: dict[tuple[str, str], PairOfPoints] = {}
    for pairs, weight in zip(parts, weights, strict=True):
        for one in pairs:
            part = replace(one, margin_share=one.margin_share * weight)
            known = found.get(one.roots)
            if known is None:
                found[one.roots] = part
                continue
            often = max(known.rate_per_year, part.rate_per_year)
            joined = _added(known, part, "margin_usd_per_year")
            found[one.roots] = replace(joined, rate_per_year=often)
    return _heaviest_pairs(found.values())


def _heaviest_points(points: Iterable[SinglePoint]) -> tuple[SinglePoint, ...]:
    return tuple(sorted(points, key=lambda one: (-one.aal_usd, one.root)))


def _heaviest_pairs(pairs: Iterable[PairOfPoints]) -> tuple[PairOfPoints, ...]:
    return tuple(sorted(pairs, key=lambda one: (-one.margin_usd_per_year, one.roots)))


def _added(one: Point, other: Point, money: str) -> Point:
    sums: dict[str, Any] = {
        name: getattr(one, name) + getattr(other, name)
        for name in ("startups", "use_cases", "margin_share", money)
    }
    kinds = tuple(sorted({*one.kinds, *other.kinds}))
    return replace(one, kinds=kinds, **sums)


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
