"""One at a time, across threads, processes and instances; a crash frees the lock at once."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event
from typing import Final

import pytest

from swgdata.errors import Busy, SwgError
from swgdata.storage.history import History
from tests.support.databases import Postgres
from tests.support.services import ROOT

HOLDING: Final = """
import sys
from swgdata.storage.history import History

with History(sys.argv[1]).only_one("sync") as me:
    print(me.holder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another(url: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """Another process that holds the lock, and its name for itself."""
    command = [sys.executable, "-c", HOLDING, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        name = process.stdout.readline().decode().strip()
        assert name
        try:
            yield process, name
        finally:
            process.kill()


def is_free(history: History, name: str = "sync") -> bool:
    """Whether the lock can be had."""
    try:
        with history.only_one(name):
            return True
    except Busy:
        return False


def test_a_second_is_told_who_and_since_when(history: History) -> None:
    """From another process: host, process and time, in one sentence."""
    before = datetime.now(UTC).replace(microsecond=0)
    with another(address(history)) as (process, name):
        with pytest.raises(Busy) as refused, history.only_one("sync"):
            pass
        assert name.endswith(f":{process.pid}")
        assert refused.value.holder == name
        assert refused.value.since is not None
        assert before <= refused.value.since <= datetime.now(UTC)
        since = f"{refused.value.since:%H:%M}"
        assert str(refused.value) == f"a synchronisation is running since {since} UTC by {name}"
        assert isinstance(refused.value, SwgError)
        assert is_free(history, "another name")


def address(history: History) -> str:
    """The address of a history."""
    return history.database.place


def test_a_crash_frees_it(history: History) -> None:
    """Killed, not ended: the next has the lock at once, and is the one who is named."""
    with another(address(history)) as (process, _):
        assert not is_free(history)
        process.kill()
        process.wait()
        for _ in range(100):  # the server notices a dead connection within moments
            if is_free(history):
                break
            Event().wait(0.05)
        with history.only_one("sync") as me, pytest.raises(Busy, match=me.holder):
            History(address(history)).only_one("sync").__enter__()
    assert is_free(history)


def test_an_exception_frees_it(history: History) -> None:
    """And goes on to whoever it is for."""
    with pytest.raises(ZeroDivisionError), history.only_one("sync"):
        raise ZeroDivisionError
    assert is_free(history)
    assert history.trouble is None


def test_among_threads(history: History) -> None:
    """Of eight that begin at once exactly one works, again and again."""
    start, end = Barrier(8), Barrier(8)

    def one(_: int) -> bool:
        start.wait()
        try:
            with history.only_one("sync"):
                end.wait()
                return True
        except Busy:
            end.wait()
            return False

    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert sum(pool.map(one, range(8))) == 1


def test_two_histories_of_one_process(history: History) -> None:
    """They are instances as any other."""
    other = History(address(history))
    with history.only_one("sync"):
        assert not is_free(other)
    assert is_free(other)
    other.close()


def test_a_place_that_cannot_be_locked(tmp_path: Path) -> None:
    """Work goes on, and still only once in this process."""
    (tmp_path / "place").touch()
    history = History(f"sqlite:///{tmp_path / 'place' / 'history.sqlite'}")
    with history.only_one("sync"):
        assert not is_free(history)
    assert is_free(history)
    history.close()


@pytest.mark.parametrize("body", [b"", b"no lock file at all" * 500])
def test_a_strange_lock_file(tmp_path: Path, body: bytes) -> None:
    """It is made anew."""
    (tmp_path / "history.sqlite.sync.lock").write_bytes(body)
    history = History(f"sqlite:///{tmp_path / 'history.sqlite'}")
    with another(address(history)):
        assert not is_free(history)
    assert is_free(history)
    history.close()


@pytest.mark.service
def test_a_server_that_is_away(postgres: Postgres) -> None:
    """The lock of one process, and a history that says what is wrong; afterwards all is well."""
    history = History(postgres.database())
    assert history.runs() == []
    postgres.stop()
    try:
        with history.only_one("sync"):
            assert not is_free(history)
        history.thin(datetime.now(UTC))
        assert history.trouble
        assert history.runs() == []
    finally:
        postgres.start()
    assert history.thin(datetime.now(UTC)) == ()
    assert history.trouble is None
    with history.only_one("sync"):
        postgres.stop()
        postgres.start()
    assert is_free(history)
    history.close()
