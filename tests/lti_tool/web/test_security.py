"""What every response forbids, and how much a request may weigh."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize

from lti_tool.web.security import origin_of
from tests.lti_tool.web.conftest import BASE_URL, make_app

SAME = {"Sec-Fetch-Site": "same-origin"}


def policy(client: FlaskClient, path: str) -> dict[str, str]:
    """The directives of the page's content security policy."""
    header = client.get(path).headers["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in header.split("; "))


@pytest.mark.parametrize("path", ["/styleguide", "/errors/404", "/errors/surprise", "/nowhere", "/static/css/app.css"])
def test_every_response_is_hardened(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "X-Frame-Options" not in headers


def test_strict_transport_is_not_asked_for_without_https() -> None:
    response = make_app("http://localhost:8000").test_client().get("/styleguide")
    assert "Strict-Transport-Security" not in response.headers


def test_nobody_frames_a_page_by_default(client: FlaskClient) -> None:
    assert policy(client, "/styleguide")["frame-ancestors"] == "'none'"


def test_only_the_platform_of_the_launch_frames_its_pages(client: FlaskClient) -> None:
    assert policy(client, "/framed")["frame-ancestors"] == "https://lms.example.fr"


@pytest.mark.parametrize("framer", ["https://a.example; script-src *", "'self'", "https:", "a.example", "https://a/b"])
def test_what_is_not_an_origin_frames_nothing(client: FlaskClient, framer: str) -> None:
    assert policy(client, f"/framed?by={framer}")["frame-ancestors"] == "'none'"


def test_a_form_leads_outside_only_where_the_page_says_so(client: FlaskClient) -> None:
    assert policy(client, "/styleguide")["form-action"] == "'self'"
    assert policy(client, "/framed")["form-action"] == "'self' https://lms.example.fr"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://lms.example:8443/a?b", "https://lms.example:8443"),
        ("http://[::1]:8001/", "http://[::1]:8001"),
        ("javascript:alert(1)", None),
        ("https://user@lms.example/", None),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


def test_a_page_is_kept_nowhere(client: FlaskClient) -> None:
    assert client.get("/styleguide").headers["Cache-Control"] == "no-store"


def test_a_room_may_say_how_long_its_answer_keeps(client: FlaskClient) -> None:
    assert client.get("/keys").headers["Cache-Control"] == "public, max-age=60"


def test_a_form_beyond_a_mebibyte_is_too_large(client: FlaskClient) -> None:
    response = client.post("/quiet", data={"answer": "x" * 1_100_000}, base_url=BASE_URL, headers=SAME)
    assert response.status_code == 413


def test_a_hundred_kilobytes_in_a_field_pass(client: FlaskClient) -> None:
    response = client.post("/quiet", data={"answer": "x" * 100_000}, base_url=BASE_URL, headers=SAME)
    assert response.status_code == 200


def test_a_form_of_thousands_of_parts_is_refused(client: FlaskClient) -> None:
    fields = {f"f{i}": "" for i in range(1100)}
    response = client.post("/quiet", data=fields, content_type="multipart/form-data", headers=SAME)
    assert response.status_code == 413


@pytest.mark.parametrize(("size", "status"), [(2 * 1024 * 1024, 200), (3 * 1024 * 1024, 413)])
def test_an_upload_weighs_what_its_view_allows(client: FlaskClient, size: int, status: int) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="package"; filename="a.h5p"\r\n\r\n'
    body = head + b"x" * size + b"\r\n--x--\r\n"
    response = client.post("/upload", data=body, content_type="multipart/form-data; boundary=x", headers=SAME)
    assert response.status_code == status


def test_a_form_that_was_cut_on_its_way_is_not_read() -> None:
    response = (
        make_app()
        .test_client()
        .post(
            "/styleguide",
            input_stream=BytesIO(b"answer=prob"),
            content_type="application/x-www-form-urlencoded",
            headers=SAME,
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "22"},
        )
    )
    assert response.status_code == 400
    assert 'data-error="request-cut-short"' in response.text


class BrokenChunk(BytesIO):
    """A body whose chunks are none, as a server hands it over."""

    def readinto(self, _buffer: object) -> int:
        raise InvalidChunkSize(b"zz")


def test_a_form_in_chunks_that_are_none_is_refused() -> None:
    response = (
        make_app()
        .test_client()
        .post(
            "/styleguide",
            input_stream=BrokenChunk(),
            content_type="application/x-www-form-urlencoded",
            headers=SAME,
            environ_overrides={"wsgi.input_terminated": True},
        )
    )
    assert response.status_code == 400
    assert 'data-error="request-malformed"' in response.text
