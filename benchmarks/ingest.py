"""Cold ingest and warm start of the resources export, against the floor and the usual way.

Every figure comes from a fresh process that downloads over loopback HTTP; rounds are interleaved
and medians shown.

    python benchmarks/ingest.py [--rows 90000 900000] [--rounds 5]
"""

import argparse
import http.server
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WAYS: Final = Path(__file__).with_name("ingest_ways.py")
USUAL_UP_TO: Final = 200_000  # rows; beyond that the usual way needs more memory than there is
Figures = dict[str, float]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, nargs="+", default=[90_000])
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    per_row = {}
    for rows in options.rows:
        figures = _measured(rows, options.rounds)
        _print(rows, figures)
        per_row[rows] = figures["ours"]["cpu"] / rows
    first, *others = per_row
    for rows in others:
        ratio = per_row[rows] / per_row[first]
        _bar(f"CPU per row at {rows:,} against {first:,} rows", ratio, 1.15)


def _measured(rows: int, rounds: int) -> dict[str, Figures]:
    """The medians of each way."""
    ways = ["floor", "ours", "open"] + ["usual"] * (rows <= USUAL_UP_TO)
    seen: dict[str, list[Figures]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name, _served(Path(name)):
        _make(Path(name), rows)
        for _ in range(rounds):
            for way in ways:
                command = [sys.executable, str(WAYS), way, name]
                answer = subprocess.run(command, check=True, capture_output=True, text=True)
                seen[way].append(json.loads(answer.stdout))
    return {
        way: {name: statistics.median(one[name] for one in found) for name in found[0]}
        for way, found in seen.items()
    }


def _print(rows: int, figures: dict[str, Figures]) -> None:
    print(f"\n{rows:,} rows\n{'':8}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}")
    for way, found in figures.items():
        print(f"{way:8}{found['cpu']:9.3f}{found['wall']:9.3f}{found['peak']:9.1f}")
    ours, frame = figures["ours"], figures["ours"]["frame"]
    _bar("CPU, ours against inflate + sha256", ours["cpu"] / figures["floor"]["cpu"], 3.5)
    if "usual" in figures:
        _bar("CPU, ours against the usual way", ours["cpu"] / figures["usual"]["cpu"], 0.30)
    most = 45.0 if rows <= USUAL_UP_TO else 45.0 + 1.4 * frame
    _bar(f"peak MB above the imports (the frame is {frame:.1f})", ours["peak"], most)
    _bar("CPU, opening what is stored against ingest", figures["open"]["cpu"] / ours["cpu"], 0.04)


def _bar(what: str, figure: float, most: float) -> None:
    print(f"  {what}: {figure:.3f} (bar {most:.3f}) {'ok' if figure <= most else 'MISSED'}")


def _make(folder: Path, rows: int) -> None:
    """The sample's export, packed, and its row of the manifest; in a process of its own."""
    script = (
        "import json, sys, pathlib; from swgdata.sources.sample import Galaxy\n"
        "folder, galaxy = pathlib.Path(sys.argv[1]), Galaxy(rows=int(sys.argv[2]))\n"
        "packed = galaxy.answer('/exports/resources.json.gz').body\n"
        "(folder / 'resources.json.gz').write_bytes(packed)\n"
        "entry = json.loads(galaxy.answer('/exports/manifest.json').body)\n"
        "(folder / 'entry.json').write_text(json.dumps(entry['datasets']['resources']))\n"
    )
    command = [sys.executable, "-c", script, str(folder), str(rows)]
    subprocess.run(command, check=True, cwd=ROOT)


class _Export(http.server.SimpleHTTPRequestHandler):
    """Serves the packed export: ``.gz`` as the file it is, else to be unpacked by the library."""

    def do_GET(self) -> None:
        """Answer."""
        packed = (Path(self.directory) / "resources.json.gz").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if not self.path.endswith(".gz"):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[None]:
    handler = partial(_Export, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (folder / "port").write_text(str(server.server_port))
        yield
        server.shutdown()


if __name__ == "__main__":
    main()
