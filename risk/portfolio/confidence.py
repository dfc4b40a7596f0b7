"""How sure the answer for each startup of a book is, from the model's own sensitivities."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.exposure.confidence import confidence_share, share_without_exposure
from risk.exposure.fact_probes import swings
from risk.exposure.numbers import probed_numbers
from risk.exposure.score import exposure_score, relative_loss
from risk.portfolio.book import Book, Member
from risk.portfolio.open_questions import IfAllAsked
from risk.portfolio.startup_figures import losses_by_draw
from risk.portfolio.year_figures import laid_out

Array = NDArray[np.float64]

#: Cells of a startup's year: weights need no finer grid.
CELLS = 512


def confidence_shares(
    book: Book, worst: Mapping[str, IfAllAsked], assumptions: Assumptions, today: date
) -> Mapping[str, float]:
    """The share 0..1 by startup; ``worst`` is what open questions could hide."""
    found = {
        one.startup.name: share_without_exposure(one.startup, assumptions, today)
        for one in book.members
        if not one.numbers.use_cases
    }
    for member, score in probed_scores(book, assumptions, today):
        asked = worst.get(member.startup.name)
        found[member.startup.name] = confidence_share(
            member.startup,
            member.numbers,
            swings(score),
            hidden=0.0 if asked is None else float(np.median(asked.score) - score[0]),
            assumptions=assumptions,
            today=today,
        )
    return found


def probed_scores(
    book: Book, assumptions: Assumptions, today: date
) -> Iterable[tuple[Member, Array]]:
    """Every startup with exposure, and its score by draw of :mod:`risk.exposure.fact_probes`."""
    probed = replace(
        book,
        members=tuple(
            replace(one, numbers=probed_numbers(one.startup, assumptions=assumptions, today=today))
            for one in book.members
            if one.numbers.use_cases
        ),
    )
    prepared = laid_out(probed, assumptions)
    for member, aal_usd, tvar95_usd in losses_by_draw(probed, prepared, assumptions, cells=CELLS):
        relative = relative_loss(aal_usd, tvar95_usd, member.numbers.gross_profit_usd)
        yield member, exposure_score(relative, assumptions)
