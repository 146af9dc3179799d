"""Write Parquet."""

from collections.abc import Mapping
from io import BytesIO

import pandas as pd
import pyarrow.parquet as pq

from swgdata.export.arrow_table import as_json, table

META_KEY = b"swgdata"


def write(frame: pd.DataFrame, meta: Mapping[str, object]) -> bytes:
    """Write ``frame`` as Parquet; ``pd.read_parquet`` gives back its dtypes too.

    Times in seconds are stored in milliseconds, the coarsest unit Parquet has.
    """
    arrow = table(frame)
    known = {**(arrow.schema.metadata or {}), META_KEY: as_json(meta).encode()}
    buffer = BytesIO()
    pq.write_table(arrow.replace_schema_metadata(known), buffer, compression="zstd")
    return buffer.getvalue()
