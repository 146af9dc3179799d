"""The named tables: one name, one question, the same rows for every page, file and address."""

from swgdata.tables.evaluate import answer, non_default_parameters
from swgdata.tables.model import Memory, Result, Snapshot, State, StoredData, Table, Version
from swgdata.tables.parameters import Parameter, read_parameters
from swgdata.tables.registry import TABLES, needs

__all__ = [
    "TABLES",
    "Memory",
    "Parameter",
    "Result",
    "Snapshot",
    "State",
    "StoredData",
    "Table",
    "Version",
    "answer",
    "needs",
    "non_default_parameters",
    "read_parameters",
]
