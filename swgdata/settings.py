"""Settings from ``SWG_*`` variables and secrets: one frozen object, every problem at once.

Precedence: explicit argument, environment, secrets file, default. Every problem is reported at
once, each with its key, its value and what was expected; secret values never print.
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from swgdata.errors import SettingsError

PREFIX: Final = "SWG_"
FOREIGN: Final = frozenset({"SWG_REQUIRE_SERVICES"})  # read by the test suite, not by the app


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _site(url: str) -> str:
    parts = urlsplit(url)
    local = _is_loopback(parts.hostname or "")
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username:
        raise ValueError("an https address such as https://swgtracker.com")
    if parts.scheme == "http" and not local:
        raise ValueError("https, or http on this machine only (127.0.0.1, localhost)")
    if parts.query or parts.fragment:
        raise ValueError("an address without ? or #")
    return url.rstrip("/")


def _document(place: str) -> str:
    if "://" not in place:
        return place
    return _site(place) if not urlsplit(place).query else _site(place.split("?", 1)[0]) and place


def _starts_with(*schemes: str, expected: str) -> AfterValidator:
    def check(url: str) -> str:
        if url and not url.startswith(schemes):
            raise ValueError(expected)
        return url

    return AfterValidator(check)


def _interval(seconds: float) -> float:
    if seconds and not 60 <= seconds <= 86400:
        raise ValueError("60 to 86400 seconds, or 0 for never")
    return seconds


# A base URL: https, or http on this machine; without a trailing slash.
Site = Annotated[str, AfterValidator(_site)]
# A document of ``plain``: such an address, with a query if need be, or the path of a file.
Document = Annotated[str, AfterValidator(_document)]
# A server or database, or empty.
Redis = Annotated[
    str,
    _starts_with(
        "redis://", "rediss://", "unix://", expected="an address such as redis://127.0.0.1:6379/0"
    ),
]
Database = Annotated[
    str,
    _starts_with(
        "sqlite:///",
        "postgresql+psycopg://",
        expected="sqlite:///FILE or postgresql+psycopg://HOST/NAME",
    ),
]
Seconds = Annotated[float, Field(gt=0, le=365 * 86400)]
Interval = Annotated[float, AfterValidator(_interval)]


def _unknown_keys(given: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    """A line for each key that is no setting; ``KEY__INNER`` sits in ``KEY``."""
    problems = []
    for key in sorted(given):
        if key.upper().split("__", 1)[0] in known:
            continue
        close = get_close_matches(key.upper(), known, n=1)
        hint = f"did you mean {close[0]}?" if close else "expected one of " + ", ".join(known)
        problems.append(f"{key}: no such setting; {hint}")
    return problems


def _bad_values(error: ValidationError, given: Mapping[str, Any]) -> list[str]:
    """A line for each value that cannot be used."""
    problems = []
    for item in error.errors(include_url=False):
        key = PREFIX + "__".join(map(str, item["loc"])).upper()
        expected = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        value = next((str(text) for name, text in given.items() if name.upper() == key), "")
        masked = re.sub(r"//[^/@]*@", "//***@", value)  # an address may carry a password
        problems.append(f"{key} is {masked!r}; expected {expected}")
    return problems


def _secrets_files() -> tuple[Path, ...]:
    """Where Streamlit looks for it, the nearest last."""
    file = Path(".streamlit/secrets.toml")
    try:
        return Path.home() / file, file
    except RuntimeError:  # an account of a container may have no home folder
        return (file,)


SECRETS_FILES: Final = _secrets_files()


def _secrets() -> dict[str, Any]:
    """Our keys at the root of the secrets files, in any case; a later file wins.

    Raises:
        SettingsError: A file is there, and cannot be read as TOML.
    """
    result: dict[str, Any] = {}
    for path in SECRETS_FILES:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            if isinstance(error, PermissionError) and not os.access(path.parent, os.X_OK):
                continue  # somebody else's home
            why = error.strerror if isinstance(error, OSError) else error
            name = f"{path.parent.name}/{path.name}"  # visitors may read this
            raise SettingsError(f"{name}: cannot be read as TOML ({why})") from error
        result |= {key: value for key, value in document.items() if key.upper().startswith(PREFIX)}
    return result


def _data_folder() -> Path:
    try:
        return user_data_path("swgdata", appauthor=False)
    except RuntimeError:  # no home folder
        return Path(tempfile.gettempdir(), "swgdata")


class Settings(BaseSettings):
    """The deployer's choices; the defaults suit a laptop and Community Cloud alike.

    Attributes:
        provider: Whose feeds are read.
        source: ``auto`` shows the sample galaxy only when the site cannot be reached and nothing
            was ever stored; ``live`` never shows it, ``sample`` always does.
        base_url: Where the provider lives: https, or loopback for tests. Never a visitor's input.
        data_dir: Folder of everything that lasts; the history in it cannot be fetched again.
        fresh_for: Feed name -> seconds; overrides that feed's own lifetime.
        cache_url: A Redis to share HTTP answers through; empty for a local file.
        database_url: Where the history is kept; empty for a local SQLite file.
        requests_per_minute: Budget for requests to one host.
        deadline: Seconds one API answer may take, from connecting to its last byte.
        workers: Feeds fetched side by side in one sync.
        sync_every: Seconds between two synchronisations by the app itself; 0 for none.
        plain_materials: URL or path of the ``plain`` provider's materials document.
        plain_guilds_cities: The same for its guilds and cities document.
        plain_population: The same for its population document.
        sample_rows: Resources in the sample galaxy.
        sample_seed: Seed of the sample galaxy.
        sample_days: Days of its past that are remembered on the first run.
        server_name: What the game server is called on pages and in file names.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    provider: Literal["swgtracker", "plain"] = "swgtracker"
    source: Literal["auto", "live", "sample"] = "auto"
    base_url: Site = "https://swgtracker.com"
    data_dir: Path = Field(default_factory=_data_folder)
    fresh_for: Mapping[str, Seconds] = Field(default_factory=dict)
    cache_url: Redis = ""
    database_url: Database = ""
    requests_per_minute: Annotated[int, Field(ge=1, le=600)] = 30
    deadline: Annotated[float, Field(gt=0, le=120)] = 14.0
    workers: Annotated[int, Field(ge=1, le=16)] = 4
    sync_every: Interval = 600.0
    plain_materials: Document = ""
    plain_guilds_cities: Document = ""
    plain_population: Document = ""
    sample_rows: Annotated[int, Field(ge=1, le=2_000_000)] = 4000
    sample_seed: Annotated[int, Field(ge=0)] = 1
    sample_days: Annotated[int, Field(ge=0, le=400)] = 90
    server_name: Annotated[str, Field(min_length=1, max_length=40)] = "restoration"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Explicit arguments, then the environment, then the secrets files."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _nested(_secrets()))

    def lifetime(self, feed: str, default: timedelta) -> timedelta:
        """How long an answer of ``feed`` stays fresh here."""
        seconds = self.fresh_for.get(feed)
        return default if seconds is None else timedelta(seconds=seconds)


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """Keys of a secrets file as field names: ``SWG_FRESH_FOR__CITIES`` sits in ``fresh_for``."""
    values: dict[str, Any] = {}
    for key, value in given.items():
        name, _, inner = key.upper().removeprefix(PREFIX).lower().partition("__")
        if name in Settings.model_fields:
            values[name] = {**values.get(name, {}), inner: value} if inner else value
    return values


def read(**explicit: Any) -> Settings:
    """Read the settings.

    Args:
        **explicit: Values that win over environment and secrets, by field name.

    Raises:
        SettingsError: One line per problem: key, value, expectation.
    """
    given = _secrets() | {k: v for k, v in os.environ.items() if k.upper().startswith(PREFIX)}
    known = sorted(PREFIX + name.upper() for name in Settings.model_fields)
    ours = {key: value for key, value in given.items() if key not in FOREIGN}
    problems = _unknown_keys(ours, known)
    try:
        settings = Settings(**explicit)
    except ValidationError as error:
        shown = given | {PREFIX + name.upper(): value for name, value in explicit.items()}
        problems += _bad_values(error, shown)
    else:
        problems += _without_documents(settings)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _without_documents(settings: Settings) -> list[str]:
    names = [name for name in Settings.model_fields if name.startswith("plain_")]
    if settings.provider != "plain" or any(getattr(settings, name) for name in names):
        return []
    wanted = ", ".join(PREFIX + name.upper() for name in names)
    return [f"{PREFIX}PROVIDER is 'plain'; expected at least one of {wanted} beside it"]


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return read()
