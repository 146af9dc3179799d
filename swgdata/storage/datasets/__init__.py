"""Versioned Arrow files of the digest-gated datasets."""

from swgdata.storage.datasets.store import DatasetStore, DatasetVersion

__all__ = ["DatasetStore", "DatasetVersion"]
