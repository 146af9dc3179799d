"""Private folders, damaged files set aside, abandoned files removed."""

import os
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

KEPT_DAMAGED: Final = 3
_ABANDONED: Final = 3600.0  # seconds after which nobody is still writing a file


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):
        folder.chmod(0o700)


def set_aside(path: Path) -> None:
    """Rename a damaged file (or what stands in its place), and keep only the last few of them.

    The file stays where it is when the folder cannot be written.
    """
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    with suppress(OSError):
        path.rename(path.with_name(f"{path.name}.damaged-{when}"))
    damaged = sorted(path.parent.glob("*.damaged-*"), key=lambda file: file.name[-22:])
    for old in damaged[:-KEPT_DAMAGED]:
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        remove(old)


def remove(path: Path) -> None:
    """Delete a file, unless somebody holds it: then the next one to come by tries again."""
    with suppress(OSError):
        path.unlink()


def is_abandoned(path: Path) -> bool:
    """Whether a file not in use was last written so long ago that its writer must be gone."""
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED
    except OSError:
        return False


def settle(folder: Path) -> None:
    """Wait until the names of a folder are on the disk, where the platform knows how."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
