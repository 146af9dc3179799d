"""Name the files of downloads."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

LONGEST: Final = 80


def file_name(
    server: str, page: str, panel: str, extension: str, at: datetime, *, sample: bool = False
) -> str:
    """Name a download ``swg_<server>_<page>_<panel>_<UTC stamp>.<extension>``.

    Each part is brought to ``[a-z0-9-]``, so the five fields can be told apart by ``_``, the only
    dot is the extension's, and no part can be a path, a hidden file or a device: the name always
    begins with ``swg_``. The longest parts are cut until it all fits in 80 characters.

    Args:
        server: Galaxy or server; with ``sample`` it reads ``sample-<server>``.
        page: The page's name.
        panel: The panel's or table's name.
        extension: With or without its dot.
        at: When the data was written out; must be aware of its zone.
        sample: True when the rows are of the sample galaxy.

    Raises:
        ValueError: ``at`` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("the time in a file name must be aware of its zone")
    parts = [_slug(f"sample-{server}" if sample else server), _slug(page), _slug(panel)]
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    tail = f"_{stamp}.{_slug(extension)[:8]}"
    while len("_".join(["swg", *parts])) + len(tail) > LONGEST:
        longest = max(range(len(parts)), key=lambda index: len(parts[index]))
        parts[longest] = parts[longest][:-1].rstrip("-")
    return "_".join(["swg", *parts]) + tail


def _slug(text: str) -> str:
    """Letters without their accents, digits and single hyphens; ``unnamed`` if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text[:200].lower()).strip("-") or "unnamed"
