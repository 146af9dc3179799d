"""What can become of a file that a crash, a disk or somebody else got hold of."""

import os
from pathlib import Path


def garbage(file: Path) -> None:
    """Not a database at all."""
    file.write_bytes(os.urandom(8192))


def half(file: Path) -> None:
    """A copy that broke off."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def zeroed(file: Path) -> None:
    """A page of zeros, as after a crash of the disk."""
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(bytes(4096))


def scribbled(file: Path) -> None:
    """Random bytes in the middle."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(os.urandom(9000))


def folder(file: Path) -> None:
    """A folder of that name."""
    file.unlink()
    (file / "inside").mkdir(parents=True)


def emptied(file: Path) -> None:
    """No bytes."""
    file.write_bytes(b"")


def removed(file: Path) -> None:
    """No file."""
    file.unlink()
