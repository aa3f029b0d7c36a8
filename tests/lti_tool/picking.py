"""A teacher who picks in the platform's dialog, and the platform that reads the answer."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from lti_tool.demo_lms import DemoActivity
from lti_tool.demo_lms.claims import edited
from lti_tool.demo_lms.deep_linking import DL, activity_of, read_answer
from tests.support.house import BASE, FRAME, House, Login, Visit

SETTINGS = DL + "deep_linking_settings"


def open_picker(
    house: House,
    user: str = "2",
    *,
    client: FlaskClient | None = None,
    settings: Mapping[str, Any] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Visit:
    """Open the picker, with some settings of the request changed (None: removed)."""
    client = client or house.browser()
    answer = client.post("/lti/login", data=house.lms.start_picking("2"), base_url=BASE, headers=FRAME)
    query = {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
    claims = edited(house.lms.picking_claims(user, nonce=query["nonce"]), overrides=overrides or {}, without=())
    changed = {**claims[SETTINGS], **(settings or {})}
    claims[SETTINGS] = {name: value for name, value in changed.items() if value is not None}
    login = Login(client, query["state"], query["nonce"])
    return Visit(client, house.post_token(login, house.lms.key.sign(claims)))


def answer_of(page: Visit) -> tuple[str, str]:
    """Where the page's form goes, and the token that it carries."""
    action = re.search(r'<form[^>]* action="([^"]+)"', page.page.text)
    token = re.search(r'name="JWT" value="([^"]+)"', page.page.text)
    assert action, page.page.text
    assert token, page.page.text
    return html.unescape(action[1]), token[1]


def items_of(house: House, page: Visit) -> list[dict[str, Any]]:
    """The content items, read as Moodle reads them."""
    keyset = house.browser().get("/lti/jwks", base_url=BASE).get_json()
    return read_answer(house.lms.config, answer_of(page)[1], keyset, now=house.lms.clock())


def placed(house: House, page: Visit) -> list[DemoActivity]:
    """The activities that the platform makes of the answer; they are in the course from now on."""
    first = 1000 + len(house.lms.config.activities)
    made = [activity_of(item, str(first + number)) for number, item in enumerate(items_of(house, page))]
    kept = [activity for activity in made if activity is not None]
    house.lms.reconfigure(activities=(*house.lms.config.activities, *kept))
    return kept


def revisions_of(page: Visit) -> list[str]:
    """What the page offers to pick."""
    return re.findall(r'name="revision" value="([0-9]+)"', page.page.text)


def insert(page: Visit, *revisions: object, **fields: str) -> Visit:
    """Press « Insérer dans le cours »."""
    data: dict[str, Any] = {"revision": [str(revision) for revision in revisions], **fields}
    return page.post("pick/insert", data)


def settings_of(revision: object, **changes: str | None) -> dict[str, str]:
    """The fields of one activity's settings, some changed or left out."""
    fields: dict[str, str | None] = {
        "title": "Le devoir",
        "graded": "1",
        "points": "10",
        "attempts": "",
        "policy": "best",
        "opens": "",
        "closes": "",
        **changes,
    }
    return {f"p{revision}-{name}": value for name, value in fields.items() if value is not None}
