"""Streams of random numbers, each named by what it is for: common random numbers.

A stream belongs to one event, one block of years and one purpose. It is named by what the event
is, not by its place in a list nor by its rate, so that no change elsewhere shifts its numbers.
"""

from enum import IntEnum
from hashlib import sha256

import numpy as np

from risk.hazard.events import Event


class Purpose(IntEnum):
    """What a stream is for; each purpose has its own, so that none shifts another's numbers."""

    COUNTS = 0
    DURATIONS = 1
    PATTERNS = 2
    RATES = 3
    MARKET = 4
    STARTS = 5


def event_stream(event: Event, purpose: Purpose, *, seed: int, block: int) -> np.random.Generator:
    """One event's stream: its rate, severity and duration may change under it."""
    words = (event.root, event.kind, event.level, event.only_startup, event.only_country)
    return _stream(words, purpose, seed, block)


def rate_stream(event: Event, *, seed: int, block: int) -> np.random.Generator:
    """How high a year's rate lies in its law: the same for all events of one rate group."""
    return _stream(event.rate_group, Purpose.RATES, seed, block)


def market_stream(*, seed: int, block: int) -> np.random.Generator:
    """How good or bad a year is for the whole market."""
    return _stream(("market",), Purpose.MARKET, seed, block)


def _stream(
    words: tuple[object, ...], purpose: Purpose, seed: int, block: int
) -> np.random.Generator:
    identity = int.from_bytes(sha256(repr(words).encode()).digest()[:8])
    return np.random.default_rng([seed, identity, block, int(purpose)])
