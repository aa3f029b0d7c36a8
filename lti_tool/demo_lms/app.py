"""The Flask application of the demo LMS."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.http import http_date

from lti_tool.demo_lms.course_pages import course_blueprint
from lti_tool.demo_lms.errors import PageNotFound, ServiceRefused
from lti_tool.demo_lms.gate import no_handler, refusal_response
from lti_tool.demo_lms.line_item_service import line_item_blueprint
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.membership_service import membership_service_blueprint
from lti_tool.demo_lms.pages import pages_blueprint
from lti_tool.demo_lms.protocol import protocol_blueprint
from lti_tool.demo_lms.score_service import score_blueprint
from lti_tool.demo_lms.tools import tools_blueprint

LARGEST_REQUEST = 1024 * 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def create_demo_app(lms: DemoLMS) -> Flask:
    """The WSGI application that serves this LMS."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.register_blueprint(pages_blueprint(lms))
    app.register_blueprint(tools_blueprint(lms))
    app.register_blueprint(course_blueprint(lms))
    app.register_blueprint(protocol_blueprint(lms))
    app.register_blueprint(line_item_blueprint(lms))
    app.register_blueprint(score_blueprint(lms))
    app.register_blueprint(membership_service_blueprint(lms))
    app.register_error_handler(ServiceRefused, refusal_response)
    app.register_error_handler(PageNotFound, not_found)
    app.register_error_handler(NotFound, not_found)

    @app.route("/services/<path:_rest>", methods=["GET", "POST", "PUT", "DELETE"])
    def no_service(_rest: str) -> Response:
        raise no_handler()

    @app.before_request
    def count() -> None:
        if request.endpoint:
            lms.calls[request.endpoint.rpartition(".")[2]] += 1

    @app.before_request
    def use_the_issuer() -> ResponseReturnValue | None:
        """Send a newcomer who typed the other name of this machine to the address that the tool knows."""
        here, issuer = request.host, urlsplit(lms.config.base_url)
        if request.method != "GET" or here == issuer.netloc or not {_host(here), _host(issuer.netloc)} <= LOOPBACK:
            return None
        if _port(here) != issuer.port:
            return None
        return redirect(lms.config.base_url + request.full_path.rstrip("?"))

    @app.after_request
    def protect(response: Response) -> Response:
        tool, issuer = lms.config.tool_url, lms.config.base_url
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            f"frame-src 'self' {tool}; form-action 'self' {issuer} {tool}; base-uri 'none'; frame-ancestors 'self'"
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Date"] = http_date(lms.clock())
        return response

    return app


def not_found(_error: Exception) -> ResponseReturnValue:
    """The page of what is not there, or no longer."""
    return render_template("not_found.html", page="not-found"), 404


def _host(netloc: str) -> str:
    return netloc.rpartition(":")[0] or netloc


def _port(netloc: str) -> int | None:
    port = netloc.rpartition(":")[2]
    return int(port) if port.isdigit() else None
