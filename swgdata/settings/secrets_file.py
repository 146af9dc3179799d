"""The file in which Streamlit keeps an app's secrets: where it lies, and what is in it for us."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from swgdata.errors import SettingsError


def places() -> tuple[Path, ...]:
    """Where Streamlit looks for it, the nearest last.

    An account of a container may have no home folder.
    """
    file = Path(".streamlit/secrets.toml")
    try:
        return Path.home() / file, file
    except RuntimeError:
        return (file,)


def read(files: Sequence[Path], prefix: str) -> dict[str, Any]:
    """What is said at the root of ``files`` under keys that begin with ``prefix``.

    Args:
        files: Those that may be there; a later one wins.
        prefix: In capitals; a key may be in any case.

    Raises:
        SettingsError: One of them is there, and cannot be read as TOML.
    """
    found: dict[str, Any] = {}
    for path in files:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            if isinstance(error, PermissionError) and not os.access(path.parent, os.X_OK):
                continue  # somebody else's home
            why = error.strerror if isinstance(error, OSError) else error
            place = f"{path.parent.name}/{path.name}"  # visitors may read this
            raise SettingsError(f"{place}: cannot be read as TOML ({why})") from error
        found |= {key: value for key, value in document.items() if key.upper().startswith(prefix)}
    return found
