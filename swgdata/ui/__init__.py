"""What visitors see. With ``pages`` and ``app.py`` the only place that imports Streamlit."""

import streamlit as st


def hide_errors() -> None:
    """Keep messages and traces of unforeseen errors out of browsers, whatever the host says.

    Community Cloud forces ``stacktrace`` from outside; only this wins over it.
    """
    if st.get_option("client.showErrorDetails") != "none":
        st.set_option("client.showErrorDetails", "none")


hide_errors()  # before any page: the first deep link of a process runs one without app.py
