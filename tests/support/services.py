"""Where things are, and what to do without a service that a test needs."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
REQUIRED: Final = os.environ.get("SWG_REQUIRE_SERVICES", "") == "1"
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")


def need(thing: object, what: str) -> None:
    """Skip the test for want of a service, or fail where services are required."""
    if thing:
        return
    if REQUIRED:
        pytest.fail(f"{what} is missing, and SWG_REQUIRE_SERVICES=1", pytrace=False)
    pytest.skip(f"{what} is not installed here")
