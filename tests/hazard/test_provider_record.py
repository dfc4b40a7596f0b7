"""Records of providers: what is counted, what counts once, and what is unknown."""

from datetime import date, timedelta

from risk.catalog.failure_kinds import FailureKind
from risk.hazard.provider_record import Availability, Disruption, ProviderRecord, provider_records

TODAY = date(2026, 11, 23)
OUTAGE = Disruption("Alpha", date(2026, 4, 15), FailureKind.OUTAGE)


def test_what_two_tables_tell_counts_once_and_what_is_to_come_not_at_all() -> None:
    found = provider_records(
        [
            OUTAGE,
            OUTAGE,
            Disruption("Alpha", date(2025, 11, 18), FailureKind.ACCESS_CUT),
            Disruption("Alpha", TODAY + timedelta(days=1), FailureKind.OUTAGE),
            # A price and a retirement are no failure to serve.
            Disruption("Alpha", date(2026, 5, 1), FailureKind.PRICE_SHOCK),
            Disruption("Beta", date(2023, 3, 31), FailureKind.REGIONAL_BLOCK),
        ],
        [],
        [],
        today=TODAY,
    )
    assert found["Alpha"] == ProviderRecord(
        provider="Alpha", documented=2, since=date(2023, 3, 31), last=OUTAGE
    )


def test_no_incidents_of_the_last_year_differ_from_none_ever_imported() -> None:
    old, new = TODAY - timedelta(days=365), TODAY - timedelta(days=364)
    found = provider_records([], [("Alpha", old), ("Alpha", new), ("Beta", old)], [], today=TODAY)
    assert (found["Alpha"].incidents, found["Beta"].incidents) == (1, 0)
    assert not found["Beta"].is_empty
    assert "Gamma" not in found
    assert ProviderRecord(provider="Gamma").is_empty


def test_of_published_services_the_interface_for_programs_counts() -> None:
    published = [
        Availability("Alpha", "Chat", 0.99, date(2024, 8, 31)),
        Availability("Alpha", "API", 0.998, date(2024, 8, 31)),
        Availability("Alpha", "Console", 0.97, date(2024, 8, 31)),
        Availability("Beta", "API", 0.9, TODAY + timedelta(days=1)),
    ]
    found = provider_records([], [], published, today=TODAY)
    assert (found["Alpha"].service, found["Alpha"].availability) == ("API", 0.998)
    assert "Beta" not in found
