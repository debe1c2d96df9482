"""An order -> the workers that build it: processes of this machine, or of a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable

from podcast import DISTRIBUTION
from podcast.errors import ClusterError
from podcast.files.store import Store
from podcast.model import Tell
from podcast.production.order import Order
from podcast.production.workers import SharedWorkers, Workers


def on_cluster(
    address: str, count: int, store: Store, tell: Callable[[str], None]
) -> SharedWorkers:
    """The workers of the cluster whose scheduler is at `address`, and `count` local processes.

    Raises ClusterError if the packages for a cluster are not installed.
    """
    try:
        from podcast.production.cluster import Cluster
    except ImportError as error:
        raise ClusterError(
            f"--scheduler needs more packages; run: {sys.executable} -m pip install "
            f"'{DISTRIBUTION}[cluster]'"
        ) from error
    return Cluster(address, count, store, tell)


def open_workers(order: Order, store: Store, tell: Tell) -> Workers:
    """The workers of one build, on this machine or on a cluster. No process is started yet.

    Raises ClusterError if the packages for a cluster are not installed.
    """
    if order.scheduler:
        return on_cluster(order.scheduler, order.jobs, store, tell)
    return Workers(order.jobs)
