"""What every page has in common: the look, the headers, the errors, the log. Knows no other room.

A room says `from lti_tool.web import …`:

- `accepts_cross_site` marks a view that other sites post to;
- `accept_upload(megabytes)` before reading a large form; `allow_form_to(url)` for a form that leaves the tool;
- `flask.g.frame_ancestors = "https://lms.example"` for the platform that may frame the page (`"*"` only where a
  refusal that holds nothing must be readable in a frame of somebody we do not know);
- `with leading_back(url):` where a refusal can say from where to go on;
- `Limiter` for who asks too often;
- `trace(registration=…)` for what the log may say of a request; `flask.g.error_id` is the error that was answered.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

import activities
from lti_tool.settings import Settings
from lti_tool.web.addresses import install_addresses
from lti_tool.web.assets import make_static_url
from lti_tool.web.compression import install_compression
from lti_tool.web.environment import MembersFirst
from lti_tool.web.errors import install_errors, leading_back
from lti_tool.web.limits import Limiter, post_limiter, upload_limiter
from lti_tool.web.log import install_log
from lti_tool.web.origins import accepts_cross_site, install_origins
from lti_tool.web.security import accept_upload, allow_form_to, install_security, origin_of
from lti_tool.web.texts import load_texts
from lti_tool.web.tracing import install_tracing, trace

__all__ = [
    "Limiter",
    "accept_upload",
    "accepts_cross_site",
    "allow_form_to",
    "install",
    "leading_back",
    "origin_of",
    "post_limiter",
    "trace",
    "upload_limiter",
]

HERE = Path(__file__).parent


def install(app: Flask, settings: Settings) -> None:
    """Give `app` the templates, the static files, the security, the error pages and the log of the house.

    Templates are found in `lti_tool/web/templates`, in `activities/<kind>/templates` and in those of blueprints.
    """
    install_log(settings.log_level, settings.log_format)
    install_tracing(app)
    install_addresses(app)
    load_texts()
    app.static_folder = str(HERE / "static")
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    app.jinja_environment = MembersFirst  # Flask asks for it once, below.
    kinds = sorted(Path(str(activities.__file__)).parent.glob("*/templates"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in (HERE / "templates", *kinds)])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static_url"] = make_static_url(app)
    # The last to be registered sees the response first: it is compressed, then hardened.
    install_security(app, settings)
    install_compression(app)
    install_origins(app, settings)
    install_errors(app)
