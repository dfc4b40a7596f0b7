"""Parts of startups' expected losses: by use case, provider called, root and kind."""

from collections.abc import Sequence

import numpy as np

from risk.loss.answer import parts_in
from risk.loss.dividing import lines_of
from risk.loss.hazards import KINDS
from risk.loss.valuation import Valuation
from risk.portfolio.results import ExposurePart


def parts_of(valuation: Valuation, rows: Sequence[int]) -> tuple[tuple[ExposurePart, ...], ...]:
    """The parts of some startups' expected losses, the largest of each first.

    They add up to each startup's expected loss, and their scores to its score.
    """
    one = valuation.book.exposures.taken(np.array(rows, dtype=np.int64))
    cases, links = _places(valuation, rows)
    parts = lines_of(one)
    values = parts_in(one, valuation.world_tables, parts)
    scores, means = valuation.answer.startups.score, valuation.answer.startups.mean
    members, events = valuation.members, valuation.worlds.hazards
    found: list[dict[tuple[int, str, int], float]] = [{} for _ in rows]
    for place, row in enumerate(parts.owner.tolist()):
        for event in np.flatnonzero(values[place]).tolist():
            key = place, events.events[event].root, int(events.kinds[event])
            found[row][key] = found[row].get(key, 0.0) + float(values[place, event])
    answers = []
    for row, amounts in zip(rows, found, strict=True):
        each = float(scores[row]) / float(means[row]) if means[row] > 0 else 0.0
        answers.append(
            tuple(
                ExposurePart(
                    use_case=_text(members.use_cases, cases[int(parts.case[place])]),
                    dependency_key=_text(members.keys, links[int(parts.link[place])]),
                    provider=valuation.book.routes[
                        int(one.route[parts.link[place]])
                    ].endpoint.service.name,
                    root=root,
                    kind=KINDS[kind],
                    aal_usd=usd,
                    score=usd * each,
                )
                for (place, root, kind), usd in sorted(
                    amounts.items(), key=lambda item: (-round(item[1], 9), item[0])
                )
            )
        )
    return tuple(answers)


def _text(texts: Sequence[str] | None, place: int) -> str:
    return "" if texts is None else texts[place]


def _places(valuation: Valuation, rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where the use cases and the dependencies of some startups lie in the whole portfolio."""
    one = valuation.book.exposures
    cases = [case for row in rows for case in range(one.case_start[row], one.case_start[row + 1])]
    links = [
        link for case in cases for link in range(one.link_start[case], one.link_start[case + 1])
    ]
    return cases, links
