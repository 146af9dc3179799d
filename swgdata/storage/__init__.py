"""What lasts: dataset files and the history database."""

from typing import Final

HISTORY_KEPT_DAYS: Final = 90  # of the history, when it is thinned and nobody says otherwise
