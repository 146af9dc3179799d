"""The named tables: one name, one question, the same rows for every page, file and address."""

from swgdata.tables.evaluate import answer, non_default_parameters, read_parameters
from swgdata.tables.model import Result, StoredData, Table
from swgdata.tables.parameters import Parameter
from swgdata.tables.registry import TABLES, needs

__all__ = [
    "TABLES",
    "Parameter",
    "Result",
    "StoredData",
    "Table",
    "answer",
    "needs",
    "non_default_parameters",
    "read_parameters",
]
