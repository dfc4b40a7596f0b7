"""Were lengths what the fitted law said? Fitted before a day, scored on what began after it.

Scores as in :mod:`risk.hazard.scoring_rules`. docs/method.md §8.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from scipy.special import ndtr
from scipy.stats import kstest

from risk.hazard.calibration import LONG_OUTAGE_HOURS
from risk.hazard.incident_statistics import LengthFit, fit_length
from risk.hazard.incidents.records import Incident
from risk.hazard.scoring_rules import crps_of_exponential, crps_of_lognormal, crps_of_sample


@dataclass(frozen=True, kw_only=True)
class DurationScore:
    """Scores in hours, lower is better. ``lognormal`` is the model's law, the others are rivals.

    ``uniformity`` is the p-value of a Kolmogorov-Smirnov test that the integral transforms are
    uniform: near zero, lengths were not what the law said. ``long_predicted`` and ``long_seen``
    are shares above four hours.
    """

    split: date
    fit: LengthFit
    scored: int
    lognormal: float
    exponential: float
    empirical: float
    uniformity: float
    long_predicted: float
    long_seen: float


def score_durations(incidents: Iterable[Incident], *, split: date) -> DurationScore | None:
    """Fit what began before ``split`` (UTC), score what began from it on.

    Only known lengths above zero are used. None if fewer than two different ones come before the
    split, or none after it.
    """
    day = datetime(split.year, split.month, split.day, tzinfo=UTC)
    known = [(one.started_at, one.hours) for one in incidents if one.hours]
    before = np.asarray([hours for start, hours in known if start < day], dtype=np.float64)
    after = np.asarray([hours for start, hours in known if start >= day], dtype=np.float64)
    fit = fit_length(before)
    if fit is None or not len(after):
        return None
    transforms = ndtr((np.log(after) - fit.mu) / fit.sigma)
    return DurationScore(
        split=split,
        fit=fit,
        scored=len(after),
        lognormal=float(crps_of_lognormal(fit.mu, fit.sigma, after).mean()),
        exponential=float(crps_of_exponential(float(before.mean()), after).mean()),
        empirical=float(crps_of_sample(before, after).mean()),
        uniformity=float(kstest(transforms, "uniform").pvalue),
        long_predicted=float(ndtr((fit.mu - np.log(LONG_OUTAGE_HOURS)) / fit.sigma)),
        long_seen=float((after > LONG_OUTAGE_HOURS).mean()),
    )
