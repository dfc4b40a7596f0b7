"""Answers of a portfolio compared over time: the steps between two of them, and who moved.

Steps add up to the difference exactly: each is the difference of two answers in a row, from the one
that was kept to the one of now. Money in USD a year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Below so many USD a startup's expected loss has not moved.
LEAST_USD = 0.005


class Cause(StrEnum):
    """What moves an answer, in the order in which it is taken over."""

    MODEL = "model"
    DAYS = "days"
    REGISTER = "register"
    ASSUMPTIONS = "assumptions"
    NEWS = "news"


class Why(StrEnum):
    """Why the expected loss of a startup is another."""

    NEW = "new"
    ENDED = "ended"
    FACTS = "facts changed"
    REST = "rest"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one cause adds to the expected loss; ``because`` says what changed of it."""

    cause: Cause
    usd: float
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mover:
    """A startup whose expected loss is another; None where it was not, or is not, in the register.

    ``register_usd`` is how much of ``change_usd`` is the step of the register.
    """

    startup: str
    before_usd: float | None
    after_usd: float | None
    change_usd: float
    register_usd: float
    why: Why


@dataclass(frozen=True, kw_only=True)
class Losses:
    """The expected loss of a portfolio, and of its startups (n,) by name."""

    total_usd: float
    names: Sequence[str]
    usd: NDArray[np.float64]

    @property
    def by_name(self) -> "pd.Series[float]":
        """The expected losses of startups by name."""
        return pd.Series(np.asarray(self.usd, np.float64), index=list(self.names))


def steps_between(
    kept_usd: float,
    chain: Mapping[Cause, float],
    because: Mapping[Cause, tuple[str, ...]],
) -> tuple[Step, ...]:
    """Steps from an answer that was kept through those of ``chain``, in its order.

    ``chain`` holds the expected loss once each cause was taken over, the last one that of now.
    """
    found, before = [], kept_usd
    for cause, usd in chain.items():
        found.append(Step(cause=cause, usd=usd - before, because=because.get(cause, ())))
        before = usd
    return tuple(found)


def movers_between(
    before: Losses, after: Losses, register: Sequence[tuple[Losses, Losses]], *, most: int
) -> tuple[Mover, ...]:
    """The startups that moved most, largest first.

    ``register`` are the answers on both sides of each step that is the register's.
    """
    table = pd.DataFrame({"was": before.by_name, "now": after.by_name})
    names = table.index.tolist()
    was, now = (table[one].to_numpy(np.float64) for one in ("was", "now"))
    change = np.nan_to_num(now) - np.nan_to_num(was)
    by_register = np.zeros(len(names))
    for then, since in register:
        step = since.by_name.sub(then.by_name, fill_value=0.0)
        by_register += step.reindex(table.index, fill_value=0.0).to_numpy(np.float64)
    moved = np.flatnonzero(np.abs(change) >= LEAST_USD).tolist()
    ordered = sorted(moved, key=lambda row: (-abs(change[row]), names[row]))[:most]
    return tuple(
        _mover(names[row], *(float(one[row]) for one in (was, now, change, by_register)))
        for row in ordered
    )


def _mover(name: str, was: float, now: float, change: float, by_register: float) -> Mover:
    """A startup that moved; not a number: it was not, or is not, in the register.

    Why is what the register says, else what moved it more than all else did.
    """
    why = Why.FACTS if abs(by_register) > abs(change - by_register) else Why.REST
    if np.isnan(was):
        why = Why.NEW
    elif np.isnan(now):
        why = Why.ENDED
    return Mover(
        startup=name,
        before_usd=None if np.isnan(was) else was,
        after_usd=None if np.isnan(now) else now,
        change_usd=change,
        register_usd=by_register,
        why=why,
    )
