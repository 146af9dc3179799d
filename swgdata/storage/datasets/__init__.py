"""Versioned Arrow files of the digest-gated datasets."""

from swgdata.storage.datasets.arrow_file import DatasetVersion
from swgdata.storage.datasets.store import DatasetStore

__all__ = ["DatasetStore", "DatasetVersion"]
