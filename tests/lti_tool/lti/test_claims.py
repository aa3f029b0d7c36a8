"""From claims to a message: what is kept, what is cut, what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.demo_lms.claims import AGS_ENDPOINT as AGS
from lti_tool.demo_lms.claims import edited
from lti_tool.errors import ToolError
from lti_tool.lti.claims import LaunchMessage, read_message
from tests.lti_tool.lti.test_library_holes import CONFIG, LMS, NONCE


def message_of(**overrides: Any) -> LaunchMessage:
    claims = edited(LMS.claims("3", "1", nonce=NONCE), overrides=overrides, without=())
    return read_message(claims, base_url=CONFIG.tool_url)


def test_a_message_holds_what_the_platform_said() -> None:
    message = message_of(custom={"activity": "p1", "n": 5})
    assert (message.user, message.link_id, message.context_id, message.deployment_id) == ("3", "1", "2", "1")
    assert message.context_title == "Sciences économiques et sociales"
    assert message.custom == {"activity": "p1"}
    assert message.document_target == "iframe"
    assert message.ags is not None
    assert message.ags.lineitems == CONFIG.lineitems_url


def test_an_address_for_grades_that_is_empty_is_none() -> None:
    message = message_of(**{AGS: {"lineitem": "", "lineitems": "", "scope": "a b"}})
    assert message.ags is not None
    assert (message.ags.lineitem, message.ags.lineitems, message.ags.scopes) == (None, None, ("a", "b"))


@pytest.mark.parametrize(
    ("title", "kept"), [("  deux \t mots ", "deux mots"), ("é" * 300, "é" * 255), ("", ""), (None, "")]
)
def test_a_title_is_one_line_that_fits(title: str | None, kept: str) -> None:
    assert message_of(resource_link={"id": "1", "title": title}).link_title == kept


def test_an_identifier_of_255_characters_is_kept_whole_and_a_longer_one_refused() -> None:
    assert message_of(sub="u" * 255).user == "u" * 255
    with pytest.raises(ToolError, match="launch-claim-malformed"):
        message_of(sub="u" * 256)


def test_a_course_without_title_goes_by_its_label() -> None:
    assert message_of(context={"id": "2", "label": "SES-2A"}).context_title == "SES-2A"


def test_a_launch_outside_any_course_has_an_empty_course() -> None:
    message = message_of(context=None)
    assert (message.context_id, message.context_title) == ("", "")


def test_only_so_many_scopes_are_kept() -> None:
    message = message_of(**{AGS: {"lineitems": "https://x.example/", "scope": [f"s{number}" for number in range(50)]}})
    assert message.ags is not None
    assert len(message.ags.scopes) == 8
