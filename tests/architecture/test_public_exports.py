"""Every named table gives the same files of the same galaxy at the same moment."""

from pathlib import Path
from typing import Final

import pytest

from tests.architecture.compare import collect, hold, stored

PART: Final = "exports"


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All exports, as they are now."""
    return collect(tmp_path_factory.mktemp("surface"), PART)


@pytest.mark.parametrize("name", stored(PART))
def test_is_as_it_was_written_down(now: Path, name: str) -> None:
    """Rows, types, texts and values in five formats, and the rows for each parameter."""
    hold(now, name)


def test_no_table_came_or_went(now: Path) -> None:
    """Each has its file."""
    assert sorted(f"{PART}/{path.name}" for path in (now / PART).iterdir()) == stored(PART)
