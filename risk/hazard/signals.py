"""What was heard of a provider, and how it moves the chance of a wind-down.

Each kind of signal has a likelihood ratio: how much likelier such news is before a wind-down than
otherwise. Their logarithms add up, so the list of what each signal adds *is* the explanation.
Every ratio is judgement and a portfolio's own (:mod:`risk.assumptions`). Several signals of one
group tell partly the same story, so all but the strongest count half. Verbal scale: Kass and
Raftery 1995. docs/method.md §1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import exp, expm1, fsum, log
from pathlib import Path

from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.falters import Basis
from risk.catalog.tables import read_table
from risk.hazard.rates import DAYS_PER_YEAR

_SECONDS_PER_DAY = 86_400.0

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
class SignalSettings:
    """How signals are read; all judgement. The cap is a likelihood ratio, either way.

    All but the horizon are numbers that a portfolio can change (:func:`signal_settings`).
    """

    horizon_days: float = 90.0
    further_weight: float = 0.5
    largest_ratio: float = 1000.0
    log_ratio_spread: float = 0.5


DEFAULT_SETTINGS = SignalSettings()


def signal_settings(numbers: Assumptions) -> SignalSettings:
    """How a portfolio reads signals."""
    return SignalSettings(
        further_weight=numbers.signal_further_weight,
        largest_ratio=numbers.signal_largest_ratio,
        log_ratio_spread=numbers.signal_ratio_spread,
    )


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
        if kind in found:
            raise row.error("kind", f"'{kind}' is listed twice.")
        ratio, half_life = numbers.likelihood_ratio(kind), numbers.half_life_days(kind)
        if ratio is None or half_life is None:
            raise row.error("kind", f"there is no likelihood ratio for '{kind}'.")
        found[kind] = SignalKind(
            kind=kind,
            group=row.choice("group", SignalGroup),
            meaning=row.text("meaning"),
            likelihood_ratio=ratio,
            half_life_days=half_life,
            basis=row.choice("basis", Basis),
            source=row.text("source"),
        )
    return found


def known_signals(signals: Iterable[Signal], as_of: datetime) -> tuple[Signal, ...]:
    """The signals that were known at ``as_of``, oldest first; later ones do not exist yet."""
    known = (one for one in signals if one.at <= as_of)
    return tuple(
        sorted(
            known, key=lambda one: (one.at, one.kind, one.source, one.intensity, one.reliability)
        )
    )


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
    settings: SignalSettings = DEFAULT_SETTINGS,
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
        lines.append((kind, signal, weight))
    lines.sort(key=lambda line: -abs(line[2]))
    seen: set[tuple[SignalGroup, bool]] = set()
    found = []
    for kind, signal, weight in lines:
        story = (kind.group, weight > 0)
        counted = settings.further_weight if story in seen else 1.0
        seen.add(story)
        found.append(
            Contribution(
                label=kind.meaning,
                group=kind.group,
                signal=signal,
                weight=weight,
                counted=counted,
                ln_units=counted * weight,
            )
        )
    return Evidence(as_of=as_of, contributions=(*found, *_cap(found, settings)))


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


def _cap(found: Iterable[Contribution], settings: SignalSettings) -> tuple[Contribution, ...]:
    total = fsum(one.ln_units for one in found)
    most = log(settings.largest_ratio)
    beyond = max(-most, min(most, total)) - total
    if beyond == 0:
        return ()
    label = f"cut at a factor of {settings.largest_ratio:g}"
    return (
        Contribution(
            label=label, group=None, signal=None, weight=beyond, counted=1.0, ln_units=beyond
        ),
    )
