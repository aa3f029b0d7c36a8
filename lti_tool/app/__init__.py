"""The composition root: settings → engine → services → pages. Nothing else knows everyone."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool.app.background import start_background, stop_background
from lti_tool.app.pages import add_pages
from lti_tool.app.services import EXTENSION, Services, make_services, utc_now
from lti_tool.schema import require_current_schema
from lti_tool.settings import load_settings
from lti_tool.web import install

__all__ = ["EXTENSION", "Services", "create_app", "make_services", "start_background", "stop_background", "utc_now"]


def create_app(services: Services | None = None) -> Flask:
    """The web service, by default on the settings of the environment.

    Raises `SettingsRefused` or `SchemaOutdated` instead of starting half-ready.
    """
    services = services or make_services(load_settings())
    settings = services.settings
    require_current_schema(services.database.engine)
    app = Flask("lti_tool", static_folder=None)
    app.extensions[EXTENSION] = services
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    services.metrics.install(app)
    install(app, settings)
    add_pages(app, services)
    return app
