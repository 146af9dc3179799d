"""Star Wars Galaxies' community feeds as typed pandas DataFrames.

``ask("rare_materials", location="Naboo")`` answers a named table; ``load("cities")`` gives one
feed with its provenance. Names are imported when first used, so that ``import swgdata`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from swgdata.answers import ask
    from swgdata.errors import FeedError, SwgError
    from swgdata.settings import Settings
    from swgdata.snapshot import Snapshot, load
    from swgdata.tables import TABLES, Result

__all__ = ["TABLES", "FeedError", "Result", "Settings", "Snapshot", "SwgError", "ask", "load"]
__version__: Final = "0.1.0"

_HOMES: Final = {
    "ask": "answers",
    "FeedError": "errors",
    "SwgError": "errors",
    "Settings": "settings",
    "Snapshot": "snapshot",
    "load": "snapshot",
    "TABLES": "tables",
    "Result": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'swgdata' has no attribute {name!r}")
    return getattr(import_module(f"swgdata.{_HOMES[name]}"), name)
