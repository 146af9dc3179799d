"""A real Redis server of the test's own."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.services import need

REDIS: Final = shutil.which("redis-server")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of an empty Redis server on a socket file, and its process."""
    need(REDIS, "redis-server")
    path = tmp_path / "redis.sock"
    command = [REDIS or "", "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", "."]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE)
    assert server.stdout is not None
    for line in server.stdout:
        if b"eady to accept connections" in line:
            break
    yield f"unix://{path}", server
    server.kill()
    server.wait()
    server.stdout.close()
