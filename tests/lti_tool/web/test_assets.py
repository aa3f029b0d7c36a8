"""Static files: addresses that change with their content, budgets, and nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.web.assets import make_static_url

PROJECT = Path(__file__).parents[3]
WEB = PROJECT / "lti_tool" / "web"
STATIC = WEB / "static"
FONT = "vendor/atkinson-hyperlegible-next-5.3.0.woff2"
GZIP = {"Accept-Encoding": "gzip"}
TEMPLATES = sorted((PROJECT / "lti_tool").rglob("templates/**/*.html")) + sorted(
    (PROJECT / "activities").rglob("templates/**/*.html")
)


def get(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """The answer, with the file behind it closed."""
    response = client.get(path, headers=headers)
    response.get_data()
    response.close()
    return response


def test_an_address_has_the_version_of_its_file_and_may_be_kept_for_a_year(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = make_static_url(app)("css/app.css")
    assert re.fullmatch(r"/static/css/app\.css\?v=[0-9a-f]{10}", address)
    assert "immutable" in get(client, address).headers["Cache-Control"]


def test_an_address_without_version_is_kept_for_an_hour(client: FlaskClient) -> None:
    assert get(client, "/static/css/app.css").headers["Cache-Control"] == "public, max-age=3600"


def test_a_missing_static_file_is_not_kept(client: FlaskClient) -> None:
    response = get(client, "/static/vendor/none.woff2")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"


def test_text_is_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain = get(client, "/static/css/app.css?v=1")
    packed = get(client, "/static/css/app.css?v=1", GZIP)
    again = get(client, "/static/css/app.css?v=1", {"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == gzip.decompress(again.data)
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_compressed_file_is_still_recognised_by_its_tag(client: FlaskClient) -> None:
    tag = get(client, "/static/css/app.css", GZIP).headers["ETag"]
    assert get(client, "/static/css/app.css", GZIP | {"If-None-Match": tag}).status_code == 304


def test_the_font_of_the_stylesheet_is_the_one_that_pages_preload_and_the_lock_pins(app: Flask) -> None:
    with app.test_request_context():
        page = render_template("message.html", page="p", title="t", text="t")
    assert f"/static/{FONT}" in page
    assert f"../{FONT}" in (STATIC / "css" / "app.css").read_text()
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/@fontsource-variable/atkinson-hyperlegible-next"]["version"] in FONT


def test_the_front_end_stays_within_its_budget() -> None:
    assert len((STATIC / "js" / "app.js").read_bytes()) <= 12 * 1024
    assert len((STATIC / "css" / "app.css").read_bytes()) <= 30 * 1024
    assert (STATIC / FONT).stat().st_size <= 35 * 1024


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_template_has_no_inline_script_nor_style_and_points_nowhere_else(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", source)
