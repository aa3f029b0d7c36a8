"""What a WSGI server serves: `gunicorn wsgi:application` (see `gunicorn.conf.py`)."""

from __future__ import annotations

import sys

from sqlalchemy.exc import SQLAlchemyError

from lti_tool.app import create_app
from lti_tool.schema import SchemaOutdated
from lti_tool.settings import SettingsRefused

try:
    application = create_app()
except SQLAlchemyError as error:
    sys.exit(f"traam: the database does not answer ({type(error).__name__}): check TRAAM_DATABASE_URL")
except (SchemaOutdated, SettingsRefused) as refusal:
    # An operator reads what to mend, not where in the code it was noticed.
    sys.exit(f"traam: {refusal}")
