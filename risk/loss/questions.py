"""The fact whose answer would narrow a startup's range most.

For every fact that nobody stated: the squared correlation of the logarithm of the loss with the
fact's own draw over the worlds, less what chance alone gives. docs/method.md §4.
"""

import numpy as np
from numpy.typing import NDArray

from risk.loss.draws import normals, row_seeds, uniforms
from risk.loss.exposures import Exposures
from risk.loss.facts import (
    AI_SHARE,
    CRITICAL,
    DEPTH_OF,
    ENGINEERS,
    FALLBACK_OF,
    MARGIN,
    PLAN_OF,
    REVENUE,
    SPEND,
)
from risk.loss.uncertainty import A_CENT

Array = NDArray[np.float64]


def best_questions(one: Exposures, worlds: int, losses: Array) -> tuple[Array, Array]:
    """The best question of each startup and the share of variance it explains, (startups,) each.

    ``losses`` (worlds, startups) with drawn facts. A startup that states everything has none (-1).
    """
    logs = np.log(losses + A_CENT)
    logs = logs - logs.mean(axis=0)
    spread = np.sqrt((logs**2).sum(axis=0))
    question, narrows = np.full(len(one), -1.0), np.zeros(len(one))
    for fact, rows, owner in _unknown(one):
        drawn = normals(uniforms(row_seeds(rows, fact), worlds))
        drawn = drawn - drawn.mean(axis=0)
        size = np.sqrt((drawn**2).sum(axis=0)) * spread[owner]
        found = (drawn * logs[:, owner]).sum(axis=0) / np.maximum(size, 1e-12)
        explained = np.maximum(found**2 - 1 / max(worlds - 1, 1), 0.0)
        best = np.zeros(len(one))
        np.maximum.at(best, owner, explained)
        better = best > narrows
        question[better], narrows[better] = fact, best[better]
    return question, narrows


def _unknown(one: Exposures) -> list[tuple[int, NDArray[np.uint32], NDArray[np.int64]]]:
    """Facts that nobody stated: which, the rows whose they are, and whose startup's these are."""
    of_case = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    of_link = np.repeat(of_case, np.diff(one.link_start))
    firm = (
        *((REVENUE, one.revenue), (MARGIN, one.gross_margin)),
        *((AI_SHARE, one.ai_share), (ENGINEERS, one.engineers)),
    )
    found = [
        (fact, one.row[np.isnan(values)], np.flatnonzero(np.isnan(values))) for fact, values in firm
    ]
    silent = one.criticality < 0
    found.append((CRITICAL, one.case_row[silent], of_case[silent]))
    for fact, codes in ((DEPTH_OF, one.depth), (PLAN_OF, one.plan), (FALLBACK_OF, one.fallback)):
        found.append((fact, one.link_row[codes < 0], of_link[codes < 0]))
    silent = np.isnan(one.spend)
    found.append((SPEND, one.link_row[silent], of_link[silent]))
    return [(fact, rows, owner) for fact, rows, owner in found if len(rows)]
