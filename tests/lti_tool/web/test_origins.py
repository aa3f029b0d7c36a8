"""No other site posts in a person's name."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.web.origins import is_same_site
from tests.lti_tool.web.conftest import BASE_URL

REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": f"{BASE_URL}.evil.example"},
    {"Origin": "null"},
    {},
]
ALLOWED = [
    {"Sec-Fetch-Site": "same-origin"},
    # What a browser's own form sends from a page without referrer.
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": BASE_URL},
    {"Origin": BASE_URL},
]


@pytest.mark.parametrize("headers", REFUSED)
def test_a_post_of_another_or_an_unknown_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.post("/quiet", headers=headers)
    assert response.status_code == 403
    assert 'data-error="request-cross-site"' in response.get_data(as_text=True)


@pytest.mark.parametrize("headers", ALLOWED)
def test_a_post_of_our_own_page_passes(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/quiet", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", REFUSED)
def test_a_door_of_a_launch_is_open_to_other_sites(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/open", headers=headers).status_code == 200


def test_reading_is_free(client: FlaskClient) -> None:
    assert client.get("/styleguide", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_an_address_that_does_not_exist_is_not_found_for_other_sites_too(client: FlaskClient) -> None:
    assert client.post("/nowhere", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404


@given(st.none() | st.text(), st.text().filter(lambda origin: origin not in {"null", BASE_URL}))
def test_a_foreign_origin_never_passes(fetch_site: str | None, origin: str) -> None:
    assert not is_same_site(fetch_site, origin, BASE_URL)
