"""What a WSGI server serves: `gunicorn wsgi:application` (see `gunicorn.conf.py`)."""

from __future__ import annotations

import sys

from lti_tool.app import create_app
from lti_tool.schema import SchemaOutdated
from lti_tool.settings import SettingsRefused

try:
    application = create_app()
except (SchemaOutdated, SettingsRefused) as refusal:
    # An operator reads what to mend, not where in the code it was noticed.
    sys.exit(f"traam: {refusal}")
