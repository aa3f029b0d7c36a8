"""A house whose tool can call the services of its LMS, all in this process."""

from __future__ import annotations

from lti_tool.demo_lms import create_demo_app
from lti_tool.demo_lms.tokens import Tokens
from tests.support.house import House


def wire(house: House) -> House:
    """Let the tool call the LMS, and the LMS know the tool's keys."""
    app = create_demo_app(house.lms)
    app.testing = True
    house.http.pages = app.test_client()
    house.lms.tokens = Tokens(lambda _url: {"keys": [key.public_jwk() for key in house.services.platforms.tool_keys()]})
    return house
