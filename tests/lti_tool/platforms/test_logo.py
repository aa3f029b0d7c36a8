"""The logo that a registration names."""

from __future__ import annotations

from tests.support.house import BASE, House
from tests.support.registration import invite, open_registration, play_platform


def test_a_platform_may_show_the_logo_on_its_own_pages(house: House) -> None:
    play_platform(house)
    open_registration(house, invite(house)).confirm()
    (tool,) = house.lms.registrations.tools
    with house.browser().get(tool.request["logo_uri"], base_url=BASE) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_nothing_else_of_ours_can_be_embedded_elsewhere(house: House) -> None:
    for path in ("/static/css/app.css", "/lti/jwks", "/"):
        with house.browser().get(path, base_url=BASE) as answer:
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", path
