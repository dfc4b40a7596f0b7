"""The judged numbers of the model as variables, each drawn from its plausible range in each world.

Numbers that rest on one judgement move together (all efforts, all criticalities). A variable is a
normal law whose halves pass through the plausible 10 and 90 % points around today's value
(:data:`risk.assumptions.PLAUSIBLE`), of the number itself or of its logarithm, cut at 2.33
standard deviations and at the number's hard limits. Two are no entry of the table of assumptions
but the spread of one: the pace at which everybody switches, and how much notice a wind-down
leaves. docs/method.md §7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import PLAUSIBLE, Assumptions
from risk.loss.draws import Z90, normals, seed_of, uniforms

Array = NDArray[np.float64]

#: Unit and hard limits of each number of the table of assumptions.
_ABOUT = {one.name: one.metadata for one in fields(Assumptions)}
PACE, WIND_DOWN_NOTICE = "pace of switching", "notice before a wind-down"
#: Units of numbers that are drawn on their own scale; all others are drawn as logarithms.
EVEN_UNITS = frozenset({"share", "0..1", "probability", "exponent", "factor"})


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One judgement. ``rising`` and ``falling`` numbers move up and down with it."""

    name: str
    rising: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()


def _one(name: str) -> Variable:
    return Variable(name=name, rising=(name,))


def _many(name: str, *numbers: str) -> Variable:
    return Variable(name=name, rising=numbers)


#: What is judged, in one order; the seed of each is its name.
VARIABLES: tuple[Variable, ...] = (
    _many("criticality", *(f"criticality_{level}" for level in range(1, 6))),
    _many(
        "effort to switch",
        *("effort_gateway", "effort_raw_api", "effort_prompts"),
        *("effort_embeddings", "effort_agents", "effort_fine_tuned"),
    ),
    _many(
        "likeness of replacements",
        *("substitutability_same_developer", "substitutability_frontier"),
        "substitutability_fine_tuned",
    ),
    _one("unlike_unseen"),
    _many(
        "weight of what a replacement lacks",
        *("unlike_context_weight", "unlike_modalities_weight"),
        *("unlike_tools_weight", "unlike_price_weight"),
    ),
    _one("unlike_most"),
    _many("effort left by an exit plan", "exit_plan_tested", "exit_plan_written"),
    _one("engineers_available"),
    _one("team_exponent"),
    _many("legal days", "legal_days", "residency_review_days", "customer_consent_days"),
    _one("evaluation_days"),
    Variable(name=PACE),
    _one("buffer_hours"),
    _many(
        "workload a fallback takes",
        *("fallback_documented", "fallback_untested", "fallback_tested", "fallback_automatic"),
    ),
    _many(
        "days until a fallback takes over",
        *("failover_documented_days", "failover_untested_days"),
        *("failover_tested_days", "failover_automatic_days"),
    ),
    _one("fallback_shared_root"),
    _one("recapture"),
    _one("churn_maximum"),
    Variable(name="churn_scale_days", falling=("churn_scale_days",)),
    Variable(name="churn_exponent", falling=("churn_exponent",)),
    _one("churn_horizon_days"),
    _one("quality_loss"),
    _one("quality_days"),
    _one("engineer_week_usd"),
    _many("one-off costs of switching", "evaluation_usd", "fine_tune_usd"),
    _one("price_horizon_months"),
    _one("price_multiple"),
    _one("replacement_price_change"),
    _one("unknown_notice_days"),
    _one("tail_stretch"),
    _one("region_share"),
    _one("begins_on_time"),
    _many(
        "notice before a retirement",
        *("retirement_notice_general_days", "retirement_notice_specialised_days"),
        *("retirement_notice_preview_days", "retirement_notice_cloud_days"),
        "retirement_notice_reseller_days",
    ),
    Variable(name=WIND_DOWN_NOTICE),
    _many(
        "what a developer's disruption does to other hosts",
        *("licensed_outage", "licensed_wind_down", "licensed_price"),
        *("licensed_acquisition", "own_acquisition", "licensed_regional_block"),
    ),
    _one("upstream_reach"),
    _one("upstream_loss"),
    Variable(
        name="queue for capacity",
        rising=("queue_days", "herd_panic"),
        falling=("herd_headroom", "herd_growth"),
    ),
    _one("step_in_survival"),
    _one("least_margin"),
)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Judged numbers of some worlds.

    ``z`` (worlds, variables) are standard normal and cut; ``numbers`` (worlds,) is the table of
    assumptions in each. ``pace`` (worlds,) multiplies times to switch; ``notice_z`` (worlds,) is
    where in its law the notice of every wind-down lies.
    """

    z: Array
    numbers: tuple[Assumptions, ...]
    pace: Array
    notice_z: Array

    @property
    def worlds(self) -> int:
        """How many worlds there are."""
        return len(self.numbers)

    def first(self, count: int) -> "Judgement":
        """The same in the first ``count`` worlds."""
        return Judgement(**{name: column[:count] for name, column in vars(self).items()})


def place_of(name: str) -> int:
    """The column of a variable."""
    return [one.name for one in VARIABLES].index(name)


def drawn_judgement(assumptions: Assumptions, worlds: int) -> Judgement:
    """The first ``worlds`` draws of every variable."""
    seeds = np.array([seed_of("judgement", one.name) for one in VARIABLES], dtype=np.uint32)
    return judgement_at(assumptions, normals(uniforms(seeds, worlds)))


def central_judgement(assumptions: Assumptions, worlds: int) -> Judgement:
    """Every number as the table of assumptions has it, in all worlds."""
    return judgement_at(assumptions, np.zeros((worlds, len(VARIABLES))))


def judgement_at(assumptions: Assumptions, z: Array) -> Judgement:
    """The numbers where the variables have these values, (worlds, variables)."""
    numbers = _numbers_at(assumptions, z)
    return Judgement(
        z=z,
        numbers=numbers,
        pace=np.exp(assumptions.switch_spread * z[:, place_of(PACE)]),
        notice_z=z[:, place_of(WIND_DOWN_NOTICE)].copy(),
    )


def drawn_number(
    assumptions: Assumptions, name: str, worlds: int, *, middle: bool = False
) -> Array:
    """A judged number that no loss reads, in each world, (worlds,); with a seed of its own.

    ``middle`` leaves it as the table of assumptions has it.
    """
    seeds = np.array([seed_of("judgement", name)], dtype=np.uint32)
    z = np.zeros(worlds) if middle else normals(uniforms(seeds, worlds))[:, 0]
    return _law_of(assumptions, name).at(z)


@dataclass(frozen=True)
class _Law:
    """A number's split normal law, of its logarithm where ``scaled``, within hard limits."""

    points: tuple[float, float, float]
    scaled: bool
    limits: tuple[float, float]

    def at(self, z: Array) -> Array:
        """The number at some values of its variable."""
        low, middle, high = self.points
        found = middle + z * np.where(z > 0, high - middle, middle - low) / Z90
        return np.clip(np.exp(found) if self.scaled else found, *self.limits)


def _laws_of(assumptions: Assumptions) -> Mapping[str, _Law]:
    names = dict.fromkeys(name for one in VARIABLES for name in (*one.rising, *one.falling))
    return {name: _law_of(assumptions, name) for name in names}


def _law_of(assumptions: Assumptions, name: str) -> _Law:
    about = _ABOUT[name]
    value = float(getattr(assumptions, name))
    low, high = PLAUSIBLE[name]
    # A number that somebody set beyond its plausible range is taken at their word.
    points = min(low, value), value, max(high, value)
    scaled = about["unit"] not in EVEN_UNITS and points[0] > 0
    if scaled:
        points = log(points[0]), log(points[1]), log(points[2])
    return _Law(points, scaled, (float(about["low"]), float(about["high"])))


def _numbers_at(assumptions: Assumptions, z: Array) -> tuple[Assumptions, ...]:
    """The table of assumptions in each world; where nothing is moved it is the same."""
    laws = _laws_of(assumptions)
    moved: dict[str, Array] = {}
    for variable, values in zip(VARIABLES, z.T, strict=True):
        moved.update({name: laws[name].at(values) for name in variable.rising})
        moved.update({name: laws[name].at(-values) for name in variable.falling})
    kept = {name: values.tolist() for name, values in moved.items()}
    return tuple(
        replace(
            assumptions,
            **{
                name: kept[name][world]
                for variable, place in zip(VARIABLES, row, strict=True)
                if place != 0
                for name in (*variable.rising, *variable.falling)
            },
        )
        if row.any()
        else assumptions
        for world, row in enumerate(z)
    )
