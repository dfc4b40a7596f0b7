"""Workers on other machines, or in other processes here: a Dask cluster (the extra ``cluster``).

Results stay with the worker that made them and are made again if it dies. Whoever may send work to
a cluster can run anything there, so keep its addresses within your network, or use TLS.
"""

import pickle  # nosec B403 - our own bytes alone
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from db.errors import StoreError

if TYPE_CHECKING:
    from distributed import Client

#: The address that stands for as many processes here as there are processors.
LOCAL = "local"
_SECONDS_TO_CONNECT = "15s"
#: How often a part is begun again on another worker when the one that has it dies.
_DEATHS = 3


class ClusterFailed(StoreError):
    """The cluster cannot be reached, or its workers died; the message says what to look at."""


class DaskWorkers:
    """The workers of a Dask cluster, behind a connected client."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    def share(self, value: object) -> Any:
        """Send it once; the scheduler keeps how it was sent, should all who have it die.

        It travels as bytes: while one thread works with it, another may be passing it on.
        """
        return self._client.submit(Packed, pickle.dumps(value), pure=False)

    def each(self, work: Callable[..., Any], parts: Sequence[Any], *shared: Any) -> list[Any]:
        """Begin the work on every part; handles are futures."""
        return [
            self._client.submit(_run, work, part, *shared, pure=False, retries=_DEATHS)
            for part in parts
        ]

    def value(self, handle: Any) -> Any:
        """Wait for a result and fetch it."""
        from distributed import CancelledError, KilledWorker

        try:
            return handle.result()
        except KilledWorker as died:
            raise ClusterFailed(
                f"A part of the portfolio was given up: {died.last_worker.address} and others "
                "died while they worked on it, most likely for want of memory. Look at the "
                "workers' logs, give them more memory, or make the parts smaller."
            ) from None
        except (CancelledError, TimeoutError, OSError):
            raise ClusterFailed(
                "The connection to the cluster was lost. Nothing was saved; look at the "
                "scheduler's log and try again."
            ) from None

    def forget(self, handles: Sequence[Any]) -> None:
        """Let the workers drop what nobody else asks for."""
        for one in handles:
            one.release()


@contextmanager
def cluster(address: str) -> Iterator[DaskWorkers]:
    """The workers of the scheduler at ``address``, or of a cluster in this machine (``local``).

    Raises:
        ClusterFailed: Dask is not installed, nobody answers, or the workers cannot run this.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterFailed(
            "Scoring by several processes or machines needs Dask. Install it in the checkout, here "
            "and on every worker: .venv/bin/python -m pip install -e '.[cluster]'"
        ) from None
    if address == LOCAL:
        # No dashboard: nobody asked for another open port.
        with (
            LocalCluster(threads_per_worker=1, dashboard_address=None, silence_logs=40) as made,
            Client(made) as client,
        ):
            yield DaskWorkers(client)
        return
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)
    except (OSError, TimeoutError, ValueError):
        raise ClusterFailed(
            f"No Dask scheduler answers at {address}. Start one with “dask scheduler” and name "
            "its address, such as tcp://10.0.0.5:8786."
        ) from None
    with client:
        _require_workers(client, address)
        yield DaskWorkers(client)


def _require_workers(client: "Client", address: str) -> None:
    """Every worker must run the same model as we do."""
    from risk.portfolio.assessment import MODEL_VERSION

    answers = client.run(_model_version, on_error="return")
    if not answers:
        raise ClusterFailed(
            f"The scheduler at {address} has no workers. Start some with “dask worker {address}”."
        )
    other = [worker for worker, version in answers.items() if version != MODEL_VERSION]
    if other:
        raise ClusterFailed(
            f"{len(other)} of {len(answers)} workers do not run this version of Downstream, "
            f"the first of them at {other[0]}. Install the same version everywhere."
        )


def _model_version() -> str:
    from risk.portfolio.assessment import MODEL_VERSION

    return MODEL_VERSION


def _run(work: Callable[..., Any], part: Any, *shared: Any) -> Any:
    return work(part, *(one.unpacked() if isinstance(one, Packed) else one for one in shared))


class Packed:
    """A value as bytes, which a process unpacks once however much work reads it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def unpacked(self) -> Any:
        """Return the value; whoever works with it has it for as long as it is read."""
        return _unpacked(self.content)


@lru_cache(maxsize=3)
def _unpacked(content: bytes) -> Any:
    # Sent by the client of this cluster, who may run anything on it anyway.
    return pickle.loads(content)  # noqa: S301 # nosec B301 - our own bytes
