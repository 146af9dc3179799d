"""Settings: precedence, and every problem named at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from swgdata.errors import SettingsError
from swgdata.settings import read


def test_needs_nothing_to_start() -> None:
    """Without any file or variable the defaults stand."""
    settings = read()
    assert (settings.provider, settings.source) == ("swgtracker", "auto")
    assert settings.base_url == "https://swgtracker.com"


def test_precedence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Explicit beats environment beats secrets beats default."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('SWG_WORKERS = 2\nSWG_SERVER_NAME = "file"\n[SWG_FRESH_FOR]\ngcw = 60\n')
    monkeypatch.setattr("swgdata.settings.SECRETS_FILES", (secrets,))
    assert read().workers == 2
    assert read().lifetime("gcw", timedelta(hours=1)) == timedelta(seconds=60)
    monkeypatch.setenv("SWG_WORKERS", "3")
    assert read().workers == 3
    assert read(workers=5).workers == 5
    assert read().server_name == "file"


def test_lifetime_of_one_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """``SWG_FRESH_FOR__CITIES`` changes that feed and no other."""
    monkeypatch.setenv("SWG_FRESH_FOR__CITIES", "1800")
    day = timedelta(days=1)
    assert read().lifetime("cities", day) == timedelta(seconds=1800)
    assert read().lifetime("guilds", day) == day


def test_every_problem_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error names each key with its value and what was expected."""
    bad = {
        "SWG_WORKERS": "abc",
        "SWG_FRESH_FOR__CITIES": "-5",
        "SWG_SORCE": "live",
        "SWG_PROVIDER": "holonet",
        "SWG_BASE_URL": "http://elsewhere.example",
    }
    for key, value in bad.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError) as caught:
        read()
    lines = str(caught.value).splitlines()
    assert len(lines) == len(bad)
    for key, value in bad.items():
        line = next(line for line in lines if line.startswith(key))
        assert value in line or "did you mean SWG_SOURCE" in line
        assert "expected" in line or "did you mean" in line


@pytest.mark.parametrize(
    "url",
    [
        "ftp://swgtracker.com",
        "swgtracker.com",
        "http://10.0.0.8",
        "https://user:word@swgtracker.com",
        "https://swgtracker.com/?a=1",
    ],
)
def test_base_url_is_https_or_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Anything else is refused."""
    monkeypatch.setenv("SWG_BASE_URL", url)
    with pytest.raises(SettingsError, match="SWG_BASE_URL"):
        read()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8600/", "http://localhost:1", "http://[::1]:9"])
def test_loopback_may_be_plain_http(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A local server may stand in for the site."""
    monkeypatch.setenv("SWG_BASE_URL", url)
    assert read().base_url == url.rstrip("/")


def test_passwords_in_addresses_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong database address is named without its password."""
    monkeypatch.setenv("SWG_DATABASE_URL", "mysql://me:hunter2@host/name")
    with pytest.raises(SettingsError) as caught:
        read()
    assert "hunter2" not in str(caught.value)


def test_broken_secrets_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is not TOML is a sentence, not a traceback."""
    broken = tmp_path / "secrets.toml"
    broken.write_text("SWG_WORKERS = = 2")
    monkeypatch.setattr("swgdata.settings.SECRETS_FILES", (broken,))
    with pytest.raises(SettingsError, match=r"secrets\.toml"):
        read()


def test_plain_needs_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider without anything to read is named with the settings that are missing."""
    monkeypatch.setenv("SWG_PROVIDER", "plain")
    with pytest.raises(SettingsError, match="SWG_PLAIN_MATERIALS"):
        read()
