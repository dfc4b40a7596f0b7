"""Signals about a provider, and how they move the chance that it winds down within a horizon.

Each kind of signal has a likelihood ratio: how much likelier such news is before a wind-down than
otherwise. Their logarithms add up, so the list of what each signal adds *is* the explanation.
Every ratio is judgement and a portfolio's own (:mod:`risk.assumptions`). Several signals of one
group tell partly the same story, so all but the strongest count half. Verbal scale: Kass and
Raftery 1995.

logit P = logit P₀ + Λ, P₀ from the provider's rate and Λ from its signals. The interval takes
both as uncertain: the rate is drawn from its Gamma law, and each kind's ln likelihood ratio from
a normal law around its default. docs/method.md §1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import exp, expm1, fsum, log, log1p
from operator import attrgetter
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.failure_kinds import Basis
from risk.catalog.tables import read_table
from risk.hazard.frequency import GammaLaw
from risk.hazard.rate_laws import DAYS_PER_YEAR

Array = NDArray[np.float64]

_SECONDS_PER_DAY = 86_400.0
#: Within so many days a wind-down is asked for.
HORIZON_DAYS = 90.0
DRAWS = 20_000
#: The interval covers this much.
LEVEL = 0.8

#: Kass and Raftery 1995: what a Bayes factor above these is called.
VERBAL_SCALE = (
    (150.0, "very strong evidence"),
    (20.0, "strong evidence"),
    (3.0, "positive evidence"),
)
MERE_MENTION = "evidence worth no more than a mention"


class SignalGroup(StrEnum):
    """Signals of one group tell partly the same story."""

    GOVERNANCE = "governance"
    STAFF = "staff"
    FUNDING = "funding"
    LEGAL = "legal"
    SUPPORT = "support"


@dataclass(frozen=True, kw_only=True)
class SignalKind:
    """A sort of news. ``likelihood_ratio`` above 1 speaks for a wind-down, below 1 against it.

    After ``half_life_days`` a signal says half as much, in ln units.
    """

    kind: str
    group: SignalGroup
    meaning: str
    likelihood_ratio: float
    half_life_days: float
    basis: Basis
    source: str


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One thing heard. ``at`` is when it became known, with time zone.

    ``intensity`` 0..1 is how much of the kind happened (of a threat by all staff, the share that
    made it over 0.9), ``reliability`` 0..1 how far the source is believed.

    Raises:
        ValueError: a share outside 0..1, or a moment without time zone.
    """

    provider: str
    kind: str
    at: datetime
    intensity: float = 1.0
    reliability: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        for name in ("intensity", "reliability"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"The {name} of a signal lies between 0 and 1.")
        if self.at.tzinfo is None:
            raise ValueError("The moment of a signal must carry its time zone.")


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One line of the waterfall: ``ln_units`` added to the log odds.

    ``weight`` is w = ln LR · intensity · reliability · 2^(-age/half-life), ``counted`` the share
    of it that enters: 1 for the strongest of its group and direction, ρ for the others. The line
    of the cap has no signal.
    """

    label: str
    group: SignalGroup | None
    signal: Signal | None
    weight: float
    counted: float
    ln_units: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything heard up to ``as_of``, strongest first; ``contributions`` sum to ``ln_units``."""

    as_of: datetime
    contributions: tuple[Contribution, ...]

    @property
    def ln_units(self) -> float:
        """Λ, what the signals add to the log odds."""
        return fsum(one.ln_units for one in self.contributions)

    @property
    def likelihood_ratio(self) -> float:
        """By what factor the odds change."""
        return exp(self.ln_units)

    @property
    def verbal(self) -> str:
        """How strong the evidence is in words, and which way it points."""
        return verbal_strength(self.ln_units)


class UnknownSignalKind(ValueError):
    """A signal of a kind that has no likelihood ratio."""


def load_signal_kinds(folder: Path, numbers: Assumptions = DEFAULTS) -> Mapping[str, SignalKind]:
    """The kinds of signals of ``folder`` by name, with a portfolio's ratios and half-lives.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    columns = ("kind", "group", "meaning", "basis", "source")
    found: dict[str, SignalKind] = {}
    for row in read_table(folder / "signals_kinds.csv", columns):
        kind = row.text("kind")
        row.new(kind, found, "kind")
        ratio, half_life = numbers.likelihood_ratio(kind), numbers.half_life_days(kind)
        if ratio is None or half_life is None:
            raise row.error("kind", f"there is no likelihood ratio for '{kind}'.")
        found[kind] = row.fact(SignalKind, likelihood_ratio=ratio, half_life_days=half_life)
    return found


def known_signals(signals: Iterable[Signal], as_of: datetime) -> tuple[Signal, ...]:
    """The signals that were known at ``as_of``, oldest first; later ones do not exist yet."""
    order = attrgetter("at", "kind", "source", "intensity", "reliability")
    return tuple(sorted((one for one in signals if one.at <= as_of), key=order))


def strength_left(signal: Signal, kind: SignalKind, as_of: datetime) -> float:
    """The factor on ln LR: intensity · reliability · 2^(-age/half-life)."""
    age_days = (as_of - signal.at).total_seconds() / _SECONDS_PER_DAY
    return signal.intensity * signal.reliability * exp(-log(2) * age_days / kind.half_life_days)


def kind_of(signal: Signal, kinds: Mapping[str, SignalKind]) -> SignalKind:
    """The kind of a signal.

    Raises:
        UnknownSignalKind: the sentence lists the kinds there are.
    """
    if signal.kind not in kinds:
        raise UnknownSignalKind(
            f"There is no signal kind “{signal.kind}”. Known: {', '.join(kinds)}."
        )
    return kinds[signal.kind]


def weigh_signals(
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    numbers: Assumptions = DEFAULTS,
) -> Evidence:
    """What the signals known at ``as_of`` add to the log odds, line by line (method §1).

    Within a group, and apart for and against, the largest |w| counts in full and each further
    one ρ; the sum of all groups is cut at ± ln 1000, by a line of its own.

    Raises:
        UnknownSignalKind: a signal's kind is not in ``kinds``.
    """
    lines = []
    for signal in known_signals(signals, as_of):
        kind = kind_of(signal, kinds)
        weight = log(kind.likelihood_ratio) * strength_left(signal, kind, as_of)
        lines.append((weight, kind, signal))
    lines.sort(key=lambda line: -abs(line[0]))
    seen: set[tuple[SignalGroup | None, bool]] = set()
    found: list[Contribution] = []

    def add(label: str, weight: float, group: SignalGroup | None, signal: Signal | None) -> None:
        story = (group, weight > 0)
        counted = numbers.signal_further_weight if story in seen else 1.0
        seen.add(story)
        found.append(
            Contribution(
                label=label,
                group=group,
                signal=signal,
                weight=weight,
                counted=counted,
                ln_units=counted * weight,
            )
        )

    for weight, kind, signal in lines:
        add(kind.meaning, weight, kind.group, signal)
    total, most = fsum(one.ln_units for one in found), log(numbers.signal_largest_ratio)
    beyond = max(-most, min(most, total)) - total
    if beyond != 0:
        add(f"cut at a factor of {numbers.signal_largest_ratio:g}", beyond, None, None)
    return Evidence(as_of=as_of, contributions=tuple(found))


def verbal_strength(ln_units: float) -> str:
    """Kass and Raftery's words for a Bayes factor: 3, 20 and 150 are where they change."""
    if ln_units == 0:
        return "no evidence"
    factor = exp(abs(ln_units))
    words = next((words for least, words in VERBAL_SCALE if factor > least), MERE_MENTION)
    return f"{words} {'for' if ln_units > 0 else 'against'} a wind-down"


def log_odds_within(rate_per_year: float, days: float) -> float:
    """Log odds of 1 - exp(-λ days/365), exact for small and for large rates (rate above zero)."""
    expected = rate_per_year * days / DAYS_PER_YEAR
    return expected + log(-expm1(-expected))


@dataclass(frozen=True, kw_only=True)
class WindDown:
    """P(wind-down within ``horizon_days``): before the signals, after them, with an 80 % interval.

    ``log_odds_before`` plus the evidence's ln units is ``log_odds_after``. ``rate_per_year`` is
    the constant rate that would give ``probability``.
    """

    horizon_days: float
    probability_before: float
    probability: float
    low: float
    high: float
    log_odds_before: float
    log_odds_after: float
    rate_per_year: float
    evidence: Evidence


def wind_down(
    law: GammaLaw,
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    seed: int,
    numbers: Assumptions = DEFAULTS,
) -> WindDown:
    """Update the chance of a wind-down by the signals known at ``as_of`` (method §1).

    The point is taken at the mean rate and the default likelihood ratios; λ* = -ln(1 - P)·365/H.

    Args:
        law: the provider's wind-down rate a year before any signal.
        signals: of this provider; those after ``as_of`` are not used.
        kinds: likelihood ratios by kind.
        as_of: the moment at which the question is asked.
        seed: of the draws behind the interval, which are the same for the same seed.
        numbers: discount, cap and spread of the ratios.

    Raises:
        UnknownSignalKind: a signal's kind is not in ``kinds``.
    """
    known = known_signals(signals, as_of)
    evidence = weigh_signals(known, kinds=kinds, as_of=as_of, numbers=numbers)
    before = log_odds_within(law.mean, HORIZON_DAYS)
    after = before + evidence.ln_units
    ln_units = drawn_ln_units(known, kinds=kinds, as_of=as_of, seed=seed, numbers=numbers)
    # A small shape draws rates that underflow to zero, whose log odds would be endless.
    rates = law.draws(DRAWS, seed=(seed, 0))
    expected = np.maximum(rates * HORIZON_DAYS / DAYS_PER_YEAR, 1e-300)
    log_odds = expected + np.log(-np.expm1(-expected)) + ln_units
    drawn = np.exp(-np.logaddexp(0.0, -log_odds))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return WindDown(
        horizon_days=HORIZON_DAYS,
        probability_before=_probability(before),
        probability=_probability(after),
        low=float(low),
        high=float(high),
        log_odds_before=before,
        log_odds_after=after,
        rate_per_year=_softplus(after) * DAYS_PER_YEAR / HORIZON_DAYS,
        evidence=evidence,
    )


def drawn_ln_units(
    signals: Iterable[Signal],
    *,
    kinds: Mapping[str, SignalKind],
    as_of: datetime,
    seed: int,
    numbers: Assumptions = DEFAULTS,
) -> Array:
    """Λ under ``DRAWS`` draws of ln LR ~ N(ln LR, 0.5²), (draws,).

    One draw for each kind, shared by its signals and keyed by its name: hearing of another kind
    leaves the draws of this one as they are.
    """
    groups: dict[SignalGroup, list[Array]] = {}
    for signal in known_signals(signals, as_of):
        kind = kind_of(signal, kinds)
        noise = np.random.default_rng((seed, crc32(kind.kind.encode()))).standard_normal(DRAWS)
        ln_ratio = log(kind.likelihood_ratio) + numbers.signal_ratio_spread * noise
        weights = ln_ratio * strength_left(signal, kind, as_of)
        groups.setdefault(kind.group, []).append(weights)
    total = np.zeros(DRAWS)
    rho = numbers.signal_further_weight
    for every in groups.values():
        stacked = np.stack(every)
        for part, strongest in (
            (np.maximum(stacked, 0), np.max(np.maximum(stacked, 0), axis=0)),
            (np.minimum(stacked, 0), np.min(np.minimum(stacked, 0), axis=0)),
        ):
            # Only the largest of its direction counts in full: ρ·sum + (1 - ρ)·largest.
            total = total + rho * part.sum(axis=0) + (1 - rho) * strongest
    most = log(numbers.signal_largest_ratio)
    return np.clip(total, -most, most)


def _probability(log_odds: float) -> float:
    return exp(-_softplus(-log_odds))


def _softplus(value: float) -> float:
    """ln(1 + e^x) without overflow."""
    return max(value, 0.0) + log1p(exp(-abs(value)))
