"""Words about forecasts of past months: where they held, and every miss."""

from dataclasses import dataclass

from risk.hazard.calibration import (
    COVERAGE,
    LONG_OUTAGE_HOURS,
    DurationScore,
    Method,
    MethodScore,
    TrackRecord,
)
from risk.hazard.scoring_rules import coverage_band
from ui import wording
from ui.words import method_text

#: The method that the model uses; the others are rivals.
OURS = Method.DISCOUNT_08
METHOD_NAMES = {
    Method.DISCOUNT_08: "The model: forgetting (δ = 0.8)",
    Method.STATIC: "Never forgetting",
    Method.DISCOUNT_06: "Forgetting faster (δ = 0.6)",
    Method.LAST_VALUE: "Last month again",
    Method.TRAILING_6: "Mean of six months",
    Method.CLIMATOLOGY: "Mean of all months",
}
#: Below this p-value lengths were not what the fitted law said.
UNLIKELY = 0.05


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was asked of past forecasts, and whether it held."""

    held: bool
    sentence: str


def findings(record: TrackRecord) -> list[Finding]:
    """Return what held and what missed for one provider, misses first."""
    found = []
    if record.methods:
        by_method = {one.method: one for one in record.methods}
        found += [
            _coverage(by_method[OURS]),
            _against_climatology(by_method),
            _against_rivals(by_method),
            *_long_outages(by_method),
        ]
    if record.durations is not None:
        found += [_shape(record.durations), _length_rivals(record.durations)]
        found += [_long_share(record.durations), _day_share(record.durations)]
    return sorted(found, key=lambda one: one.held)


def _coverage(ours: MethodScore) -> Finding:
    months = len(ours.months)
    held = sum(month.is_covered for month in ours.months)
    low, high = ours.band
    said = (
        f"{held} of {months} months lay inside their {wording.percent(COVERAGE)} interval "
        f"({wording.percent(ours.coverage)})"
    )
    expected = (
        f"honest intervals hold {wording.percent(low)} to {wording.percent(high)} in so few months"
    )
    return Finding(held=ours.is_honest, sentence=f"{said}; {expected}.")


def _against_climatology(scores: dict[Method, MethodScore]) -> Finding:
    ours, mean = scores[OURS], scores[Method.CLIMATOLOGY]
    better = ours.crps < mean.crps
    return Finding(
        held=better,
        sentence=f"Counts are off by {ours.crps:.2f} incidents a month (CRPS), "
        f"{'less' if better else 'more'} than the {mean.crps:.2f} of always forecasting the mean.",
    )


def _against_rivals(scores: dict[Method, MethodScore]) -> Finding:
    ours = scores[OURS]
    rivals = [one for one in scores.values() if one.method is not OURS and one.crps < ours.crps]
    if not rivals:
        return Finding(held=True, sentence="No rival forecast counts better.")
    named = [
        f"{METHOD_NAMES[one.method].lower()} with {one.crps:.2f}"
        for one in sorted(rivals, key=lambda one: one.crps)
    ]
    return Finding(
        held=False,
        sentence=f"Better than the model at {ours.crps:.2f}: {wording.listed(named)}.",
    )


def _long_outages(scores: dict[Method, MethodScore]) -> list[Finding]:
    ours, mean = scores[OURS].brier, scores[Method.CLIMATOLOGY].brier
    if ours is None or mean is None:
        return []
    better = ours <= mean
    return [
        Finding(
            held=better,
            sentence=f"Whether a month has an incident above {LONG_OUTAGE_HOURS:g} hours: Brier "
            f"score {ours:.3f}, {'no worse' if better else 'worse'} than {mean:.3f} for the mean.",
        )
    ]


def _shape(lengths: DurationScore) -> Finding:
    held = lengths.uniformity >= UNLIKELY
    return Finding(
        held=held,
        sentence=f"Lengths of the {lengths.scored} incidents since "
        f"{wording.day(lengths.split)} {'fit' if held else 'do not fit'} the law of the "
        f"{lengths.fit.incidents} before (Kolmogorov–Smirnov p = {lengths.uniformity:.3f}).",
    )


def _length_rivals(lengths: DurationScore) -> Finding:
    rivals = {
        "a lognormal law": lengths.lognormal,
        "an exponential law": lengths.exponential,
        "past lengths": lengths.empirical,
    }
    better = [f"{name} ({one:.2f} h)" for name, one in rivals.items() if one < lengths.spliced]
    if better:
        return Finding(
            held=False,
            sentence=f"Lengths are off by {lengths.spliced:.2f} h (CRPS); better: "
            f"{wording.listed(better)}.",
        )
    others = wording.listed(f"{one:.2f} h of {name}" for name, one in rivals.items())
    return Finding(
        held=True,
        sentence=f"Lengths are off by {lengths.spliced:.2f} h (CRPS), no more than the {others}.",
    )


def _long_share(lengths: DurationScore) -> Finding:
    shares = (lengths.long_predicted, lengths.long_lognormal, lengths.long_seen)
    return _share(f"Above {LONG_OUTAGE_HOURS:g} hours", shares, lengths.scored)


def _day_share(lengths: DurationScore) -> Finding:
    shares = (lengths.day_predicted, lengths.day_lognormal, lengths.day_seen)
    return _share("Longer than a day", shares, lengths.scored)


def _share(what: str, shares: tuple[float, float, float], scored: int) -> Finding:
    predicted, lognormal, seen = shares
    low, high = coverage_band(scored, level=predicted)
    return Finding(
        held=low <= seen <= high,
        sentence=f"{what}: {wording.percent(predicted)} forecast ({wording.percent(lognormal)} by "
        f"a lognormal law), {wording.percent(seen)} seen; by chance {wording.percent(low)} to "
        f"{wording.percent(high)}.",
    )


def verdict(record: TrackRecord) -> str:
    """Say in a sentence how a provider's forecasts did."""
    if not record.methods:
        return "Too few months are known to score a forecast."
    known = findings(record)
    missed = sum(not one.held for one in known)
    months = wording.counted(len(record.methods[0].months), "month")
    learned = wording.counted(record.learned_from, "month")
    asked = f"{months} forecast one ahead, from {wording.day(record.since)}; the first {learned} "
    asked += "were only learned from. "
    if not missed:
        return f"{asked}All {len(known)} questions held."
    return f"{asked}{missed} of {len(known)} questions missed."


def our_score(record: TrackRecord) -> MethodScore | None:
    """Return the model's own forecasts of a provider, or None where too few months are known."""
    return next((one for one in record.methods if one.method is OURS), None)


def published_record() -> str:
    """Return what docs/method.md tells of the history that the shipped rates rest on."""
    return method_text.section(method_text.PAST)
