"""Answer a table: parameters -> builder -> rows -> declared columns -> Result."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from swgdata.errors import FeedError, ParameterError
from swgdata.feeds.model import Snapshot
from swgdata.tables.model import (
    NOT_OFFERED,
    Builder,
    Result,
    StoredData,
    Table,
    TableInputs,
    TableRows,
)
from swgdata.tables.parameters import quoted, read_value
from swgdata.tables.registry import builder_of, table_named

_NOT_TOLD: Final = "the feed does not tell"


def conform(frame: pd.DataFrame, schema: Mapping[str, Any]) -> pd.DataFrame:
    """Give exactly the columns of the schema; a column the frame lacks becomes all null.

    Returns:
        A new frame, rows in order, index from 0.
    """
    dtypes = dict(zip(frame.columns, frame.dtypes, strict=True))
    if frame.columns.is_unique and all(dtypes.get(name) == kind for name, kind in schema.items()):
        whole = frame if list(dtypes) == list(schema) else frame[list(schema)]
        return whole.reset_index(drop=True)  # shared with the feed until someone assigns into it
    given = dict(frame.items())
    index = pd.RangeIndex(len(frame))
    columns = {name: _typed(given.get(name), dtype, index) for name, dtype in schema.items()}
    return pd.DataFrame(columns, index=index, copy=False)


def _typed(values: "pd.Series[Any] | None", dtype: Any, index: pd.RangeIndex) -> Any:
    if values is None:
        return pd.Series(None, index=index, dtype=dtype)
    # Most are right already, and a cast that changes nothing costs as much as one that does.
    typed = values if values.dtype == dtype else values.astype(dtype)
    return typed.set_axis(index)  # shared with the feed until someone assigns into it


def notes(table: Table, built: TableRows, frame: pd.DataFrame) -> dict[str, str]:
    """Column -> why it holds nulls, for the columns that do or, as a whole, are unknown."""
    told = dict(built.notes)
    given = frozenset(built.frame.columns)
    for name, values in frame.items():
        if name not in given:
            told.setdefault(str(name), NOT_OFFERED)
        elif name not in told and _has_null(values):
            told[str(name)] = table.nulls.get(str(name), _NOT_TOLD)
    return {name: told[name] for name in table.columns if name in told}


def _has_null(values: "pd.Series[Any]") -> bool:
    is_whole = isinstance(values.dtype, np.dtype) and values.dtype.kind in "biu"
    return not is_whole and bool(values.array.isna().any())


def answer(
    name: str,
    raw: Mapping[str, object],
    *,
    load: Callable[[str], Snapshot],
    provider: str,
    now: datetime,
    stored: StoredData | None = None,
) -> Result:
    """Answer a named table.

    Args:
        name: Name of the table.
        raw: Parameters as given, text or native.
        load: Gives the snapshot of a feed, or raises ``FeedError``.
        provider: Whose feeds to use.
        now: The time that ages count to, with a zone.
        stored: What is stored beside the feeds: answers, versions, the history.

    Raises:
        UnknownTable: There is no such table.
        ParameterError: A parameter is unknown or unfit.
        NotOffered: The provider has no feed for this table.
        FeedError: A feed it cannot do without has nothing to show.
    """
    table = table_named(name)
    parameters = read_parameters(table, raw)
    builder = builder_of(table, provider)
    snapshots = {feed: load(feed) for feed in builder.feeds}
    extra, missing = _extra(builder, load)
    inputs = TableInputs(snapshots | extra, parameters, now, stored or StoredData())
    return _result(table, builder, inputs, provider=provider, missing=missing)


def _result(
    table: Table,
    builder: Builder,
    inputs: TableInputs,
    *,
    provider: str,
    missing: Mapping[str, str],
) -> Result:
    """Build the rows and put their provenance beside them."""
    built = builder.build(inputs)
    frame = conform(built.frame, dict(table.schema) | dict(builder.dtypes))
    main = [inputs.snapshots[feed] for feed in builder.feeds]
    used = tuple(inputs.snapshots.values())
    return Result(
        table=table.name,
        frame=frame,
        parameters=non_default_parameters(table, inputs.parameters),
        source=main[0].source if main else inputs.stored.source,
        provider=provider,
        as_of=built.as_of or min((snapshot.as_of for snapshot in main), default=None),
        stale=any(snapshot.stale for snapshot in used),
        reason=next((snapshot.reason for snapshot in used if snapshot.stale), None),
        notes=notes(table, built, frame),
        refused=sum(snapshot.issues.rejected_count for snapshot in used),
        snapshots=used,
        missing=missing,
    )


def _extra(
    builder: Builder, load: Callable[[str], Snapshot]
) -> tuple[dict[str, Snapshot], dict[str, str]]:
    """The feeds it can do without: those that load, and why the others do not."""
    loaded, missing = {}, {}
    for feed in builder.optional:
        try:
            loaded[feed] = load(feed)
        except FeedError as error:
            missing[feed] = error.reason
    return loaded, missing


def read_parameters(table: Table, raw: Mapping[str, object]) -> dict[str, object]:
    """Check and convert what was asked for.

    Args:
        table: The table it is for.
        raw: Name -> text or native value; None and blank text mean "not given".

    Returns:
        A value for every parameter of the table, the default where none was given.

    Raises:
        ParameterError: An unknown name or an unfit value; one sentence.
    """
    known = {parameter.name: parameter for parameter in table.parameters}
    values = {parameter.name: parameter.default for parameter in table.parameters}
    for given, value in raw.items():
        name = given.replace("-", "_")
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise ParameterError(f"{table.name} has no parameter {quoted(given)}; {takes}.")
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        values[name] = read_value(known[name], value)
    return values


def non_default_parameters(table: Table, values: Mapping[str, object]) -> dict[str, object]:
    """The parameters that differ from their default.

    Args:
        table: Whose parameters.
        values: All of them.
    """
    return {
        parameter.name: values[parameter.name]
        for parameter in table.parameters
        if values[parameter.name] != parameter.default
    }
