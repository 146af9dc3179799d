"""The usual way as a page: the whole export into a typed frame first, then its first rows.

The address of the export is in ``EXPORT_URL``; started by ``start.py``.
"""

import os
from pathlib import Path

import streamlit as st

from benchmarks.ingest_ways import usual

st.set_page_config(page_title="Usual", layout="wide")
st.title("Usual")
st.dataframe(usual(Path(), os.environ["EXPORT_URL"]).head(500), hide_index=True)
