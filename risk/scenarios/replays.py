"""Crises as they became known, hour by hour: records of what a file states (:mod:`.files`).

A moment is something that became known: a signal with a likelihood ratio, an outage, or news that
the model has no number for. Sources and doubts stay with it.
"""

from dataclasses import dataclass
from datetime import datetime

from risk.hazard.signals import Signal


@dataclass(frozen=True, kw_only=True)
class ServiceOutage:
    """The provider's service was down in part: ``severity`` is the share lost until ``until``.

    ``until`` None: it still is.
    """

    until: datetime | None
    severity: float


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that became known at ``at``. Without signal and outage it has no number."""

    at: datetime
    headline: str
    what: str
    signal: Signal | None
    outage: ServiceOutage | None
    sources: tuple[str, ...]
    doubt: str


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A crisis. ``clock`` names the time zone in which ``starts`` and the moments are written.

    ``chosen_on`` says that the likelihood ratios were set with this crisis in mind, so that it
    cannot judge them. ``ended`` says whether the provider did wind down. ``is_open``: it goes on,
    so that ``ends`` is the newest hour there is, and there is no outcome yet.
    """

    id: str
    title: str
    provider: str
    starts: datetime
    ends: datetime
    is_open: bool = False
    clock: str
    chosen_on: bool
    summary: str
    outcome: str
    ended: bool
    not_modelled: str
    moments: tuple[Moment, ...]
