"""What reading an export gives: Arrow tables, and what was noticed on the way."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from swgdata.feeds import Feed, Refusal

if TYPE_CHECKING:
    import pyarrow as pa

KEPT: Final = 100  # remarks that are kept; the rest is only counted
OnRows = Callable[[int], None]  # told how many records were read so far


@dataclass(slots=True)
class Remarks:
    """The first remarks word for word, and how many there were.

    Attributes:
        count: All of them.
        kept: The first ``KEPT``, in feed order.
    """

    count: int = 0
    kept: list[Refusal] = field(default_factory=list)

    def add(self, remark: Refusal) -> None:
        """Count one more."""
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(remark)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of one export.

    Attributes:
        tables: Table name -> Arrow table; the main table comes first.
        records: Records the document held, those set aside included.
        refused: The first records that were set aside.
        refused_count: How many were set aside.
        flagged: The first values that could not be used, of records that are shown.
        flagged_count: How many such values there are.
    """

    tables: Mapping[str, "pa.Table"]
    records: int
    refused: tuple[Refusal, ...] = ()
    refused_count: int = 0
    flagged: tuple[Refusal, ...] = ()
    flagged_count: int = 0


class Reader(Protocol):
    """Reads the uncompressed bytes of an export, cut anywhere."""

    def __call__(
        self, blocks: Iterable[bytes], *, count: int | None = None, on_rows: OnRows | None = None
    ) -> Reading:
        """Read to the end.

        Args:
            blocks: The document, cut anywhere.
            count: Records the manifest announced: a hint for memory, not trusted.
            on_rows: Progress.

        Raises:
            FeedMalformed: The document is not this export.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Export(Feed):
    """A feed that comes as a file named in the manifest.

    Attributes:
        read: Bytes in blocks -> Arrow tables, for the dataset store.
        limit: Most uncompressed bytes the file may have.
    """

    read: Reader = field(kw_only=True)
    limit: int = field(kw_only=True)
