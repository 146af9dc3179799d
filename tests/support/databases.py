"""Places for a history: an SQLite file, and a database of a real PostgreSQL of the tests' own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa

from swgdata.storage.history import History
from swgdata.storage.history.schema import METADATA, SCHEMA_VERSION
from tests.support.services import need

_BINARIES: Final = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
INITDB: Final = shutil.which("initdb") or next((str(b / "initdb") for b in _BINARIES[::-1]), None)
_numbers: Final = count()


class Postgres:
    """A PostgreSQL server on a socket file in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # it refuses to run as root
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-A", "trust", "-U", "swg", "--no-sync", "--locale=C", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses= -c fsync=off -c max_connections=200 -k {self.folder}"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """End it at once, as a crash would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://swg@/{name}?host={self.folder}"

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"test{next(_numbers)}"
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(Path(INITDB or "").with_name(program)), "-D", str(self.folder / "data")]
        subprocess.run(
            [*command, *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            timeout=60,
            **self._as,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the tests of one worker."""
    need(INITDB, "PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="swg"))
    server = Postgres(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def history_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of one sort and then the other."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def history(history_url: str) -> Iterator[History]:
    """An empty history."""
    kept = History(history_url)
    yield kept
    kept.close()


def empty(history: History) -> History:
    """Forget everything, for the next example of a property."""
    with history.database.writing() as connection:
        for table in METADATA.sorted_tables:
            if table is not SCHEMA_VERSION:
                connection.execute(sa.delete(table))
    return history


def rows(history: History, table: sa.Table) -> list[tuple[Any, ...]]:
    """All rows of a table, sorted."""
    with history.database.reading() as connection:
        return sorted(tuple(row) for row in connection.execute(sa.select(table)))
