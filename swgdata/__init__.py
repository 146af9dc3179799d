"""Star Wars Galaxies' community feeds as typed pandas DataFrames.

``table("rare_materials", location="Naboo")`` answers a named table; ``load("cities")`` gives one
feed with its provenance. Names are imported when first used, so that ``import swgdata`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from swgdata._version import __version__ as __version__

if TYPE_CHECKING:
    from swgdata.errors import FeedError, SwgError
    from swgdata.query import ask, table
    from swgdata.settings import Settings
    from swgdata.sources.snapshot import Snapshot, load
    from swgdata.tables import TABLES, Result

__all__ = [
    "TABLES",
    "FeedError",
    "Result",
    "Settings",
    "Snapshot",
    "SwgError",
    "ask",
    "load",
    "table",
]
_MODULES: Final = {
    "ask": "query",
    "table": "query",
    "FeedError": "errors",
    "SwgError": "errors",
    "Settings": "settings",
    "Snapshot": "sources.snapshot",
    "load": "sources.snapshot",
    "TABLES": "tables",
    "Result": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'swgdata' has no attribute {name!r}")
    return getattr(import_module(f"swgdata.{_MODULES[name]}"), name)
