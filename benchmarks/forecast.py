"""How good the forecasts are: generated series, held-out weeks, ours beside the baseline.

Nothing of a held-out week is known to the forecast of it; the past grows week by week.

    python -m benchmarks.forecast [--seeds 5]
"""

import argparse
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from swgdata.analytics.forecast import DAILY, HOURLY, Season, forecast

Series = Callable[[int], pd.Series]
_WEEK: Final = 168
_DAYS: Final = np.array([1, 0.97, 0.96, 0.98, 1.05, 1.12, 1.1])


def _drift(chance: np.random.Generator, steps: int, *, keep: float, width: float) -> np.ndarray:
    """What each step remembers of the one before, and a little chance."""
    drift = np.zeros(steps)
    for step in range(1, steps):
        drift[step] = keep * drift[step - 1] + chance.normal(0, width)
    return drift


def pulse(seed: int, *, size: float = 1200, growth: float = -0.00008, weeks: int = 17) -> pd.Series:
    """Players online each hour: day and week, slow growth, gaps, outages of six hours."""
    chance = np.random.default_rng(seed)
    hours = np.arange(weeks * _WEEK)
    day = 1 + 0.45 * np.sin(2 * np.pi * (hours % 24 - 9) / 24)
    week = np.where((hours // 24) % 7 >= 5, 1.3, 1.0)
    drift = np.exp(_drift(chance, len(hours), keep=0.8, width=0.03))
    mean = size * day * week * (1 + growth * hours) * drift
    online = chance.poisson(mean).astype("float64")
    online[chance.choice(len(hours), 3 * weeks, replace=False)] = np.nan
    for start in range(300, len(hours), 5 * _WEEK):
        online[start : start + 6] = 0
    return pd.Series(online, pd.date_range("2026-06-01", periods=len(hours), freq="h", tz="UTC"))


def activity(seed: int, *, growth: float = 0.0, weeks: int = 40) -> pd.Series:
    """Active citizens each day: a mild week, growth a day, a level that wanders, lost days."""
    chance = np.random.default_rng(seed)
    days = np.arange(weeks * 7)
    drift = _drift(chance, len(days), keep=0.85, width=0.015)
    active = np.round(3000 * _DAYS[days % 7] * np.exp(growth * days + drift))
    active[chance.choice(len(days), weeks // 3, replace=False)] = np.nan
    return pd.Series(active, pd.date_range("2026-01-05", periods=len(days), freq="D"))


SERIES: Final[Mapping[str, tuple[Series, Season]]] = {
    "pulse, steady": (pulse, HOURLY),
    "pulse, growing": (lambda seed: pulse(seed, growth=0.0003), HOURLY),
    "pulse, small": (lambda seed: pulse(seed, size=25), HOURLY),
    "activity, steady": (activity, DAILY),
    "activity, growing": (lambda seed: activity(seed, growth=0.004), DAILY),
    "activity, fading": (lambda seed: activity(seed, growth=-0.006), DAILY),
}


def held_out(series: pd.Series, rhythm: Season, *, rounds: int = 8) -> dict[str, float]:
    """Forecast the last ``rounds`` horizons of a series, each from what came before it.

    Returns:
        ``mae``, ``baseline_mae``, ``mape``, ``baseline_mape``, ``cover80``, ``cover95`` over all
        values that came; ``told80``, ``told95``: what the back-tests of the forecasts said.
    """
    parts, said = [], []
    for back in range(rounds, 0, -1):
        end = len(series) - back * rhythm.horizon
        told = forecast(series.iloc[:end], rhythm=rhythm)
        if told.rows is None or told.scores is None:
            raise ValueError(f"refused: {told.reason}")
        parts.append(told.rows.assign(came=series.iloc[end : end + rhythm.horizon].to_numpy()))
        said.append(told.scores.loc[0, ["cover80", "cover95"]].to_numpy(dtype="float64"))
    rows = pd.concat(parts, ignore_index=True).dropna()
    off, off_base = (rows["came"] - rows[name] for name in ("expected", "baseline"))
    some = rows["came"] > 0
    figures = {
        "mae": off.abs().mean(),
        "baseline_mae": off_base.abs().mean(),
        "mape": (off.abs() / rows["came"])[some].mean(),
        "baseline_mape": (off_base.abs() / rows["came"])[some].mean(),
        **{
            f"cover{level}": rows["came"].between(rows[f"low{level}"], rows[f"high{level}"]).mean()
            for level in (80, 95)
        },
    }
    told80, told95 = np.nanmean(said, axis=0)
    return {**figures, "told80": told80, "told95": told95}


def main() -> None:
    """Print one line per series, the mean over seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    print(f"{'8 horizons held out':20} {'MAE':>7} {'naive':>7} {'MAPE':>6} {'naive':>6}", end=" ")
    print(f"{'in 80%':>7} {'in 95%':>7}   back-test said")
    for name, (make, rhythm) in SERIES.items():
        runs = pd.DataFrame([held_out(make(seed), rhythm) for seed in seeds]).mean()
        print(f"{name:20} {runs['mae']:7.1f} {runs['baseline_mae']:7.1f}", end=" ")
        print(f"{runs['mape']:6.1%} {runs['baseline_mape']:6.1%}", end=" ")
        print(f"{runs['cover80']:7.1%} {runs['cover95']:7.1%}", end="   ")
        print(f"{runs['told80']:.1%} {runs['told95']:.1%}")


if __name__ == "__main__":
    main()
