"""One startup through one disruption."""

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.course import StartupCourse, startup_course
from risk.scenarios.results import Scenario
from risk.scenarios.stress import followed
from tests.scenarios.test_stress import LAID_OUT, stress


def course(startup: str, kind: FailureKind, root: str = "Alpha") -> StartupCourse:
    scenario = Scenario(id="", title="", root=root, kind=kind)
    return startup_course(LAID_OUT, startup, scenario)


def test_its_days_end_at_the_loss_of_the_stress_test_if_it_is_hit() -> None:
    stressed = {one.startup: one for one in followed(stress("Alpha", FailureKind.WIND_DOWN), 2)}
    for name in ("Direct", "Copied"):
        found = course(name, FailureKind.WIND_DOWN)
        assert found.hit_probability == pytest.approx(stressed[name].hit_probability)
        assert found.by_day[-1][1] * found.hit_probability == pytest.approx(stressed[name].loss_usd)
        assert found.courses[0].stages == stressed[name].stages


def test_a_falter_that_does_not_reach_it_has_no_course() -> None:
    found = course("Beside", FailureKind.WIND_DOWN)
    assert (found.hit_probability, found.courses, found.by_day) == (0.0, (), ())


def test_a_startup_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        course("Nobody", FailureKind.OUTAGE)
