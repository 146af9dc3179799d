"""What is remembered for the same frames, and what is not."""

import pandas as pd

from swgdata.analytics.memoize import memoize


def test_same_frames_are_worked_out_once() -> None:
    """The same frames and settings give the same object; anything else is worked out anew."""
    asked: list[int] = []

    @memoize
    def largest(frame: pd.DataFrame, columns: list[str], *, least: int = 0) -> pd.DataFrame:
        asked.append(least)
        return frame.loc[frame[list(columns)].max(axis=1) > least]

    numbers = pd.DataFrame({"n": [1, 2, 3]})
    first = largest(numbers, ["n"], least=1)
    assert largest(numbers, ["n"], least=1) is first
    assert asked == [1]
    assert largest(numbers, ["n"], least=2)["n"].tolist() == [3]
    assert largest(numbers.copy(), ["n"], least=1) is not first
    assert asked == [1, 2, 1]


def test_a_frame_is_never_taken_for_one_that_is_gone() -> None:
    """A hundred frames in the place of one another in memory: each has its own answer."""

    @memoize
    def total(frame: pd.DataFrame) -> int:
        return int(frame["n"].sum())

    assert [total(pd.DataFrame({"n": [place]})) for place in range(100)] == list(range(100))
