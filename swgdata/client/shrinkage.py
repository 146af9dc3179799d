"""Half a list must not pass for the whole: a sudden loss of rows has to be seen twice."""

from typing import Final

from swgdata.client.trouble import Troubled, malformed

KEPT: Final = 0.7  # share of the rows that must still be there


class Shrinkage:
    """Holds back an answer with far fewer rows than the last, until the next one agrees."""

    def __init__(self) -> None:
        """Doubt nothing yet."""
        self._doubted: dict[str, int] = {}

    def check(self, key: str, *, rows: int, before: int) -> None:
        """Compare an answer with the stored one.

        Raises:
            Troubled: It lost more than 30 % of its rows, and did so for the first time.
        """
        if rows >= KEPT * before or self._doubted.get(key) == rows:
            self._doubted.pop(key, None)
            return
        self._doubted[key] = rows
        raise Troubled(malformed(f"only {rows:,} records came where there were {before:,}"))
