"""A frame with every dtype of the contract, and a meta to write beside it."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

import numpy as np
import pandas as pd

META: Final[Mapping[str, object]] = {
    "table": "cities",
    "source": "sample",
    "provider": "swgtracker",
    "as_of": datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    "stale": False,
    "parameters": {"planet": "Naboo <&>", "share": float("nan"), "names": ("a", None)},
    "rows": 4,
    "version": "1.0",
}


def galaxy() -> pd.DataFrame:
    """Every dtype of the feeds' and tables' contract, each with an ordinary and an odd value."""
    whole = [1, None, -3, 0]
    return pd.DataFrame(
        {
            "name": pd.Series(["Theed", None, "", "=cmd|'/c calc'!A1"], dtype="str"),
            "planet": pd.Categorical(["Naboo", None, "-", "Naboo"]),
            "stat": np.array([0, 1000, -5, 7], dtype="int16"),
            "number": np.array([2**31 - 1, -(2**31), 0, 1], dtype="int32"),
            "level": pd.array(whole, dtype="Int8"),
            "score": pd.array(whole, dtype="Int16"),
            "citizens": pd.array(whole, dtype="Int32"),
            "credits": pd.array([2**53 + 1, None, -(2**63), 12], dtype="Int64"),
            "tax": pd.array([0.1, None, 0.1 + 0.2, 1e300], dtype="Float64"),
            "share": np.array([1 / 3, np.nan, 5e-324, -12.0]),
            "cpu": np.array([0.1, np.nan, 16777216.0, -1e-7], dtype="float32"),
            "in_spawn": np.array([True, False, True, False]),
            "recruiting": pd.array([True, None, False, True], dtype="boolean"),
            "seen": pd.Series(
                ["2026-01-01T10:00:00Z", None, "1899-12-31T23:59:59Z", "1970-01-01T00:00:00Z"]
            ).astype("datetime64[s, UTC]"),
            "spark": pd.Series([[1.0, 2.5], None, [], [np.nan, -1.0]], dtype=object),
            "planets": pd.Series([["Naboo", "=1"], None, [], ["", "a<b"]], dtype=object),
            "no_text": pd.Series([None] * 4, dtype="str"),
            "no_number": pd.array([None] * 4, dtype="Float64"),
            "no_time": pd.Series([None] * 4, dtype="datetime64[s, UTC]"),
            "nothing": pd.Series([None] * 4, dtype=object),
        }
    ).set_axis([7, 7, 3, 1])
