"""The web service: an LTI 1.3 Advantage tool for TraAM activities. `app.py` puts the rooms together."""
