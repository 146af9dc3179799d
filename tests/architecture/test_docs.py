"""What is written for whoever hosts the app: complete, and true of the code."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from swgdata.cli import cli
from swgdata.settings import PREFIX, Settings
from tests.architecture import table_docs
from tests.support.services import ROOT

yaml: Final[Any] = pytest.importorskip("yaml")
PAPERS: Final = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md")])
NAMED: Final = re.compile(r"([\w./-]+\.md)\b(?:#([\w-]+))?")
SETTINGS: Final = {PREFIX + name.upper() for name in Settings.model_fields}


def test_every_setting_is_in_the_table() -> None:
    """Each has a row, with its default where that is a plain value; no row is of another."""
    text = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `SWG_")]
    told = {name for row in rows for name in re.findall(r"`(SWG_\w+?)(?:__<FEED>)?`", row)}
    assert told == SETTINGS
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | float):
            row = next(row for row in rows if f"`{PREFIX}{name.upper()}`" in row)
            assert f"{field.default:g}" in re.findall(r"[\d.]+", row.split("|")[2]), row


def test_the_example_of_secrets_is_valid() -> None:
    """With every line taken in, it is TOML of known settings with values they take."""
    text = (ROOT / ".streamlit/secrets.toml.example").read_text(encoding="utf-8")
    given = tomllib.loads(re.sub(r"^# (?=SWG_)", "", text, flags=re.MULTILINE))
    assert {key.split("__")[0] for key in given} <= SETTINGS
    values: dict[str, Any] = {
        key.removeprefix(PREFIX).lower(): value for key, value in given.items()
    }
    values["fresh_for"] = {"cities": values.pop("fresh_for__cities")}
    assert Settings(**values).sync_every == values["sync_every"]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_commands_and_links(paper: Path) -> None:
    """Every command of ours that is named exists, every link leads to a file."""
    text = paper.read_text(encoding="utf-8")
    for words in re.findall(r"python -m swgdata ([a-z]+)", text):
        assert words in cli.commands, words
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (paper.parent / target).exists(), target


def test_code_names_documents_that_are_there() -> None:
    """A document that code refers to is in the repository, and so is the heading after a ``#``."""
    for path in code():
        for name, anchor in NAMED.findall(path.read_text(encoding="utf-8")):
            assert (ROOT / name).is_file(), f"{path}: {name}"
            assert not anchor or anchor in anchors(ROOT / name), f"{path}: {name}#{anchor}"


def code() -> Iterator[Path]:
    """Every module of the repository."""
    yield from ROOT.glob("*.py")
    for folder in ("swgdata", "pages", "tests", "benchmarks"):
        yield from (ROOT / folder).rglob("*.py")


def anchors(document: Path) -> set[str]:
    """What the headings of a document are linked by."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_the_page_of_tables_is_current() -> None:
    """``docs/tables.md`` says what the declarations say."""
    written = table_docs.PAGE.read_text(encoding="utf-8")
    assert written == table_docs.text(), f"docs/tables.md is old: run `{table_docs.COMMAND}`"


def services() -> Mapping[str, Any]:
    """Those of the compose file, its anchors resolved."""
    document = yaml.safe_load((ROOT / "docs/compose.yaml").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = document["services"]
    return found


def test_the_compose_file_is_of_one_piece() -> None:
    """Two apps and one that synchronises share what there is; every volume is declared."""
    document = yaml.safe_load((ROOT / "docs/compose.yaml").read_text(encoding="utf-8"))
    ours = {name: one for name, one in services().items() if "build" in one}
    assert set(ours) == {"app1", "app2", "sync"}
    assert set(services()) == {*ours, "redis", "postgres"}
    for one in ours.values():
        assert set(one["environment"]) <= SETTINGS
        assert set(one["depends_on"]) == {"redis", "postgres"}
        assert (ROOT / "docs" / one["build"]["context"] / one["build"]["dockerfile"]).is_file()
        assert one["environment"] == ours["sync"]["environment"]
    named = {use.split(":")[0] for one in services().values() for use in one.get("volumes", ())}
    assert named == set(document["volumes"])
    assert ours["sync"]["command"][:4] == ["python", "-m", "swgdata", "sync"]


def test_its_settings_are_ones_the_app_takes() -> None:
    """With a password in place they are read without complaint."""
    given = services()["sync"]["environment"]
    values: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): re.sub(r"\$\{[^}]*\}", "secret", str(value))
        for name, value in given.items()
    }
    settings = Settings(**values)
    assert settings.sync_every == 0
    assert settings.database_url.endswith("@postgres/swgdata")


def pins() -> Iterator[str]:
    """The requirements of the extra for several instances."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    yield from document["project"]["optional-dependencies"]["multi"]


def test_the_image_has_what_instances_need() -> None:
    """The pins of the extra are those of the project, and what is copied is there."""
    text = (ROOT / "docs/Dockerfile").read_text(encoding="utf-8")
    assert all(f'"{pin}"' in text for pin in pins())
    for line in re.findall(r"^COPY (.+)$", text, flags=re.MULTILINE):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
