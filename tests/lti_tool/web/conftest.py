"""A small app that has everything of the web room and one page for each thing that can happen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, abort, g, jsonify, make_response, redirect, render_template, request
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from lti_tool.errors import Conflict, Refused, TooMany
from lti_tool.settings import Settings
from lti_tool.web import accept_upload, accepts_cross_site, allow_form_to, install
from tests.support.servers import free_port

HERE = Path(__file__).parent
BASE_URL = "https://activites.example.fr"


def make_app(base_url: str = BASE_URL) -> Flask:
    app = Flask("tests.web", static_folder=None)
    install(app, Settings(base_url=base_url))
    house = app.jinja_loader
    assert house is not None
    app.jinja_loader = ChoiceLoader([house, FileSystemLoader(HERE)])
    app.register_blueprint(views)
    return app


views = Blueprint("pages", __name__)


@views.get("/styleguide")
def styleguide() -> str:
    return render_template("styleguide.html", page="styleguide", body_class="")


@views.get("/framed")
def framed() -> str:
    g.frame_ancestors = request.args.get("by", "https://lms.example.fr")
    allow_form_to("https://lms.example.fr/mod/lti/contentitem_return.php?course=2")
    return "framed"


@views.post("/quiet")
def quiet() -> str:
    return f"{len(request.form)} fields"


@views.post("/open")
@accepts_cross_site
def open_door() -> str:
    return "open"


@views.post("/upload")
def upload() -> str:
    accept_upload(2)
    return f"{len(request.files['package'].read())} bytes"


@views.get("/keys")
def keys() -> Response:
    response = make_response(jsonify({"keys": []}))
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@views.get("/errors/moved")
def moved() -> Response:
    return redirect("/styleguide")


@views.get("/errors/<int:status>")
def framework(status: int) -> Response:
    abort(status)


@views.get("/errors/<name>")
def fail(name: str) -> Response:
    replayed = Conflict("launch-replayed")
    replayed.resume_url = "/s/abc/"
    errors: dict[str, Exception] = {
        "resume": replayed,
        "unheard": Refused("an-id-without-a-text", hostile="\x00<script>\ud800" + "x" * 100_000),
        "often": TooMany("too-many-requests", seconds=7),
        "surprise": RuntimeError("secret /s/abcdef/play?code=123 eyJhbGciOi.eyJzdWIi.c2ln"),
    }
    raise errors[name]


@pytest.fixture
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Quiet(WSGIRequestHandler):
    """Does not write down each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Site:
    """The same app in a server that a browser can visit."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.app = make_app(self.url)
        self._server = make_server("localhost", self.port, self.app, threaded=True, request_handler=Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A test adds its pages to `site.app`, then calls `site.start()`."""
    site = Site()
    try:
        yield site
    finally:
        if site._thread.is_alive():
            site.stop()
