"""Roots whose loss alone stops use cases, over a whole portfolio. docs/method.md §4.5."""

from collections.abc import Mapping

from risk.assumptions import Assumptions
from risk.exposure.event_losses import EventLoss
from risk.hazard.supply_chain import OWN_OPERATION
from risk.portfolio.book import Book
from risk.portfolio.cut_sets import CutSet, minimal_cut_sets
from risk.portfolio.results import SinglePoint


def single_points(
    book: Book, losses: Mapping[str, tuple[EventLoss, ...]], assumptions: Assumptions
) -> tuple[SinglePoint, ...]:
    """Roots whose loss alone stops some use case of the portfolio, most expected loss first.

    What a startup runs itself is a root of its own and no point that anybody shares.
    """
    margin = {
        (member.startup.name, case.name): float(case.margin_usd_per_day.mean())
        for member in book.members
        for case in member.numbers.use_cases
    }
    total = sum(margin.values())
    by_root: dict[str, list[CutSet]] = {}
    for member in book.members:
        own = losses[member.startup.name]
        for cut in minimal_cut_sets(member, book.events, own, assumptions, order=1):
            if cut.roots[0] != OWN_OPERATION:
                by_root.setdefault(cut.roots[0], []).append(cut)
    points = [
        SinglePoint(
            root=root,
            kinds=tuple(sorted({str(kind) for one in cuts for kind in one.kinds})),
            startups=len({one.startup for one in cuts}),
            use_cases=len(cuts),
            margin_share=sum(margin[one.startup, one.use_case] for one in cuts) / total
            if total > 0
            else 0.0,
            aal_usd=sum(one.expected_loss_usd for one in cuts),
        )
        for root, cuts in by_root.items()
    ]
    return tuple(sorted(points, key=lambda one: (-one.aal_usd, one.root)))
