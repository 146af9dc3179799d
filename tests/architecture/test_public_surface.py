"""What users rely on stays as it is: commands, tables, settings, keys and addresses of pages."""

from pathlib import Path
from typing import Final

import pytest

from tests.architecture.compare import collect, hold, stored

PARTS: Final = ("commands", "pages")


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it, as it is now."""
    return collect(tmp_path_factory.mktemp("surface"), *PARTS)


@pytest.mark.parametrize("name", stored(*PARTS))
def test_is_as_it_was_written_down(now: Path, name: str) -> None:
    """A change that is meant shows in the files of ``surface``, and so in the review."""
    hold(now, name)


def test_nothing_came_or_went(now: Path) -> None:
    """No page without a file, no file without a page."""
    assert sorted(path.relative_to(now).as_posix() for path in now.rglob("*.txt")) == stored(*PARTS)
