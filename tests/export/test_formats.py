"""What each format is like inside, for whoever opens it with other tools."""

import json
import tempfile
from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from swgdata.errors import SwgError
from swgdata.export import FORMATS
from tests.support.every_dtype import META, galaxy
from tests.support.export_readers import refuse


def test_csv_reads_as_anyone_would() -> None:
    """Header, raw numbers, nothing for missing, ISO times, lists with bars, LF, no BOM."""
    body = FORMATS["csv"].write(galaxy().iloc[[0, 1]], META).decode()
    header, first, second, end = body.split("\n")
    assert header.startswith("name,planet,stat,number,level,")
    assert first == (
        '"Theed","Naboo",0,2147483647,1,1,1,9007199254740993,0.1,0.3333333333333333,0.1,true,true,'
        '2026-01-01T10:00:00Z,"1.0|2.5","Naboo|=1",,,,'
    )
    assert second == ",,1000,-2147483648,,,,,,,,false,,,,,,,,"
    assert end == ""


def test_csv_keeps_a_lone_missing_value() -> None:
    """One column's missing value is not an empty line, which readers would skip."""
    body = FORMATS["csv"].write(pd.DataFrame({"n": pd.array([1, None, 2], "Int64")}), META)
    assert body == b'n\n1\n""\n2\n'
    assert len(pd.read_csv(BytesIO(body))) == 3


def test_csv_headers_are_neutralised() -> None:
    """A header runs as readily as a cell."""
    frame = pd.DataFrame({"=1+1": [1], 'a,"b"': [2], "plain": [3]})
    body = FORMATS["csv"].write(frame, META).decode()
    assert body.split("\n")[0] == '"\'=1+1","a,""b""",plain'


def test_json_is_meta_and_data() -> None:
    """The meta in the words of JSON; whole numbers whole; lists lists."""
    document = json.loads(FORMATS["json"].write(galaxy(), META), parse_constant=refuse)
    assert list(document) == ["meta", "data"]
    assert document["meta"]["as_of"] == "2026-01-02T03:04:05Z"
    assert document["meta"]["parameters"] == {
        "planet": "Naboo <&>",
        "share": None,
        "names": ["a", None],
    }
    assert document["data"][0]["spark"] == [1.0, 2.5]
    assert document["data"][3]["spark"] == [None, -1.0]
    assert type(document["data"][0]["level"]) is int
    assert type(document["data"][3]["share"]) is float


def test_parquet_gives_back_dtypes_and_meta() -> None:
    """The dtypes are the same; times are finer, for Parquet knows no seconds."""
    body = FORMATS["parquet"].write(galaxy(), META)
    frame, back = galaxy(), pd.read_parquet(BytesIO(body))
    times = ["seen", "no_time"]
    expected = frame.astype(dict.fromkeys(times, "datetime64[ms, UTC]")).dtypes
    assert back.dtypes.to_dict() == expected.to_dict()
    meta = json.loads(pq.read_schema(BytesIO(body)).metadata[b"swgdata"])
    assert (meta["table"], meta["source"], meta["stale"]) == ("cities", "sample", False)


def test_xlsx_tells_what_it_is_about() -> None:
    """The second sheet carries the meta; dates are dates, flags flags."""
    book = openpyxl.load_workbook(BytesIO(FORMATS["xlsx"].write(galaxy(), META)))
    assert book.sheetnames == ["data", "about"]
    about = dict(book["about"].iter_rows(values_only=True))
    assert (about["source"], about["stale"], about["rows"]) == ("sample", "false", "4")
    sheet = book["data"]
    places = {cell.value: cell.column_letter for cell in sheet[1]}
    seen = sheet[f"{places['seen']}2"]
    assert (seen.value, seen.number_format) == (datetime(2026, 1, 1, 10), "yyyy-mm-dd hh:mm:ss")  # noqa: DTZ001
    assert sheet[f"{places['in_spawn']}2"].value is True
    assert sheet[f"{places['credits']}2"].value == str(2**53 + 1)


def test_xlsx_refuses_more_rows_than_it_should_hold() -> None:
    """The sentence names both numbers."""
    with pytest.raises(SwgError, match=r"50,000 rows here and this table has 50,001"):
        FORMATS["xlsx"].write(pd.DataFrame({"a": np.zeros(50_001)}), META)


def test_xlsx_says_so_when_the_disk_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary folder is a sentence, not a traceback."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(SwgError, match="temporary files"):
        FORMATS["xlsx"].write(galaxy(), META)


@pytest.mark.parametrize("end", ["", "x"])
def test_xlsx_cuts_an_endless_text_without_opening_it(end: str) -> None:
    """A text beyond a cell's limit is cut, also where the cut makes it look like finished XML."""
    evil = "<r><f>1+1</f>" + "y" * (32_767 - 17) + "</r>" + end
    body = FORMATS["xlsx"].write(pd.DataFrame({"a": pd.Series([evil], dtype="str")}), META)
    assert openpyxl.load_workbook(BytesIO(body))["data"]["A2"].value == evil[:32_767]


def test_xml_carries_meta_and_a_missing_column() -> None:
    """Attributes tell where it is from; pandas finds every column, the empty ones too."""
    body = FORMATS["xml"].write(galaxy(), META)
    root = ET.fromstring(body)  # noqa: S314 - our own bytes
    assert (root.tag, root.get("name"), root.get("source")) == ("table", "cities", "sample")
    assert (root.get("stale"), root.get("as_of")) == ("false", "2026-01-02T03:04:05Z")
    assert json.loads(root.get("parameters", ""))["planet"] == "Naboo <&>"
    frame = pd.read_xml(BytesIO(body), parser="etree")
    assert list(frame.columns) == list(galaxy().columns)


def test_xml_names_what_is_no_name() -> None:
    """A column that XML cannot name stands in an attribute."""
    body = FORMATS["xml"].write(pd.DataFrame({'2 "<x>"': [1]}), {"odd key": None, "a b": 1})
    root = ET.fromstring(body)  # noqa: S314 - our own bytes
    assert [(cell.tag, cell.get("name")) for cell in root[0]] == [("_2___x__", '2 "<x>"')]
    assert root.get("a_b") == "1"
