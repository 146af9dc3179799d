"""What visitors see. With ``pages`` and ``app.py`` the only place that imports Streamlit."""
