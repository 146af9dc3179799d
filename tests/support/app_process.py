"""The app as a process of its own, with what it costs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from typing import IO


def ours(folder: Path, **settings: str) -> dict[str, str]:
    """An environment in which only these settings are set, and all is kept in ``folder``."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SWG_")}
    return {**others, "HOME": str(folder), "SWG_DATA_DIR": str(folder / "data"), **settings}


@dataclass(frozen=True, slots=True)
class App:
    """A running app.

    Attributes:
        pid: Of its process.
        url: Of its websocket.
    """

    pid: int
    url: str

    def memory(self, what: str = "VmRSS") -> float:
        """Resident memory in MB; ``VmHWM`` for its peak."""
        return self._status(what) / 1024

    def threads(self) -> int:
        """How many threads it has."""
        return self._status("Threads")

    def _status(self, what: str) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith(what))

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def running(
    script: Path,
    *,
    folder: Path,
    environment: Mapping[str, str],
    options: Sequence[str] = ("--logger.level=error",),
    log: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[App]:
    """Run a script as ``streamlit run`` does, with the settings of ``folder``, for the block.

    Args:
        script: What to run.
        folder: Where to run it.
        environment: All of it; unless it says otherwise, the app does not synchronise by itself.
        options: For Streamlit, beside those every run has.
        log: Where its output goes; without one, its errors show.
    """
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", *options]
    stderr = None if log == subprocess.DEVNULL else log
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={"SWG_SYNC_EVERY": "0", **environment},
        stdout=log,
        stderr=stderr,
    )
    try:
        _wait(port, process)
        yield App(process.pid, f"ws://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with {process.returncode}")
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/_stcore/health")
            asked.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            asked.close()
    raise TimeoutError("the app did not start within a minute")
