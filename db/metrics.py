"""Counts and times of the running program, for whoever watches over it (OpenMetrics).

Counts are of this process since it started. Nothing in them names a portfolio or a person.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

SCORING = Histogram(
    "downstream_scoring_seconds",
    "Seconds that scoring a portfolio took, cached answers not counted",
    buckets=_SECONDS,
    registry=REGISTRY,
)
PUBLISHING = Histogram(
    "downstream_publishing_seconds",
    "Seconds from a read file to its published batch",
    buckets=_SECONDS,
    registry=REGISTRY,
)
IMPORTED_RECORDS = Counter(
    "downstream_imported_records",
    "Records of files that were published, by what became of them",
    ["became"],
    registry=REGISTRY,
)
SHARE_OPENS = Counter(
    "downstream_share_opens",
    "Attempts to open a share link, by how they ended",
    ["ended"],
    registry=REGISTRY,
)
FAILURES = Counter(
    "downstream_failures",
    "Errors of ours that got an error id in the log",
    registry=REGISTRY,
)


@contextmanager
def ended(counter: Counter) -> Iterator[None]:
    """Count how the work inside ended: ``done``, or the name of what it raised."""
    try:
        yield
    except Exception as problem:
        counter.labels(type(problem).__name__).inc()
        raise
    counter.labels("done").inc()


def exposition() -> bytes:
    """All of it as OpenMetrics text."""
    written: bytes = generate_latest(REGISTRY)  # type: ignore[no-untyped-call]  # as it ships
    return written
