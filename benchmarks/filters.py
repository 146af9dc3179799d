"""One filter change over the whole export: against bare numpy, and against object columns.

Class subtree, planet, two stats, text, weighted quality, the best 200 as a frame; four different
questions a round, the ways taking turns in one process.

    python benchmarks/filters.py [--rows 90000] [--rounds 15]
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from swgdata import tables
from swgdata.analytics import quality
from swgdata.game import PLANETS, STATS, planets_of
from swgdata.game.classes import caps, descendants
from swgdata.sources import snapshot
from swgdata.sources.snapshot import Snapshot
from swgdata.tables.resource_query import rated

MOST: Final = 200
Question = Mapping[str, Any]
QUESTIONS: Final[tuple[Question, ...]] = tuple(
    {"class_code": code, "planet": planet, "name": text, "weights": line, **limits}
    for code, planet, text, line, limits in (
        ("mtl", "Naboo", "ar", "OQ=66 SR=34", {"min_oq": 300, "min_sr": 200}),
        ("org", "Lok", "e", "FL=50 PE=50", {"min_fl": 200, "min_pe": 200}),
        ("min", "Tatooine", "in", "CD=25 OQ=50 UT=25", {"min_cd": 100, "max_oq": 900}),
        ("gas", "Talus", "o", "OQ=33 DR=67", {"min_oq": 100, "min_dr": 100}),
    )
)
COLUMNS: Final = tables.TABLES["weighted_resources"].columns
BARS: Final = {"numpy": 3.0, "object": 0.1}


@dataclass(frozen=True)
class Prepared:
    """What the floor has ready: bare arrays, and the columns as they are shown."""

    codes: np.ndarray
    classes: list[str]
    planets: np.ndarray
    values: np.ndarray
    has: np.ndarray
    names: np.ndarray
    seen: np.ndarray
    worlds: dict[int, tuple[str, ...]]
    shown: dict[str, np.ndarray]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=90_000)
    asked.add_argument("--rounds", type=int, default=15)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "SWG_SOURCE": "sample", "SWG_SAMPLE_ROWS": str(options.rows), "SWG_DATA_DIR": folder,
        }  # fmt: skip
        feed, now = snapshot.load("resources", wait=600.0), datetime.now(UTC)
        ready, loose = _prepared(feed), _objects(feed)
        ways: dict[str, Callable[[Question], pd.DataFrame]] = {
            "numpy": lambda question: _numpy(ready, question),
            "ours": lambda question: _ours(feed, question, now),
            "object": lambda question: _object(loose, question),
        }
        _agree(ways)
        gc.collect()
        gc.freeze()  # as the app does once it is warm
        spent = _timed(ways, options.rounds)
        _print(options.rows, spent)


def _timed(ways: Mapping[str, Callable[[Question], pd.DataFrame]], rounds: int) -> dict[str, float]:
    """Median milliseconds of one question, by way."""
    seen: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, ask in ways.items():
            start = time.perf_counter()
            for question in QUESTIONS:
                ask(question)
            seen[way].append((time.perf_counter() - start) / len(QUESTIONS) * 1000)
    return {way: statistics.median(found) for way, found in seen.items()}


def _print(rows: int, spent: Mapping[str, float]) -> None:
    print(f"\n{rows:,} rows, one filter change, median ms")
    for way, found in spent.items():
        print(f"  {way:8}{found:9.2f}")
    for way, most in BARS.items():
        ratio = spent["ours"] / spent[way]
        print(f"  ours / {way}: {ratio:.3f} (bar {most}) {'ok' if ratio <= most else 'MISSED'}")


def _agree(ways: Mapping[str, Callable[[Question], pd.DataFrame]]) -> None:
    """All ways must give the same best, or the figures say nothing."""
    for question in QUESTIONS:
        found = {way: ask(question) for way, ask in ways.items()}
        best = [rows["weighted_quality"].astype("float64").round(1) for rows in found.values()]
        assert len(best[0]), question  # noqa: S101
        for other in best[1:]:
            np.testing.assert_allclose(best[0].to_numpy(), other.to_numpy(), atol=0.11)


def _ours(feed: Snapshot, question: Question, now: datetime) -> pd.DataFrame:
    """The named table as pages and addresses ask for it, provenance and all."""
    raw = {**question, "limit": MOST}
    load, provider = (lambda _: feed), feed.provider
    return tables.answer("weighted_resources", raw, load=load, provider=provider, now=now).frame


def _prepared(feed: Snapshot) -> Prepared:
    frame = feed.frame
    kinds = pd.Categorical(frame["class_code"])
    values = frame[list(STATS)].to_numpy(dtype="float32")
    plain = [name for name in COLUMNS if name in frame and name not in ("planets", *STATS)]
    return Prepared(
        codes=kinds.codes.astype("int32"),
        classes=[str(code) for code in kinds.categories],
        planets=frame["planets"].to_numpy(),
        values=values,
        has=(values > 0).astype("float32"),
        names=frame["name"].str.lower().to_numpy(dtype=object),
        seen=frame["first_seen"].astype("int64").to_numpy(),
        worlds={int(mask): planets_of(int(mask)) for mask in frame["planets"].unique()},
        shown={name: frame[name].to_numpy() for name in plain}
        | {"rarity": rated(feed)[1].to_numpy()},
    )


def _numpy(ready: Prepared, question: Question) -> pd.DataFrame:
    """The floor: everything prepared, cheap masks first, text on survivors, a partition."""
    below = descendants(question["class_code"])
    keep = np.array([*(code in below for code in ready.classes), False])[ready.codes]
    keep &= ready.planets & (1 << PLANETS.index(question["planet"])) != 0
    for name, limit in question.items():
        end, _, stat = name.partition("_")
        if end in ("min", "max") and stat in STATS:
            value = ready.values[:, STATS.index(stat)]
            keep &= (value >= limit) if end == "min" else (value <= limit) & (value > 0)
    found = np.flatnonzero(keep)
    text = question["name"]
    found = found[[text in name if isinstance(name, str) else False for name in ready.names[found]]]
    quality = _matrix(ready, found, question)
    if len(found) > MOST:
        best = np.argpartition(-quality, MOST)[:MOST]
        found, quality = found[best], quality[best]
    order = np.argsort(-quality, kind="stable")
    rows = found[order]
    shown: dict[str, Any] = {name: values[rows] for name, values in ready.shown.items()}
    shown["planets"] = [ready.worlds[mask] for mask in ready.planets[rows].tolist()]
    shown["age_days"] = (int(time.time()) - ready.seen[rows]) // 86400
    stats = dict(zip(STATS, ready.values[rows].T, strict=True))
    return pd.DataFrame({**shown, **stats, "weighted_quality": quality[order]})


def _matrix(ready: Prepared, found: np.ndarray, question: Question) -> np.ndarray:
    line = quality.read_weights(question["weights"])
    limits = np.array(caps(question["class_code"]) or [1000] * len(STATS), dtype="float32")
    share = np.array([line.get(stat, 0) for stat in STATS], dtype="float32") * (limits > 0)
    used = ready.has[found] @ share
    divisor = np.where(used >= sum(line.values()) - 1e-3, 100, np.maximum(used, 1e-9))
    reached = ready.values[found] @ (share * 1000 / np.maximum(limits, 1))
    return np.asarray(np.minimum(reached / divisor, 1000))


def _objects(feed: Snapshot) -> pd.DataFrame:
    """The export as ``DataFrame(json)`` has it, numbers converted once, a flag per planet."""
    frame = feed.frame
    flags = {
        planet: ((frame["planets"].to_numpy() >> bit) & 1).astype(object)
        for bit, planet in enumerate(PLANETS)
    }
    texts = {name: frame[name].astype(str).astype(object) for name in ("name", "class_code")}
    stats = {stat: frame[stat].to_numpy().astype(object) for stat in STATS}
    return pd.DataFrame({"id": frame["id"], **texts, **stats, **flags})


def _object(loose: pd.DataFrame, question: Question) -> pd.DataFrame:
    """The usual way: a column of quality, one condition over all rows, a sort."""
    table = loose.assign(weighted_quality=_everywhere(loose, question))
    keep: pd.Series = table["class_code"].isin(list(descendants(question["class_code"])))
    keep &= table[str(question["planet"])] == 1
    for name, limit in question.items():
        end, _, stat = name.partition("_")
        if end in ("min", "max") and stat in STATS:
            value = table[stat]
            keep &= (value >= limit) if end == "min" else (value <= limit) & (value > 0)
    keep &= table["name"].str.contains(question["name"], case=False, regex=False, na=False)
    best = table.loc[keep].sort_values("weighted_quality", ascending=False, kind="stable")
    return best.head(MOST)


def _everywhere(loose: pd.DataFrame, question: Question) -> pd.Series:
    line = quality.read_weights(question["weights"])
    limits = dict(zip(STATS, caps(question["class_code"]) or [1000] * len(STATS), strict=True))
    reached, used = pd.Series(0.0, index=loose.index), pd.Series(0.0, index=loose.index)
    for stat, weight in line.items():
        if limits[stat]:
            reached += (loose[stat] * weight / limits[stat] * 1000).astype(float)
            used += (loose[stat] > 0) * weight
    divisor = used.where(used < sum(line.values()), 100.0)
    return (reached / divisor.where(divisor > 0)).fillna(0.0).clip(upper=1000)


if __name__ == "__main__":
    main()
