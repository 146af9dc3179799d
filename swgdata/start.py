"""Set up and run the app or the tests with nothing but Python: ``python -m swgdata.start app``.

Standard library only, since it runs before anything is installed, and one command for every
shell of Linux, macOS and Windows.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

# Loopback only: an app left open to the network would serve strangers (docs/hosting.md).
LOCAL: Final = (
    "--server.address=127.0.0.1",
    "--server.allowedHosts=localhost",
    "--server.allowedHosts=127.0.0.1",
)


def environment() -> Path:
    """The Python to install into: the active virtual environment, else ``.venv`` in the tree."""
    if sys.prefix != sys.base_prefix:
        return Path(sys.executable)
    folder = ROOT / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"Making a virtual environment in {folder.name} …", flush=True)
        venv.create(folder, with_pip=True)
    return python


def install(python: Path, requirements: str) -> None:
    """Install a lock file; quick when everything is there already."""
    print(f"Installing {requirements} …", flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(ROOT / requirements)], check=True)  # noqa: S603


def main() -> int:
    """Run ``app`` or ``tests``; whatever follows goes to Streamlit or pytest."""
    parser = argparse.ArgumentParser(prog="python -m swgdata.start", description=__doc__)
    parser.add_argument("what", choices=("app", "tests"))
    arguments, rest = parser.parse_known_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before pip could refuse
        print("swgdata needs Python 3.11 or newer.", file=sys.stderr)
        return 2
    python = environment()
    app = arguments.what == "app"
    install(python, "requirements.txt" if app else "requirements-dev.txt")
    run = ["streamlit", "run", "app.py", *LOCAL] if app else ["pytest"]
    command = [str(python), "-m", *run, *rest]
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
