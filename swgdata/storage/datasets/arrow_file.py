"""One table, one checked Arrow file, with its label."""

import errno
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa

from swgdata.feeds.model import ImportIssues

FORMAT: Final = 1  # raised when older files can no longer be read


class FileLabel(msgspec.Struct, frozen=True, kw_only=True, rename={"issues": "noticed"}):
    """What a file says of itself, in its schema's metadata.

    Attributes:
        name: Name of the export.
        table: Name of the table in this file.
        tables: Names of all tables of the version this file is part of.
        sha256: Digest of the uncompressed document.
        as_of: When the source made it.
        received_at: When we had it.
        rows: Records it held, those set aside included.
        issues: What was noticed while it was read.
        format: ``FORMAT`` when it was written.
        checksum: CRC-32 of all this, the schema and every value.
    """

    name: str
    table: str
    tables: tuple[str, ...]
    sha256: str
    as_of: datetime
    received_at: datetime
    rows: int
    issues: ImportIssues
    format: int = FORMAT
    checksum: int = 0


try:
    from isal.isal_zlib import crc32
except ImportError:  # optional: several times faster
    from zlib import crc32

_KEY: Final = b"swgdata"
_BROKEN: Final = (pa.ArrowException, OSError, ValueError, LookupError, TypeError)

# Gone, not ours to open, or too much open already: no fault of the file.
_PASSING: Final = frozenset(
    getattr(errno, name) for name in ("ENOENT", "EACCES", "EPERM", "EMFILE", "ENFILE", "ENOMEM")
)


class Damaged(Exception):
    """A file is not what was once written.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path


def write(path: Path, table: pa.Table, label: FileLabel) -> None:
    """Write a new file that only its owner may read, and wait until it is on the disk.

    Raises:
        OSError: It could not be written; what was written of it is gone again.
    """
    whole = pa.table([_whole(column) for column in table.columns], names=table.column_names)
    label = msgspec.structs.replace(label, checksum=_checksum(whole, label))
    schema = whole.schema.with_metadata({_KEY: msgspec.json.encode(label)})
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            with pa.ipc.new_file(file, schema) as writer:
                writer.write_table(whole)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def read_label(path: Path) -> FileLabel:
    """Read what a file says of itself, without its values.

    Raises:
        Damaged: It cannot be read.
        OSError: It is gone, or this process cannot open it now.
    """
    return _open(path)[1]


def read(path: Path, *, check: bool = True) -> pa.Table:
    """Map a file into memory; with ``check`` every byte is compared with the checksum.

    Raises:
        Damaged: It cannot be read, or is not what was written.
        OSError: It is gone, or this process cannot open it now.
    """
    reader, label = _open(path)
    try:
        table = reader.read_all()
        table.validate()
        if check and _checksum(table, label) != label.checksum:
            raise Damaged(path, "the checksum differs")
    except _BROKEN as error:
        raise Damaged(path, str(error)) from error
    return table


def _open(path: Path) -> tuple[pa.RecordBatchFileReader, FileLabel]:
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
        return reader, msgspec.json.decode(reader.schema.metadata[_KEY], type=FileLabel)
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in _PASSING:
            raise
        raise Damaged(path, str(error)) from error


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """The values in one piece of memory that begins with the first of them."""
    if column.num_chunks == 1 and column.chunk(0).offset == 0:
        return column.chunk(0)
    return pa.concat_arrays([*column.unify_dictionaries().chunks, pa.array([], column.type)])


def _checksum(table: pa.Table, label: FileLabel) -> int:
    """CRC-32 of the label (but for the checksum itself), the schema and every value."""
    columns = [(field.name, str(field.type), field.nullable) for field in table.schema]
    checksum = crc32(msgspec.json.encode((msgspec.structs.replace(label, checksum=0), columns)))
    for column in table.columns:
        for array in column.chunks:
            checksum = _added(array, checksum)
    return checksum


def _added(array: pa.Array, checksum: int) -> int:
    """Continue a checksum over the bytes that hold values; padding differs from copy to copy."""
    if pa.types.is_dictionary(array.type):
        return _added(array.dictionary, _added(array.indices, checksum))
    gaps, *values = array.buffers()
    checksum = crc32(b"%d %d" % (len(array), array.null_count), checksum)
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        kind = np.int32 if pa.types.is_string(array.type) else np.int64
        ends = np.frombuffer(values[0], kind, len(array) + 1) if len(array) else np.zeros(1, kind)
        sizes = [ends.nbytes, int(ends[-1])]
    else:
        sizes = [(len(array) * array.type.bit_width + 7) // 8]
    gap_size = (len(array) + 7) // 8 if array.null_count else 0
    for buffer, size in zip([gaps, *values], [gap_size, *sizes], strict=True):
        if size:
            checksum = crc32(_first(buffer, size), checksum)
    return checksum


def _first(buffer: pa.Buffer | None, size: int) -> pa.Buffer:
    if buffer is None or not 0 < size <= buffer.size:
        raise ValueError("values are missing")
    return buffer.slice(0, size)
