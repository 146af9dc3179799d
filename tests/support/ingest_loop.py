"""A process that ingests one version of an export after the other, to be killed at any moment.

    python ingest_loop.py EXPORT BODIES STORE

BODIES holds a file per version, named for its digest. Each line on standard input starts a child
that ingests for ever and whose number is printed; when it is dead, "dead" is printed. What has
been imported once serves all children.
"""

import itertools
import os
import sys
from pathlib import Path

from swgdata.feeds.swgtracker import FEEDS
from swgdata.storage.datasets import DatasetStore
from swgdata.storage.datasets.ingest import ingest


def main(export: str, bodies: Path, store: Path) -> None:
    """Start children as they are asked for."""
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            _work(export, bodies, store)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("dead", flush=True)


def _work(export: str, bodies: Path, store: Path) -> None:
    datasets = DatasetStore(store)
    bodies_by_digest = {path.stem: path.read_bytes() for path in sorted(bodies.iterdir())}
    for digest, body in itertools.cycle(bodies_by_digest.items()):
        ingest([body], FEEDS[export], {"sha256": digest}, datasets)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
