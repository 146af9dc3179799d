"""Commands with their options, settings, names of the package, tables with their columns."""

import dataclasses
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
from pydantic_core import PydanticUndefined

import swgdata
from swgdata.cli import cli
from tests.architecture.invoke import invoke

_SAID: Final = ("type", "enum", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength")


def files() -> Iterator[tuple[str, list[str]]]:
    """Name of a file -> its lines."""
    yield "help", list(_help())
    yield "table_options", list(_options())
    yield "tables", invoke("tables", "--json").stdout.splitlines()
    yield "tables_in_words", invoke("tables").stdout.splitlines()
    yield "parameters", list(_parameters())
    yield (
        "columns",
        [
            f"{table.name}.{name}: {dtype}"
            for table in swgdata.TABLES.values()
            for name, dtype in table.schema.items()
        ],
    )
    yield "settings", list(_settings())
    yield "names", list(_names())


def _help() -> Iterator[str]:
    """The help of every command but those of ``export``, which are many and alike."""
    for words, command in _commands(cli, ()):
        if words[:1] == ("export",) and len(words) > 1 and words[1] != "resources":
            continue
        called = " ".join(("swgdata", *words, "--help"))
        yield f"$ {called}"
        yield from invoke(*words, "--help").stdout.splitlines()
        yield f"{command.name}: {'group' if isinstance(command, click.Group) else 'command'}"
        yield ""


def _commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, (*words, name))


def _options() -> Iterator[str]:
    """Every option of every table's export."""
    for words, command in _commands(cli, ()):
        if words[:1] != ("export",) or len(words) == 1:
            continue
        yield f"{' '.join(words)}: {command.help}"
        for option in command.get_params(click.Context(command)):
            described = option.to_info_dict()
            kind, default = described["type"], described["default"]
            told = {**kind, "default": default, "help": described.get("help")}
            fields = " ".join(
                f"{key}={_plain(value)}"
                for key, value in sorted(told.items())
                if key in ("choices", "default", "help", "param_type", "dir_okay")
            )
            yield f"{' '.join(words)} {'/'.join(option.opts)}: {fields}"


def _parameters() -> Iterator[str]:
    """What the tables take, with the bounds that ``tables --json`` leaves out."""
    for table in swgdata.TABLES.values():
        for one in table.parameters:
            described = dataclasses.asdict(one)
            fields = " ".join(f"{key}={_plain(described[key])}" for key in sorted(described))
            yield f"{table.name}: {fields}"


def _settings() -> Iterator[str]:
    kind = swgdata.Settings
    described = kind.model_json_schema()["properties"]
    for name, field in kind.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = f".../{default.name}" if isinstance(default, Path) else default
        told = {key: described[name][key] for key in _SAID if key in described[name]}
        of = described[name].get("additionalProperties")
        fields = " ".join(f"{key}={_plain(value)}" for key, value in told.items())
        yield (
            f"{kind.model_config['env_prefix']}{name.upper()}: {fields}"
            f"{f' of={_plain(of)}' if of else ''} "
            f"default={'required' if shown is PydanticUndefined else _plain(shown)}"
        )


def _names() -> Iterator[str]:
    """``__all__``, with the arguments of functions and the members of classes."""
    for name in sorted(swgdata.__all__):
        found = getattr(swgdata, name)
        yield f"{name}: {'class' if inspect.isclass(found) else type(found).__name__}"
        if inspect.isfunction(found):
            yield from (f"{name}({line})" for line in _arguments(found))
        elif inspect.isclass(found):
            yield from (f"{name}.{member}" for member in _members(found))
    yield f"__version__: {swgdata.__version__}"


def _arguments(function: Any) -> Iterator[str]:
    for one in inspect.signature(function).parameters.values():
        default = "" if one.default is one.empty else f"={one.default!r}"
        yield f"{one.kind.description}: {one.name}{default}"


def _members(kind: type) -> list[str]:
    own = {
        name
        for name, value in vars(kind).items()
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }
    return sorted(own | {name for name in inspect.get_annotations(kind) if name[0] != "_"})


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)
