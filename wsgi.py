"""What a WSGI server serves: `gunicorn wsgi:application` (see `gunicorn.conf.py`)."""

from __future__ import annotations

from lti_tool.app import create_app

application = create_app()
