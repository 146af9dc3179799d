"""The floor of ``pages.py``: a title and a field, with all imported that the app imports.

With ``like=slider:3,markdown:7`` in the address, so many elements with nothing in them as well:
what Streamlit itself needs for a page of that size. A table is of 300 rows of 27 numbers.
"""

from collections.abc import Callable
from typing import Final

import altair as alt  # noqa: F401 - its weight belongs to the floor
import pyarrow as pa
import streamlit as st

import swgdata.ui.charts
import swgdata.ui.components.panel  # noqa: F401


@st.cache_resource
def numbers() -> pa.Table:
    """The table, made once."""
    return pa.table({f"column {place}": range(300) for place in range(27)})


ELEMENTS: Final[dict[str, Callable[[str], object]]] = {
    "add_block": lambda key: st.container(key=key),
    "alert": st.info,
    "button": lambda key: st.button(key, key=key),
    "button_group": lambda key: st.segmented_control(
        key, ("a", "b"), default="a", required=True, key=key, bind="query-params"
    ),
    "checkbox": lambda key: st.toggle(key, key=key, bind="query-params"),
    "dataframe": lambda key: st.dataframe(numbers(), key=key, on_select="rerun"),
    "download_button": lambda key: st.download_button(key, bytes, file_name=key, key=key),
    "heading": lambda key: st.subheader(key, anchor=key),
    "markdown": st.caption,
    "metric": lambda key: st.metric(key, "1", border=True),
    "multiselect": lambda key: st.multiselect(key, ("a", "b"), key=key, bind="query-params"),
    "selectbox": lambda key: st.selectbox(key, ("a", "b"), key=key, bind="query-params"),
    "slider": lambda key: st.slider(key, 0, 10, key=key, bind="query-params"),
    "vega_lite_chart": lambda key: st.vega_lite_chart(spec={"mark": "point", "name": key}),
    "text_input": lambda key: st.text_input(key, key=key, bind="query-params"),
}

st.set_page_config(page_title="Empty", layout="wide")
st.title("Empty")
st.text_input("Name", key="name")

for part in st.query_params.get("like", "").split(","):
    kind, _, number = part.partition(":")
    for place in range(int(number or 0)):
        ELEMENTS.get(kind, str)(f"{kind}_{place}")
