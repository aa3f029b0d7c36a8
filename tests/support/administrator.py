"""An administrator in a browser: signs in, opens pages, presses their buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.house import BASE, House

OWN_PAGE = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin", "Origin": "null"}
ADMINISTRATOR_ROLES = [
    "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
]


@dataclass
class Administrator:
    """Somebody who is signed in, or not yet."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open `/admin/<path>`."""
        return self.client.get(f"/admin/{path}", base_url=BASE)

    def post(self, path: str, data: Mapping[str, str] | None = None) -> TestResponse:
        """Press a button of `/admin/<path>`."""
        return self.client.post(f"/admin/{path}", base_url=BASE, data=dict(data or {}), headers=OWN_PAGE)


def operator(house: House) -> Administrator:
    """The operator, signed in by a link from the command line."""
    who = Administrator(house.browser())
    assert who.post(f"sign-in/{house.services.admin_sessions.make_link()}").status_code == 303
    return who


def administrator_of(house: House, registration_id: int) -> Administrator:
    """An administrator of one platform, which lets them in."""
    records = house.services.platforms.records
    record = records.one(registration_id)
    records.permit(registration_id, active=True, admin_launch=True, academie=record.academie)
    who = Administrator(house.browser())
    code = house.services.admin_sessions.make_code(registration_id)
    assert who.post("enter", {"code": code}).status_code == 303
    return who


def error_of(page: TestResponse) -> str:
    """The id of the error that a page shows, or nothing."""
    found = re.search(r'data-error="([a-z0-9-]+)"', page.text)
    return found[1] if found else ""
