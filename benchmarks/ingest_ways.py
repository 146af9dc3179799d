"""One way from a download to a frame, measured in this process; started by ``ingest.py``.

Prints JSON: CPU and wall seconds, the peak of resident memory above what the imports took
(MB), and the size of the frame (MB).
"""

import hashlib
import json
import shutil
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd
import requests

from swgdata.feeds.arrow import frame
from swgdata.feeds.swgtracker.datasets import RESOURCES
from swgdata.game import PLANETS, STATS
from swgdata.storage.datasets import DatasetStore
from swgdata.storage.datasets.ingest import ingest

_CHUNK: Final = 1 << 16
_NO_LIMIT: Final = 1 << 40  # ten times the real export is beyond what a visitor's host may take


def floor(folder: Path, url: str) -> None:
    """Inflate and digest, nothing else."""
    digest, inflater = hashlib.sha256(), zlib.decompressobj(31)
    for chunk in _chunks(f"{url}.gz"):
        digest.update(inflater.decompress(chunk))
    if digest.hexdigest() != json.loads((folder / "entry.json").read_text())["sha256"]:
        raise SystemExit("the floor read something else")


def ours(folder: Path, url: str) -> pd.DataFrame:
    """Into an empty store, and from there into a frame."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    entry = json.loads((folder / "entry.json").read_text())
    feed = replace(RESOURCES, limit=_NO_LIMIT)
    stored = ingest(_chunks(f"{url}.gz"), feed, entry, DatasetStore(folder / "store"))
    return frame(stored.tables["resources"], RESOURCES.tables["resources"])


def opened(folder: Path, url: str) -> pd.DataFrame:
    """What a start finds stored."""
    stored = DatasetStore(folder / "store").open("resources")
    if stored is None:
        raise SystemExit("nothing is stored")
    return frame(stored.tables["resources"], RESOURCES.tables["resources"])


def usual(folder: Path, url: str) -> pd.DataFrame:
    """The whole document into a frame, then into types."""
    found = pd.DataFrame(requests.get(url, timeout=60).json()["results"])
    flags = [f"planet_{name.replace(' IV', '4').lower()}" for name in PLANETS]
    numbers = ["id", "rating", "topcount", "status", *STATS, *(f"{stat}_max" for stat in STATS)]
    typed = {name: pd.to_numeric(found[name]).astype("int32") for name in [*numbers, *flags]}
    return found[["name", "type_code", "type_name"]].assign(
        **typed,
        score=pd.to_numeric(found["score"]).astype("Int16"),
        cpu=pd.to_numeric(found["cpu"]),
        timestamp=pd.to_datetime(pd.to_numeric(found["timestamp"]), unit="s", utc=True),
    )


def _chunks(url: str) -> Iterator[bytes]:
    with requests.get(url, stream=True, timeout=60) as response:
        yield from response.iter_content(_CHUNK)


def _memory(kind: str) -> float:
    """A figure of this process in MB; 0 where the platform does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(kind))


def main() -> None:
    """Measure the way named on the command line."""
    way = {"floor": floor, "ours": ours, "open": opened, "usual": usual}[sys.argv[1]]
    folder = Path(sys.argv[2])
    url = f"http://127.0.0.1:{(folder / 'port').read_text()}/resources.json"
    before = _memory("VmRSS")
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of the imports
    wall, cpu = time.perf_counter(), time.process_time()
    made = way(folder, url)
    figures = {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak": _memory("VmHWM") - before,
        "frame": 0.0 if made is None else float(made.memory_usage(deep=True).sum()) / 2**20,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
