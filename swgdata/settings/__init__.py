"""Deployment settings: ``SWG_*`` from the environment and Streamlit's secrets, read once.

Precedence: explicit argument, environment, secrets file, default. Every problem is reported at
once, each with its key, its value and what was expected; secret values never print.
"""

import os
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from swgdata.errors import SettingsError
from swgdata.settings import problems, secrets_file
from swgdata.settings.addresses import Database, Document, Redis, Site

PREFIX: Final = "SWG_"
# Read by the test suite, not by the app.
FOREIGN: Final = frozenset({"SWG_REQUIRE_SERVICES"})
SECRETS_FILES: Final = secrets_file.places()


def _data_folder() -> Path:
    try:
        return user_data_path("swgdata", appauthor=False)
    except RuntimeError:  # no home folder
        return Path(tempfile.gettempdir(), "swgdata")


def _interval(seconds: float) -> float:
    if seconds and not 60 <= seconds <= 86400:
        raise ValueError("60 to 86400 seconds, or 0 for never")
    return seconds


Seconds = Annotated[float, Field(gt=0, le=365 * 86400)]
Interval = Annotated[float, AfterValidator(_interval)]


class Settings(BaseSettings):
    """The deployer's choices; the defaults suit a laptop and Community Cloud alike.

    Attributes:
        provider: Whose feeds are read.
        source: ``auto`` shows the sample galaxy only when the site cannot be reached and nothing
            was ever stored; ``live`` never shows it, ``sample`` always does.
        base_url: Where the provider lives: https, or loopback for tests. Never a visitor's input.
        data_dir: Folder of everything that lasts; deleting it is safe.
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


def _secrets() -> dict[str, Any]:
    return secrets_file.read(SECRETS_FILES, PREFIX)


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
    wrong = problems.unknown(ours, known)
    try:
        settings = Settings(**explicit)
    except ValidationError as error:
        shown = given | {PREFIX + name.upper(): value for name, value in explicit.items()}
        wrong += problems.refused(error, shown, PREFIX)
    else:
        wrong += _without_documents(settings)
    if wrong:
        raise SettingsError("\n".join(wrong))
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
