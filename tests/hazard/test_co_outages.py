"""Outage days that services and providers have in common, counted by hand."""

from datetime import date

import pytest

from risk.hazard.incident_statistics import co_outages, joint_outages, outage_days
from risk.hazard.incidents.records import ServiceDay


def days(provider: str, service: str, minutes: str, *, first: int = 1) -> list[ServiceDay]:
    """One day for each digit, in March 2024."""
    return [
        ServiceDay(
            provider=provider,
            service=service,
            day=date(2024, 3, number),
            partial_minutes=0,
            major_minutes=float(digit),
            source="invented",
        )
        for number, digit in enumerate(minutes, start=first)
    ]


API = days("OpenAI", "API", "5050500000")
CHAT = days("OpenAI", "Chat", "5000090000")
CLAUDE = days("Anthropic", "claude.ai", "50010600", first=3)


def test_services_share_the_days_on_which_both_are_out():
    (pair,) = co_outages(API + CHAT)
    # API is out on the 1st, 3rd and 5th, Chat on the 1st and 6th.
    assert (pair.first, pair.second) == (("OpenAI", "api"), ("OpenAI", "chat"))
    assert (pair.first_days, pair.second_days, pair.both_days) == (3, 2, 1)
    assert pair.first_given_second == 1 / 2
    assert pair.second_given_first == 1 / 3


def test_a_service_that_was_never_out_has_no_conditional():
    (pair,) = co_outages(API + days("OpenAI", "Quiet", "00"))
    assert pair.second_days == 0
    assert (pair.first_given_second, pair.second_given_first) == (None, 0)
    assert outage_days(days("OpenAI", "Quiet", "00")) == {("OpenAI", "quiet"): frozenset()}


def test_providers_are_compared_on_days_when_both_were_watched():
    joint = joint_outages(API + CHAT + CLAUDE, "OpenAI", "Anthropic")
    assert joint is not None
    # Both are watched from the 3rd to the 10th. OpenAI is out on the 3rd, 5th and 6th,
    # Anthropic on the 3rd, 6th and 8th: two days in common, 3 · 3 / 8 if independent.
    assert (joint.since, joint.until, joint.days) == (date(2024, 3, 3), date(2024, 3, 10), 8)
    assert (joint.first_days, joint.second_days, joint.both_days) == (3, 3, 2)
    assert joint.expected_days == pytest.approx(1.125)


def test_a_window_narrows_the_comparison():
    joint = joint_outages(
        API + CLAUDE, "OpenAI", "Anthropic", since=date(2024, 3, 4), until=date(2024, 3, 6)
    )
    assert joint is not None
    assert (joint.days, joint.first_days, joint.second_days) == (3, 1, 1)


def test_providers_never_watched_together_are_not_compared():
    assert joint_outages(API[:2] + CLAUDE, "OpenAI", "Anthropic") is None
