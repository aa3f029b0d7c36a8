"""The kinds of activity: pure Python, no web framework, no table, no LMS. `kind.py` is their contract."""
